// The picture of the topology: remotes on both sides, routes between them, an arrow for each way of events. Positions depend on
// which remotes and routes there are; what changes every second is set in place, so that focus and selection stay.

import { count, kinds, rate, stateOf } from "./format.js";

const namespace = "http://www.w3.org/2000/svg";
const mostBoxes = 24; // remotes that are drawn one by one
const mostUnwell = 8; // likewise, of many
const mostLabels = 24; // arrows that have their numbers beside them
const mostPorts = 8; // arrows for which a box grows
const portHeight = 15;

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// cut shortens a text to what fits a box.
const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);

// rank puts first what a person should see.
const rank = Object.fromEntries(Object.keys(kinds).map((kind, i) => [kind, i]));

// boxesOf returns what is drawn: remotes, and beyond some number a few of those that are not well, and the others as one box for
// each state and each set of routes.
function boxesOf(remotes, routes) {
  const all = [...remotes.values()];
  if (all.length <= mostBoxes) return all.map((r) => ({ id: r.name, members: [r.name] }));
  const unwell = all.filter((r) => rank[stateOf(r).kind] < rank.held).sort((a, b) => rank[stateOf(a).kind] - rank[stateOf(b).kind]);
  const shown = new Set(unwell.slice(0, mostUnwell).map((r) => r.name));
  const groups = new Map();
  for (const r of all) {
    if (shown.has(r.name)) continue;
    const key = stateOf(r).kind + routes.map((route) => (route.from.has(r.name) ? "f" : "") + (route.to.has(r.name) ? "t" : "")).join("|");
    groups.set(key, [...(groups.get(key) ?? []), r.name]);
  }
  const boxes = [...shown].map((name) => ({ id: name, members: [name] }));
  for (const members of groups.values()) boxes.push({ id: members[0] + "+" + members.length, members });
  return boxes;
}

function routesOf(directions) {
  const routes = new Map();
  for (const d of directions.values()) {
    if (!routes.has(d.route)) routes.set(d.route, { name: d.route, from: new Set(), to: new Map() });
    const route = routes.get(d.route);
    for (const name of d.from) route.from.add(name);
    route.to.set(d.to, d);
  }
  return [...routes.values()];
}

// edgesOf returns the arrows: from the box of each source to its route, and from there to the box of each destination. Remotes that
// share a box share them.
function edgesOf(boxes, routes) {
  const home = new Map(boxes.flatMap((box) => box.members.map((name) => [name, box])));
  const edges = new Map();
  for (const route of routes) {
    const add = (name, direction) => {
      const box = home.get(name);
      if (box) edges.set([route.name, box.id, direction].join(" "), { route: route.name, box, direction });
    };
    for (const name of route.from) add(name, false);
    for (const name of route.to.keys()) add(name, true);
  }
  return [...edges.values()];
}

// spread puts the edges with the same key side by side, in the order of a number.
function spread(edges, key, by, put, step) {
  const groups = new Map();
  for (const e of edges) groups.set(key(e), [...(groups.get(key(e)) ?? []), e]);
  for (const group of groups.values()) {
    group.sort((a, b) => by(a) - by(b));
    const apart = Math.min(step, (step * mostPorts) / group.length);
    group.forEach((e, i) => put(e, (i - (group.length - 1) / 2) * apart));
  }
}

// Picture draws into an element.
export class Picture {
  constructor(into) {
    this.into = into;
    this.drawn = "";
  }

  // show draws the bridge: remotes by name, directions by route and destination, each with its rates.
  show(remotes, directions) {
    const routes = routesOf(directions);
    const boxes = boxesOf(remotes, routes);
    const width = this.into.clientWidth;
    const shape = JSON.stringify([width > 560, boxes.map((b) => b.id), routes.map((r) => [r.name, [...r.from], [...r.to.keys()]])]);
    if (shape !== this.drawn) {
      this.drawn = shape;
      this.draw(boxes, routes, width > 560);
    }
    this.update(remotes, directions);
  }

  draw(boxes, routes, wide) {
    this.boxes = [];
    this.edges = edgesOf(boxes, routes);
    const size = wide ? { width: 900, box: 190, route: 170, row: 70, high: 54, letters: 22 } : { width: 360, box: 122, route: 84, row: 62, high: 50, letters: 14 };
    const most = Math.min(mostPorts, Math.max(1, ...boxes.map((box) => this.edges.filter((e) => e.box === box).length)));
    size.high = Math.max(size.high, most * portHeight + 6);
    size.row = Math.max(size.row, size.high + 16);
    const sides = this.sides(boxes, routes);
    const height = Math.max(sides[0].length, sides[1].length, routes.length, 1) * size.row;
    const svg = make("svg", { viewBox: `0 0 ${size.width} ${height}`, role: "group", "aria-label": "Remotes and the routes between them" });
    svg.append(make("defs", {}, make("marker", { id: "tip", viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, markerUnits: "userSpaceOnUse", orient: "auto" }, make("path", { d: "M0 0 8 4 0 8z", class: "tip" }))));
    const place = (list, i) => (i + 0.5) * (height / list.length);
    const lines = make("g"), nodes = make("g"), labels = make("g");
    sides.forEach((side, which) => side.forEach((box, i) => {
      Object.assign(box, { x: which === 0 ? 2 : size.width - size.box - 2, y: place(side, i), out: which === 0 ? 1 : -1 });
      box.edge = which === 0 ? box.x + size.box : box.x;
      nodes.append(this.box(box, size));
    }));
    const middle = (size.width - size.route) / 2;
    const pills = new Map(routes.map((route, i) => [route.name, place(routes, i)]));
    this.pills = [];
    for (const [name, y] of pills) {
      const words = make("text", { "text-anchor": "middle", x: size.width / 2, y: y + 4.5 }), word = make("text", { class: "word", "text-anchor": "middle", x: size.width / 2, y: y + 12 });
      words.textContent = cut(name, size.letters - 2);
      const pill = make("g", {}, make("title"), make("rect", { class: "box route", x: middle, y: y - 18, width: size.route, height: 36, rx: 18 }), words, word);
      this.pills.push({ name, pill, words, word, y, letters: size.letters });
      nodes.append(pill);
    }
    for (const e of this.edges) Object.assign(e, { near: e.box.out === 1 ? middle : middle + size.route, pill: pills.get(e.route) });
    // Each arrow has a place of its own at its box and at its route, in the order of what lies on the other side.
    spread(this.edges, (e) => e.box, (e) => e.pill + (e.direction ? 1 : 0), (e, y) => { e.here = e.box.y + y; }, Math.min(portHeight, (size.high - 10) / most));
    spread(this.edges, (e) => e.route + e.box.out, (e) => e.here, (e, y) => { e.there = e.pill + y; }, 7);
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

  // sides puts sources left, destinations right, and what is both where there is more room.
  sides(boxes, routes) {
    const left = [], right = [];
    const rest = [];
    for (const box of boxes) {
      const from = routes.some((r) => r.from.has(box.members[0]));
      const to = routes.some((r) => r.to.has(box.members[0]));
      if (from && !to) left.push(box);
      else if (to && !from) right.push(box);
      else rest.push(box);
    }
    for (const box of rest) (left.length <= right.length ? left : right).push(box);
    return [left, right];
  }

  box(box, size) {
    const { x, y } = box;
    const one = box.members.length === 1;
    const rect = make("rect", { class: "box", x, y: y - size.high / 2, width: size.box, height: size.high, rx: 8 });
    const name = make("text", { x: x + 10, y: y - 8 });
    name.textContent = one ? cut(box.members[0], size.letters) : count(box.members.length) + " remotes";
    const word = make("text", { class: "word", x: x + 10, y: y + 7 });
    const flow = make("text", { class: "small", x: x + 10, y: y + 21 });
    const title = make("title");
    const link = make("a", { href: one ? "#remote-" + encodeURIComponent(box.members[0]) : "#remotes" }, title, rect, name, word, flow);
    this.boxes.push({ box, link, word, flow, title, letters: size.letters + 3 });
    return link;
  }

  update(remotes, directions) {
    for (const b of this.boxes) {
      const members = b.box.members.map((name) => remotes.get(name)).filter(Boolean);
      if (members.length === 0) continue;
      const state = members.map(stateOf).sort((x, y) => rank[x.kind] - rank[y.kind])[0];
      const flow = rate(sum(members, (r) => r.rates.received)) + " in, " + rate(sum(members, (r) => r.rates.sent)) + " out";
      set(b.link, "data-kind", state.kind);
      text(b.word, cut(members.length > 1 ? "all " + kinds[state.kind] : state.word, b.letters));
      text(b.flow, cut(flow, b.letters + 4));
      text(b.title, `${members.length > 1 ? members.length + " remotes" : members[0].name}: ${members[0].error ?? state.word}; ${flow}`);
    }
    const byRoute = group(directions.values());
    for (const p of this.pills) {
      const { kind, word } = routeState(byRoute.get(p.name) ?? []);
      set(p.pill, "data-kind", kind);
      set(p.words, "y", String(word ? p.y - 2.5 : p.y + 4.5));
      text(p.word, cut(word, p.letters - 2));
      text(p.pill.firstChild, p.name + (word ? ": " + word : ""));
    }
    for (const e of this.edges) {
      let flowing = 0, waiting = 0, losing = 0;
      for (const d of byRoute.get(e.route) ?? []) {
        if (!e.direction) {
          flowing += d.rates.received;
        } else if (e.box.members.includes(d.to)) {
          flowing += d.rates.forwarded;
          waiting += d.queued;
          losing += sum(Object.entries(d.rates), ([name, n]) => (name.startsWith("dropped ") ? n : 0));
        }
      }
      if (!e.direction && e.box.members.every((name) => !remotes.get(name)?.rates.received)) flowing = 0;
      set(e.path, "class", "edge" + (losing > 0 ? " loses" : waiting > 0 && flowing === 0 ? " waits" : flowing > 0 ? " flows" : ""));
      const words = e.direction ? rate(flowing) + (waiting > 0 ? ", " + count(waiting) + " waiting" : "") + (losing > 0 ? ", " + rate(losing) + " dropped" : "") : "";
      if (e.label) text(e.label, words);
      text(e.title, `${e.route}: ${e.direction ? "to" : "from"} ${e.box.members.length > 1 ? e.box.members.length + " remotes" : e.box.members[0]}${words ? ", " + words : ""}`);
    }
  }
}

// routeState says what is to be seen of a route as a whole; mostly nothing.
function routeState(directions) {
  if (directions.some((d) => d.degraded)) return { kind: "bad", word: "disk fails" };
  if (directions.some((d) => d.paused_since)) return { kind: "held", word: "paused" };
  if (directions.length > 0 && directions.every((d) => d.removed)) return { kind: "busy", word: "removed" };
  return { kind: "", word: "" };
}

function group(directions) {
  const groups = new Map();
  for (const d of directions) groups.set(d.route, [...(groups.get(d.route) ?? []), d]);
  return groups;
}

const sum = (list, of) => list.reduce((n, one) => n + of(one), 0);

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

function set(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
