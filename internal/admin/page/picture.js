// The picture of the topology: remotes on both sides, routes between them, an arrow for each way of events. Positions depend on
// which remotes and routes there are; what changes every second is set in place, so that focus and selection stay.

import { text } from "./dom.js";
import { count, kinds, rate, stateOf } from "./format.js";
import { boxesOf, edgesOf, pillsOf, place, rank, routeState, sum } from "./layout.js";

const namespace = "http://www.w3.org/2000/svg";
const mostLabels = 24; // arrows that have their numbers beside them

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// cut shortens a text to what fits a box, and cutName a name: those of a row of devices often differ in their ends only.
const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
const cutName = (name, most) => (name.length > most ? name.slice(0, Math.ceil(most / 2) - 1) + "…" + name.slice(name.length - Math.floor(most / 2)) : name);

const hrefOf = (box) => (box.members.length > 1 ? "#remotes" : "#remote-" + encodeURIComponent(box.members[0]));

// Picture draws into an element.
export class Picture {
  constructor(into) {
    this.into = into;
    this.drawn = "";
  }

  // show draws the bridge: remotes by name, directions by route and destination, each with its rates.
  show(remotes, directions) {
    const pills = pillsOf(directions);
    const boxes = boxesOf(remotes, pills);
    const edges = edgesOf(boxes, pills);
    const wide = this.into.clientWidth > 560;
    const shape = JSON.stringify([wide, boxes.map((b) => b.id), pills.map((p) => p.id), edges.map((e) => [e.pill.id, e.box.id, e.direction])]);
    if (shape !== this.drawn) {
      this.drawn = shape;
      const focused = this.into.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      this.draw(boxes, pills, edges, wide);
      if (focused) this.boxes.find((b) => b.link.getAttribute("href") === focused)?.link.focus({ preventScroll: true });
    } else {
      this.renew(boxes, pills);
    }
    this.update(remotes);
  }

  // renew takes over who is in the boxes and pills that are drawn.
  renew(boxes, pills) {
    for (const [drawn, now] of [[this.boxes.map((b) => b.box), boxes], [this.pills.map((p) => p.of), pills]]) {
      const byID = new Map(now.map((one) => [one.id, one]));
      for (const one of drawn) Object.assign(one, byID.get(one.id));
    }
  }

  draw(boxes, pills, edges, wide) {
    this.edges = edges;
    const size = wide ? { width: 900, box: 190, route: 170, apart: 16, high: 54, letters: 22 } : { width: 360, box: 122, route: 84, apart: 12, high: 50, letters: 14 };
    const height = place(boxes, pills, edges, size);
    const svg = make("svg", { viewBox: `0 0 ${size.width} ${height}`, role: "group", "aria-label": "Remotes and the routes between them" });
    svg.append(make("defs", {}, make("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" }, make("path", { d: "M0 0 8 4 0 8z", class: "tip" }))));
    const lines = make("g"), nodes = make("g"), labels = make("g");
    this.boxes = boxes.map((box) => this.box(box, size));
    this.pills = pills.map((of) => this.pill(of, size));
    const inOrder = [...this.boxes].sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y); // that of the Tab key
    nodes.append(...inOrder.map((b) => b.link), ...this.pills.map((p) => p.pill));
    const numbers = wide && this.edges.length <= 2 * mostLabels;
    for (const e of this.edges) {
      const bend = (e.near - e.box.edge) / 2;
      const tip = e.box.out * 2;
      e.path = make("path", {
        class: "edge", "marker-end": "url(#tip)",
        d: e.direction ? `M${e.near} ${e.there}C${e.near - bend} ${e.there} ${e.box.edge + bend} ${e.here} ${e.box.edge + tip} ${e.here}`
          : `M${e.box.edge} ${e.here}C${e.box.edge + bend} ${e.here} ${e.near - bend} ${e.there} ${e.near - tip} ${e.there}`,
      });
      e.title = make("title");
      e.path.append(e.title);
      lines.append(e.path);
      if (e.direction && numbers) {
        e.label = make("text", { class: "label", x: e.box.edge + e.box.out * 12, y: e.here + 4, "text-anchor": e.box.out === 1 ? "start" : "end" });
        labels.append(e.label);
      }
    }
    svg.append(lines, nodes, labels);
    this.into.replaceChildren(svg);
  }

  box(box, size) {
    const { x, y, high } = box;
    const rect = make("rect", { class: "box", x, y: y - high / 2, width: size.box, height: high, rx: 8 });
    const name = make("text", { x: x + 10, y: y - 8 });
    const word = make("text", { class: "word", x: x + 10, y: y + 7 });
    const flow = make("text", { class: "small", x: x + 10, y: y + 21 });
    const title = make("title");
    const link = make("a", {}, title, rect, name, word, flow);
    set(link, "href", hrefOf(box));
    return { box, link, name, word, flow, title, letters: size.letters, room: size.box - 16 };
  }

  pill(of, size) {
    const words = make("text", { "text-anchor": "middle", x: size.width / 2 });
    const word = make("text", { class: "word", "text-anchor": "middle", x: size.width / 2, y: of.y + 12 });
    const rect = make("rect", { class: "box route", x: (size.width - size.route) / 2, y: of.y - of.high / 2, width: size.route, height: of.high, rx: 18 });
    return { of, pill: make("g", {}, make("title"), rect, words, word), words, word, letters: size.letters - 2, room: size.route - 14 };
  }

  update(remotes) {
    for (const b of this.boxes) {
      const members = b.box.members.map((name) => remotes.get(name)).filter(Boolean);
      if (members.length === 0) continue;
      const many = members.length > 1;
      const state = members.map(stateOf).sort((x, y) => rank[x.kind] - rank[y.kind])[0];
      const flow = rate(sum(members, (r) => r.rates.received)) + " in, " + rate(sum(members, (r) => r.rates.sent)) + " out";
      set(b.link, "data-kind", state.kind);
      set(b.link, "href", hrefOf(b.box));
      squeeze(b.name, many ? count(members.length) + " remotes" : cutName(members[0].name, b.letters), b.room);
      text(b.word, cut(many ? kinds[state.kind] : state.word, b.letters + 3));
      squeeze(b.flow, flow, b.room);
      text(b.title, `${many ? members.length + " remotes" : members[0].name}: ${members[0].error ?? state.word}; ${flow}`);
    }
    for (const p of this.pills) {
      const { kind, word } = routeState(p.of.ways);
      const many = p.of.routes.length > 1;
      const name = many ? count(p.of.routes.length) + " routes" : p.of.routes[0];
      set(p.pill, "data-kind", kind);
      set(p.words, "y", String(word ? p.of.y - 2.5 : p.of.y + 4.5));
      squeeze(p.words, cutName(name, p.letters), p.room);
      text(p.word, cut(word, p.letters));
      text(p.pill.firstChild, name + (word ? ": " + word : ""));
    }
    for (const e of this.edges) this.updateEdge(e, remotes);
  }

  updateEdge(e, remotes) {
    let flowing = 0, waiting = 0, losing = 0;
    const members = new Set(e.box.members);
    for (const d of e.pill.ways) {
      if (!e.direction) {
        flowing += d.from.some((name) => members.has(name)) ? d.rates.received : 0;
      } else if (members.has(d.to)) {
        flowing += d.rates.forwarded;
        waiting += d.queued;
        losing += sum(Object.entries(d.rates), ([name, n]) => (name.startsWith("dropped ") ? n : 0));
      }
    }
    if (!e.direction && e.box.members.every((name) => !remotes.get(name)?.rates.received)) flowing = 0;
    set(e.path, "class", "edge" + (losing > 0 ? " loses" : waiting > 0 && flowing === 0 ? " waits" : flowing > 0 ? " flows" : ""));
    const words = e.direction ? rate(flowing) + (waiting > 0 ? ", " + count(waiting) + " waiting" : "") + (losing > 0 ? ", " + rate(losing) + " dropped" : "") : "";
    if (e.label) text(e.label, words);
    const route = e.pill.routes.length > 1 ? e.pill.routes.length + " routes" : e.pill.routes[0];
    text(e.title, `${route}: ${e.direction ? "to" : "from"} ${e.box.members.length > 1 ? e.box.members.length + " remotes" : e.box.members[0]}${words ? ", " + words : ""}`);
  }
}

// squeeze makes a text narrower that is wider than its room.
function squeeze(element, words, room) {
  if (element.textContent === words) return;
  element.textContent = words;
  element.removeAttribute("textLength");
  if (element.getComputedTextLength() > room) for (const [key, value] of [["textLength", room], ["lengthAdjust", "spacingAndGlyphs"]]) element.setAttribute(key, value);
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
