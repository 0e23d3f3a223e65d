// The status page. It shows what the stream of overviews tells, about once a second.

import { byID, fill, lines, state, text } from "./dom.js";
import { Events } from "./events.js";
import { clock, count, instants, kinds, span, stateOf } from "./format.js";
import { Model } from "./model.js";
import { Picture } from "./picture.js";
import { stream } from "./stream.js";
import { showHeld, showRemotes, showRoutes } from "./tables.js";

const mostNotices = 5;
const pause = 2000; // before the stream is asked for again, in milliseconds

const model = new Model();
const picture = new Picture(byID("picture"));
const events = new Events(() => model.now());

function show(overview) {
  const name = model.overview.name;
  text(byID("name"), name);
  document.title = (overview.ready ? "" : "! ") + name;
  state(byID("ready"), overview.ready ? "ok" : "bad", overview.ready ? "ready" : "not ready");
  say(overview.ready ? "The bridge is ready." : "The bridge is not ready: " + (overview.reasons ?? []).join("; "));
  notices(byID("reasons"), overview.ready ? [] : overview.reasons ?? []);
  notices(byID("notes"), overview.notes ?? []);
  text(byID("remotes-count"), summary());
  picture.show(model.remotes, model.directions);
  showTables();
}

function showTables() {
  if (!model.overview) return;
  showRemotes(model);
  showRoutes(model);
  showHeld(model);
  tick();
}

// summary says how many remotes there are of each kind, those first that a person should see.
function summary() {
  const all = [...model.remotes.values()].map((r) => stateOf(r).kind);
  const parts = Object.entries(kinds).map(([kind, word]) => [all.filter((k) => k === kind).length, word]).filter(([n]) => n > 0);
  return parts.length === 1 ? `${count(all.length)}, ${all.length > 1 ? "all " : ""}${parts[0][1]}` : `${count(all.length)}: ` + parts.map(([n, word]) => `${count(n)} ${word}`).join(", ");
}

function notices(list, words) {
  list.parentElement.hidden = words.length === 0;
  const shown = words.length > mostNotices + 1 ? [...words.slice(0, mostNotices), `and ${words.length - mostNotices} more`] : words;
  fill(list, shown, () => document.createElement("li"), (li, said) => text(li, instants(said, model.now())));
}

// tick renews what only gets older.
function tick() {
  if (!model.overview) return;
  text(byID("facts"), `${model.overview.version}, up for ${span(model.age(model.overview.started_at))}`);
  for (const cell of document.querySelectorAll("td.time")) {
    if (!("moment" in cell)) continue; // "when" would be there always: elements have a method of that name
    if (!cell.moment) text(cell, "");
    else if (cell.coming) text(cell, model.age(cell.moment) < -1 ? "in " + span(-model.age(cell.moment)) : "now");
    else lines(cell, span(Math.max(0, model.age(cell.moment))), clock(new Date(cell.moment), model.now()));
  }
}

// say tells a screen reader, when there is news.
function say(words) { text(byID("said"), words.slice(0, 300)); }

// lost says since when nothing comes, and why if the bridge said so.
function lost(since, why) {
  byID("lost").hidden = !since;
  document.documentElement.classList.toggle("old", Boolean(since));
  if (since) {
    const begin = why ? `The bridge refuses to show its state: ${why}.` : `No connection to the bridge since ${clock(since)}.`;
    text(byID("lost"), begin + (model.overview ? " What you see is from before." : ""));
    state(byID("ready"), "bad", why ? "refused" : "no connection");
  }
}

const handlers = {
  overview: (overview) => { model.whole(overview); show(overview); },
  change: (overview) => { model.change(overview); show(overview); },
  seen: (seen) => events.take(seen),
};

// follow shows the stream for as long as the page is open, through all its ends.
async function follow() {
  for (let since = null; ;) {
    let why;
    try {
      for await (const [name, body] of stream("/api/v1/overview/stream", sessionStorage.getItem("token"))) {
        since = null;
        lost(null);
        byID("login").hidden = true;
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
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

// token asks for one, and waits.
function token() {
  state(byID("ready"), "busy", "token wanted");
  const again = sessionStorage.getItem("token") !== null;
  text(byID("login-said"), again ? "That is not the token of this bridge." : "");
  byID("login").hidden = false;
  byID("login-token").focus();
  return new Promise((resolve) => byID("login").addEventListener("submit", () => {
    sessionStorage.setItem("token", byID("login-token").value.trim());
    byID("login-token").value = "";
    resolve();
  }, { once: true }));
}

for (const form of ["remotes-tools", "routes-tools"]) byID(form).addEventListener("input", showTables);
for (const form of document.forms) form.addEventListener("submit", (e) => e.preventDefault());
addEventListener("resize", () => { if (model.overview) picture.show(model.remotes, model.directions); });
setInterval(tick, 1000);
follow();
