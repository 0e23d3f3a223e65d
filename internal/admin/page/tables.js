// The tables of remotes, of routes with their queues, and of what was not forwarded.

import { byID, chip, fill, lines, row, text } from "./dom.js";
import { bytes, count, rate, span, stateOf } from "./format.js";
import { kindsHeld, total } from "./model.js";
import { reasons } from "./reasons.js";

const mostHeld = 200;

// finder says whether words have what stands in a field.
function finder(field) {
  const wanted = byID(field).value.trim().toLowerCase();
  return (...words) => words.some((word) => word.toLowerCase().includes(wanted));
}

export function showRemotes(model) {
  const has = finder("remotes-find"), onlyDown = byID("remotes-down").checked;
  const rows = [...model.remotes.values()].filter((r) => (!onlyDown || !r.up) && has(r.name, r.address, r.error ?? ""));
  fill(byID("remotes").tBodies[0], rows, () => row(["Remote", "State", "Since", "Last error", "Round trip", "Received", "Sent", "Next"], { "Round trip": "number", Received: "number", Sent: "number", Since: "time", Next: "time" }), (tr, r) => {
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

export function showRoutes(model) {
  const none = model.directions.size === 0;
  byID("routes-none").hidden = !none;
  byID("routes").hidden = byID("routes-tools").hidden = none;
  const has = finder("routes-find"), onlyHeld = byID("routes-held").checked;
  const rows = [...model.directions.values()].filter((d) => (!onlyHeld || d.queued > 0 || total(d.dropped) > 0) && has(d.route, d.to, ...d.from));
  fill(byID("routes").tBodies[0], rows, () => row(["Route", "From", "To", "Received", "Forwarded", "Waiting", "Oldest", "Not forwarded"], { Received: "number", Forwarded: "number", Oldest: "time" }), (tr, d) => {
    const [route, from, to, received, forwarded, waiting, oldest, held] = tr.cells;
    lines(route, d.route, d.removed ? "removed, being emptied" : d.paused_since ? "paused" : "");
    route.children[1].classList.toggle("held", Boolean(d.paused_since));
    text(from, d.from.length > 6 ? d.from.slice(0, 5).join(", ") + ` and ${d.from.length - 5} more` : d.from.join(", "));
    text(to, d.to);
    lines(received, count(d.received), rate(d.rates.received));
    lines(forwarded, count(d.forwarded), rate(d.rates.forwarded));
    queue(waiting, d);
    oldest.moment = d.oldest_queued_at;
    const parts = kindsHeld.map((kind) => [kind, total(d[kind])]).filter(([, n]) => n > 0);
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

export function showHeld(model) {
  const rows = [];
  for (const d of model.directions.values()) {
    for (const kind of kindsHeld) {
      for (const [reason, n] of Object.entries(d[kind])) rows.push({ kind, reason, route: d.route, to: d.to, n, rate: d.rates[kind + " " + reason] ?? 0 });
    }
  }
  rows.sort((a, b) => kindsHeld.indexOf(a.kind) - kindsHeld.indexOf(b.kind) || b.n - a.n);
  byID("held-none").hidden = rows.length > 0;
  byID("held").hidden = rows.length === 0;
  byID("held-more").hidden = rows.length <= mostHeld;
  text(byID("held-more"), `and ${count(rows.length - mostHeld)} more`);
  fill(byID("held").tBodies[0], rows.slice(0, mostHeld), () => row(["Reason", "Kind", "Route", "To", "Events", "Rate"], { Events: "number", Rate: "number" }), (tr, h) => {
    [h.kind, h.route, h.to, count(h.n), rate(h.rate)].forEach((words, i) => text(tr.cells[i + 1], words));
    lines(tr.cells[0], h.reason, reasons[h.reason] ?? "");
    tr.cells[1].className = h.kind === "dropped" ? "bad" : "";
  });
}
