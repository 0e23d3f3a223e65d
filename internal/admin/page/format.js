// Words and numbers for people. Nothing here touches the document.

const whole = new Intl.NumberFormat();
const timeOfDay = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hour12: false });
const few = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });

export const count = (n) => whole.format(n);

// rate is a number of events per second, in few characters.
export function rate(perSecond) {
  if (!perSecond) return "0/s";
  return (perSecond >= 100 ? whole.format(Math.round(perSecond)) : few.format(perSecond)) + "/s";
}

export function bytes(n) {
  for (const unit of ["B", "KiB", "MiB"]) {
    if (n < 1024) return few.format(n) + " " + unit;
    n /= 1024;
  }
  return few.format(n) + " GiB";
}

// span is a length of time in seconds, in the two units that say most.
export function span(seconds) {
  if (seconds < 0.001) return few.format(seconds * 1e6) + " µs";
  if (seconds < 1) return few.format(seconds * 1e3) + " ms";
  const s = Math.floor(seconds);
  if (s < 60) return s + " s";
  if (s < 3600) return Math.floor(s / 60) + " min" + (s % 60 ? " " + (s % 60) + " s" : "");
  if (s < 86400) return Math.floor(s / 3600) + " h" + (s % 3600 >= 60 ? " " + Math.floor((s % 3600) / 60) + " min" : "");
  return Math.floor(s / 86400) + " d" + (s % 86400 >= 3600 ? " " + Math.floor((s % 86400) / 3600) + " h" : "");
}

// clock is the time of day, and the date where it is another day.
export function clock(when, now = new Date()) {
  const time = timeOfDay.format(when);
  return when.toDateString() === now.toDateString() ? time : when.toLocaleDateString() + " " + time;
}

// instants writes the times in a text of the bridge, which are in UTC, as the clock here shows them.
export function instants(text, now) {
  return text.replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (when) => clock(new Date(when), now));
}

// kinds are those of states, in the order in which a person should see them, with the word for several remotes.
export const kinds = { bad: "failing", busy: "connecting", held: "paused", idle: "between visits", ok: "up" };

// stateOf says how a remote is: a kind, which is a colour, and a word.
export function stateOf(remote) {
  if (remote.paused_since) return { kind: "held", word: "paused" };
  if (remote.error) return { kind: "bad", word: remote.state === "waiting" ? "failing" : "failing, " + remote.state };
  if (remote.up && remote.state === "waiting") return { kind: "idle", word: "between visits" };
  if (remote.up) return { kind: "ok", word: remote.state || "up" };
  return { kind: "busy", word: remote.state || "starting" };
}
