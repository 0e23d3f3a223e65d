// The table of the last events.

import { byID, fill, lines, row, text } from "./dom.js";
import { clock } from "./format.js";
import { reasons } from "./reasons.js";

const mostKept = 400;
const mostShown = 40;
const mostBytes = 16;

const hex = (data) => data.slice(0, mostBytes).map((b) => b.toString(16).padStart(2, "0")).join(" ") + (data.length > mostBytes ? " …" : "");

// Events keeps the newest ones, and shows those that are asked for, unless they are to hold still. The clock is that of the bridge.
export class Events {
  constructor(now) {
    this.now = now;
    this.newest = [];
    this.still = false;
    byID("events-show").addEventListener("input", () => this.show());
    byID("events-pause").addEventListener("click", () => this.hold(!this.still));
  }

  // take adds events, the newest last.
  take(seen) {
    this.newest = [...seen.reverse(), ...this.newest].slice(0, mostKept);
    this.show();
  }

  hold(still) {
    this.still = still;
    byID("events-pause").setAttribute("aria-pressed", String(still));
    text(byID("events-pause"), still ? "Go on" : "Hold still");
    this.show();
  }

  show() {
    if (this.still) return;
    const want = byID("events-show").value;
    const rows = this.newest.filter((e) => want === "all" || (want === "queued") === !e.held).slice(0, mostShown);
    byID("events-none").hidden = rows.length > 0;
    byID("events").hidden = rows.length === 0;
    fill(byID("events").tBodies[0], rows, () => row(["Time", "Way", "Event", "Value", "From GUID", "Outcome"], { Time: "time" }), (tr, e) => this.event(tr, e));
  }

  event(tr, e) {
    const [time, way, event, value, guid, outcome] = tr.cells;
    text(time, clock(new Date(e.seen_at), this.now()));
    lines(way, (e.from || "(queue)") + " → " + e.to, e.route);
    lines(event, e.type_token || String(e.type), e.class_token || String(e.class));
    const m = e.measurement;
    text(value, m ? [m.text || String(m.value), m.symbol].filter(Boolean).join(" ") : hex(e.data));
    text(guid, e.guid);
    guid.className = "mono";
    lines(outcome, e.held ? `${e.outcome}: ${e.held}` : e.outcome, [reasons[e.held], e.reply && `“${e.reply}”`].filter(Boolean).join(": "));
    outcome.className = e.outcome === "dropped" ? "bad" : "";
  }
}
