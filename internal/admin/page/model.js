// What the page knows of the bridge: the newest overview, and rates made out of its counters.

// A Meter makes rates out of counters: over some seconds, so that slow ones do not flicker.
class Meter {
  constructor() { this.samples = []; }
  note(at, values) {
    this.samples.push({ at, values });
    while (this.samples.length > 2 && at - this.samples[0].at > 5000) this.samples.shift();
  }
  rates() {
    const first = this.samples[0], last = this.samples.at(-1);
    const seconds = (last.at - first.at) / 1000;
    return Object.fromEntries(Object.entries(last.values).map(([name, n]) => [name, seconds > 0 ? Math.max(0, n - (first.values[name] ?? 0)) / seconds : 0]));
  }
}

// What an overview leaves out is as it is here, so that a change takes back what was said before.
const remoteWithout = { error: undefined, failing_since: undefined, next_attempt_at: undefined, paused_since: undefined };
const directionWithout = { filtered: {}, suppressed: {}, dropped: {}, oldest_queued_at: undefined, degraded: undefined, paused_since: undefined, removed: undefined };

const keyOf = (d) => d.route + " " + d.to; // names have no blanks

// kindsHeld are the ways in which an event is not forwarded, the worst first.
export const kindsHeld = ["dropped", "suppressed", "filtered"];

export const total = (by) => Object.values(by ?? {}).reduce((a, b) => a + b, 0);

export class Model {
  constructor() {
    this.remotes = new Map(); // by name
    this.directions = new Map(); // by route and destination
    this.overview = null; // the newest whole one
    this.offset = 0; // of the bridge's clock from ours, in milliseconds
  }

  now() { return new Date(Date.now() + this.offset); }
  age(when) { return (this.now() - new Date(when)) / 1000; }

  // whole takes an overview of everything.
  whole(overview) {
    this.overview = overview;
    this.offset = new Date(overview.read_at) - Date.now();
    arrange(this.remotes, overview.remotes.map((r) => r.name));
    arrange(this.directions, overview.directions.map(keyOf));
    this.change(overview);
  }

  // change takes what differs from the overview before.
  change(overview) {
    const at = Date.now();
    for (const r of overview.remotes) Object.assign(entry(this.remotes, r.name), remoteWithout, r);
    for (const d of overview.directions) Object.assign(entry(this.directions, keyOf(d)), directionWithout, d);
    for (const r of this.remotes.values()) measure(r, at, { received: r.received, sent: r.sent });
    for (const d of this.directions.values()) {
      const values = { received: d.received, forwarded: d.forwarded };
      for (const kind of kindsHeld) for (const [reason, n] of Object.entries(d[kind])) values[kind + " " + reason] = n;
      measure(d, at, values);
    }
  }
}

// entry returns what a map has of a key, made if it has nothing.
function entry(map, key) {
  if (!map.has(key)) map.set(key, { meter: new Meter() });
  return map.get(key);
}

// arrange leaves those keys in a map, in their order, which is that of the configuration.
function arrange(map, keys) {
  const before = new Map(map);
  map.clear();
  for (const key of keys) map.set(key, before.get(key) ?? { meter: new Meter() });
}

function measure(what, at, values) {
  what.meter.note(at, values);
  what.rates = what.meter.rates();
}
