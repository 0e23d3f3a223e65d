// The status page. It shows what the stream of overviews tells, about once a second. What comes from the bridge, names and event
// bytes included, becomes text and never markup.

import { bytes, clock, count, instants, kinds, rate, span, stateOf } from "./format.js";
import { Picture } from "./picture.js";
import { reasons } from "./reasons.js";

const $ = (id) => document.getElementById(id);
const remotes = new Map(); // by name
const directions = new Map(); // by route and destination
const picture = new Picture($("picture"));
let overview = null; // the newest whole one
let offset = 0; // of the bridge's clock from ours, in milliseconds
let events = []; // newest first
let paused = false;

const now = () => new Date(Date.now() + offset);
const age = (when) => (now() - new Date(when)) / 1000;
const keyOf = (d) => d.route + " " + d.to; // names have no blanks

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

const total = (by) => Object.values(by ?? {}).reduce((a, b) => a + b, 0);

function take(change) {
  const at = Date.now();
  for (const r of change.remotes) remotes.set(r.name, Object.assign(remotes.get(r.name) ?? { meter: new Meter() }, { error: undefined, failing_since: undefined, next_attempt_at: undefined, paused_since: undefined }, r));
  for (const d of change.directions) directions.set(keyOf(d), Object.assign(directions.get(keyOf(d)) ?? { meter: new Meter() }, { filtered: {}, suppressed: {}, dropped: {}, oldest_queued_at: undefined, degraded: undefined, paused_since: undefined, removed: undefined }, d));
  for (const r of remotes.values()) {
    r.meter.note(at, { received: r.received, sent: r.sent });
    r.rates = r.meter.rates();
  }
  for (const d of directions.values()) {
    const values = { received: d.received, forwarded: d.forwarded };
    for (const kind of ["filtered", "suppressed", "dropped"]) for (const [reason, n] of Object.entries(d[kind] ?? {})) values[kind + " " + reason] = n;
    d.meter.note(at, values);
    d.rates = d.meter.rates();
  }
  show(change);
}

function takeWhole(whole) {
  overview = whole;
  offset = new Date(whole.read_at) - Date.now();
  const names = new Set(whole.remotes.map((r) => r.name)), keys = new Set(whole.directions.map(keyOf));
  for (const name of remotes.keys()) if (!names.has(name)) remotes.delete(name);
  for (const key of directions.keys()) if (!keys.has(key)) directions.delete(key);
  order(remotes, whole.remotes.map((r) => r.name));
  order(directions, whole.directions.map(keyOf));
  take(whole);
}

// order makes a map go in the order of the configuration.
function order(map, keys) {
  for (const key of keys) {
    const value = map.get(key);
    map.delete(key);
    map.set(key, value ?? { meter: new Meter() });
  }
}

function show(change) {
  text($("name"), overview.name);
  document.title = (change.ready ? "" : "! ") + overview.name;
  state($("ready"), change.ready ? "ok" : "bad", change.ready ? "ready" : "not ready");
  say(change.ready ? "The bridge is ready." : "The bridge is not ready: " + (change.reasons ?? []).join("; "));
  list($("reasons"), change.ready ? [] : change.reasons ?? []);
  list($("notes"), change.notes ?? []);
  text($("remotes-count"), summary());
  picture.show(remotes, directions);
  showRemotes();
  showRoutes();
  showHeld();
  tick();
}

// summary says how many remotes there are of each kind, those first that a person should see.
function summary() {
  const all = [...remotes.values()].map((r) => stateOf(r).kind);
  const parts = Object.entries(kinds).map(([kind, word]) => [all.filter((k) => k === kind).length, word]).filter(([n]) => n > 0);
  return parts.length === 1 ? `${count(all.length)}, ${all.length > 1 ? "all " : ""}${parts[0][1]}` : `${count(all.length)}: ` + parts.map(([n, word]) => `${count(n)} ${word}`).join(", ");
}

function list(ul, words) {
  ul.parentElement.hidden = words.length === 0;
  const most = 5;
  const shown = words.length > most + 1 ? [...words.slice(0, most), `and ${words.length - most} more`] : words;
  fill(ul, shown, () => document.createElement("li"), (li, said) => text(li, instants(said, now())));
}

function showRemotes() {
  const find = $("remotes-find").value.trim().toLowerCase(), onlyDown = $("remotes-down").checked;
  const rows = [...remotes.values()].filter((r) => (!onlyDown || !r.up) && (r.name + " " + r.address + " " + (r.error ?? "")).toLowerCase().includes(find));
  fill($("remotes").tBodies[0], rows, () => row(["Remote", "State", "Since", "Last error", "Round trip", "Received", "Sent", "Next"], { "Round trip": "number", Received: "number", Sent: "number", Since: "time", Next: "time" }), (tr, r) => {
    const s = stateOf(r);
    tr.id = "remote-" + r.name;
    const [name, word, since, error, trip, received, sent, next] = tr.cells;
    lines(name, r.name, r.address + (r.family ? ", " + r.family : ""));
    chip(word, s);
    since.moment = r.paused_since ?? r.failing_since ?? r.state_since;
    text(error, r.error ?? "");
    error.className = "bad";
    text(trip, r.round_trip_seconds ? span(r.round_trip_seconds) : "");
    lines(received, count(r.received), rate(r.rates.received));
    lines(sent, count(r.sent), rate(r.rates.sent));
    next.moment = r.next_attempt_at;
    next.coming = true;
  });
}

function showRoutes() {
  $("routes-none").hidden = directions.size > 0;
  $("routes").hidden = directions.size === 0;
  fill($("routes").tBodies[0], [...directions.values()], () => row(["Route", "From", "To", "Received", "Forwarded", "Waiting", "Oldest", "Not forwarded"], { Received: "number", Forwarded: "number", Oldest: "time" }), (tr, d) => {
    const [route, from, to, received, forwarded, waiting, oldest, held] = tr.cells;
    lines(route, d.route, d.removed ? "removed, being emptied" : d.paused_since ? "paused" : "");
    route.children[1].classList.toggle("held", Boolean(d.paused_since));
    text(from, d.from.length > 6 ? d.from.slice(0, 5).join(", ") + ` and ${d.from.length - 5} more` : d.from.join(", "));
    text(to, d.to);
    lines(received, count(d.received), rate(d.rates.received));
    lines(forwarded, count(d.forwarded), rate(d.rates.forwarded));
    queue(waiting, d);
    oldest.moment = d.oldest_queued_at;
    const parts = [["dropped", total(d.dropped)], ["suppressed", total(d.suppressed)], ["filtered", total(d.filtered)]].filter(([, n]) => n > 0);
    text(held, parts.map(([kind, n]) => count(n) + " " + kind).join(", "));
    held.className = total(d.dropped) > 0 ? "bad" : "";
  });
}

function queue(cell, d) {
  if (!cell.meter) {
    const first = document.createElement("div");
    cell.meter = document.createElement("meter");
    cell.meter.ariaLabel = "how full the queue is";
    cell.words = document.createElement("span");
    cell.more = document.createElement("div");
    first.append(cell.meter, " ", cell.words);
    cell.append(first, cell.more);
  }
  const full = d.queued >= d.max_events;
  Object.assign(cell.meter, { max: d.max_events, high: d.max_events * 0.8, value: d.queued, hidden: d.queued === 0 });
  text(cell.words, d.queued ? `${count(d.queued)} of ${count(d.max_events)}${full ? ", full" : ""}` : "none");
  cell.words.className = full ? "bad" : "";
  text(cell.more, (d.storage === "disk" ? "on disk" : "in memory") + (d.queued ? ", " + bytes(d.queue_bytes) : "") + (d.degraded ? `; the disk fails, what comes is kept in memory: ${d.degraded}` : ""));
  cell.more.className = d.degraded ? "bad" : "quiet";
}

function showHeld() {
  const rows = [];
  for (const d of directions.values()) {
    for (const kind of ["dropped", "suppressed", "filtered"]) {
      for (const [reason, n] of Object.entries(d[kind] ?? {})) rows.push({ kind, reason, route: d.route, to: d.to, n, rate: d.rates[kind + " " + reason] ?? 0 });
    }
  }
  const weight = { dropped: 0, suppressed: 1, filtered: 2 };
  rows.sort((a, b) => weight[a.kind] - weight[b.kind] || b.n - a.n);
  $("held-none").hidden = rows.length > 0;
  $("held").hidden = rows.length === 0;
  fill($("held").tBodies[0], rows.slice(0, 200), () => row(["Reason", "Kind", "Route", "To", "Events", "Rate"], { Events: "number", Rate: "number" }), (tr, h) => {
    [h.kind, h.route, h.to, count(h.n), rate(h.rate)].forEach((words, i) => text(tr.cells[i + 1], words));
    lines(tr.cells[0], h.reason, reasons[h.reason] ?? "");
    tr.cells[1].className = h.kind === "dropped" ? "bad" : "";
  });
}

function showEvents() {
  if (paused) return;
  const want = $("events-show").value;
  const rows = events.filter((e) => want === "all" || (want === "queued") === !e.held).slice(0, 40);
  $("events-none").hidden = rows.length > 0;
  $("events").hidden = rows.length === 0;
  fill($("events").tBodies[0], rows, () => row(["Time", "Way", "Event", "Value", "From GUID", "Outcome"], { Time: "time" }), (tr, e) => {
    const [time, way, event, value, guid, outcome] = tr.cells;
    text(time, clock(new Date(e.seen_at), now()));
    lines(way, (e.from || "(queue)") + " → " + e.to, e.route);
    lines(event, e.type_token || String(e.type), e.class_token || String(e.class));
    const m = e.measurement;
    text(value, m ? [m.text || String(m.value), m.symbol].filter(Boolean).join(" ") : hex(e.data));
    text(guid, e.guid);
    guid.className = "mono";
    lines(outcome, e.held ? `${e.outcome}: ${e.held}` : e.outcome, [reasons[e.held], e.reply && `“${e.reply}”`].filter(Boolean).join(": "));
    outcome.className = e.outcome === "dropped" ? "bad" : "";
  });
}

const hex = (data) => data.slice(0, 16).map((b) => b.toString(16).padStart(2, "0")).join(" ") + (data.length > 16 ? " …" : "");

// tick renews what only gets older.
function tick() {
  if (!overview) return;
  text($("facts"), `${overview.version}, up for ${span(age(overview.started_at))}`);
  for (const cell of document.querySelectorAll("td.time")) {
    if (!("moment" in cell)) continue; // "when" would be there always: elements have a method of that name
    if (!cell.moment) text(cell, "");
    else if (cell.coming) text(cell, age(cell.moment) < -1 ? "in " + span(-age(cell.moment)) : "now");
    else lines(cell, span(Math.max(0, age(cell.moment))), clock(new Date(cell.moment), now()));
  }
}

// fill makes as many children as there are values, and keeps those that are there.
function fill(parent, values, create, update) {
  while (parent.children.length > values.length) parent.lastElementChild.remove();
  while (parent.children.length < values.length) parent.append(create());
  values.forEach((value, i) => update(parent.children[i], value));
}

function row(labels, kinds) {
  const tr = document.createElement("tr");
  for (const label of labels) {
    const td = document.createElement("td");
    td.dataset.label = label;
    if (kinds[label]) td.className = kinds[label];
    tr.append(td);
  }
  return tr;
}

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// lines sets a text and a smaller one below it.
function lines(cell, words, small) {
  if (cell.children.length !== 2) {
    const first = document.createElement("div"), second = document.createElement("div");
    second.className = "quiet";
    cell.replaceChildren(first, second);
  }
  text(cell.children[0], words);
  text(cell.children[1], small);
}

function state(element, kind, word) {
  if (element.dataset.kind !== kind) element.dataset.kind = kind;
  text(element, word);
}

function chip(cell, s) {
  if (!cell.firstElementChild) {
    const span = document.createElement("span");
    span.className = "state";
    cell.append(span);
  }
  state(cell.firstElementChild, s.kind, s.word);
}

// say tells a screen reader, when there is news.
function say(words) { text($("said"), words.slice(0, 300)); }

// lost says since when nothing comes, and why if the bridge said so.
function lost(since, why) {
  $("lost").hidden = !since;
  document.documentElement.classList.toggle("old", Boolean(since));
  if (since) {
    const begin = why ? `The bridge refuses to show its state: ${why}.` : `No connection to the bridge since ${clock(since)}.`;
    text($("lost"), begin + (overview ? " What you see is from before." : ""));
    state($("ready"), "bad", why ? "refused" : "no connection");
  }
}

// refusal is the error of an answer that is no success, with the words of the bridge.
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  return Object.assign(new Error(body.error ?? response.statusText), { status: response.status });
}

// Silence gives a request up when nothing comes for so long: a bridge that hangs, or a cable that is out, ends no connection. The
// bridge has something to say every second, but a wrong token is answered late, and a large bridge needs a while.
const longestSilence = 6000;
class Silence extends AbortController {
  constructor() {
    super();
    this.begin();
  }
  begin() {
    this.end();
    this.timer = setTimeout(() => this.abort(), longestSilence);
  }
  end() { clearTimeout(this.timer); }
}

// A stream of server-sent events by fetch: EventSource cannot send a token, which a bridge wants that listens on a network.
async function* stream(path) {
  const token = sessionStorage.getItem("token");
  const silence = new Silence();
  try {
    const response = await fetch(path, { headers: { Accept: "text/event-stream", ...(token ? { Authorization: "Bearer " + token } : {}) }, cache: "no-store", signal: silence.signal });
    if (!response.ok) throw await refusal(response);
    let rest = "";
    const decoder = new TextDecoder();
    for (const reader = response.body.getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) return;
      silence.begin();
      const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = parts.pop();
      for (const part of parts) {
        const field = (name) => part.split("\n").find((line) => line.startsWith(name + ": "))?.slice(name.length + 2);
        yield [field("event"), JSON.parse(field("data"))];
      }
    }
  } finally {
    silence.end();
  }
}

const handlers = {
  overview: takeWhole,
  change: take,
  seen: (seen) => { events = [...seen.reverse(), ...events].slice(0, 400); showEvents(); },
};

// follow shows the stream for as long as the page is open, through all its ends.
async function follow() {
  for (let since = null; ;) {
    let why;
    try {
      for await (const [name, body] of stream("/api/v1/overview/stream")) {
        since = null;
        lost(null);
        $("login").hidden = true;
        handlers[name]?.(body);
      }
    } catch (error) {
      if (error.status === 401) {
        await token();
        continue;
      }
      if (error.status) why = error.message;
    }
    since ??= new Date();
    lost(since, why);
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

// token asks for one, and waits.
function token() {
  state($("ready"), "busy", "token wanted");
  const again = sessionStorage.getItem("token") !== null;
  text($("login-said"), again ? "That is not the token of this bridge." : "");
  $("login").hidden = false;
  $("login-token").focus();
  return new Promise((resolve) => $("login").addEventListener("submit", () => {
    sessionStorage.setItem("token", $("login-token").value.trim());
    $("login-token").value = "";
    resolve();
  }, { once: true }));
}

$("remotes-tools").addEventListener("input", () => { if (overview) { showRemotes(); tick(); } });
$("events-show").addEventListener("input", showEvents);
$("events-pause").addEventListener("click", () => {
  paused = !paused;
  $("events-pause").setAttribute("aria-pressed", String(paused));
  text($("events-pause"), paused ? "Go on" : "Hold still");
  showEvents();
});
for (const form of document.forms) form.addEventListener("submit", (e) => e.preventDefault());
addEventListener("resize", () => { if (overview) picture.show(remotes, directions); });
setInterval(tick, 1000);
follow();
