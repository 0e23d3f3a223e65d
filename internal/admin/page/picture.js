// The picture of the topology: remotes on both sides, routes between them, an arrow for each way of events. Positions depend on
// which remotes and routes there are; what changes every second is set in place, so that focus and selection stay.

import { count, kinds, rate, stateOf } from "./format.js";

const namespace = "http://www.w3.org/2000/svg";
const mostBoxes = 24; // remotes that are drawn one by one
const mostRoutes = 24; // likewise routes
const mostUnwell = 8; // likewise, of many
const mostLabels = 24; // arrows that have their numbers beside them
const mostPorts = 8; // arrows for which a box or a route grows
const portHeight = 15; // of an arrow at a box, where its numbers stand
const tipHeight = 7; // of an arrow at a route

function make(name, attributes = {}, ...children) {
  const element = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// cut shortens a text to what fits a box, and cutName a name: those of a row of devices often differ in their ends only.
const cut = (text, most) => (text.length > most ? text.slice(0, most - 1) + "…" : text);
const cutName = (name, most) => (name.length > most ? name.slice(0, Math.ceil(most / 2) - 1) + "…" + name.slice(name.length - Math.floor(most / 2)) : name);

// rank puts first what a person should see.
const rank = Object.fromEntries(Object.keys(kinds).map((kind, i) => [kind, i]));

// pillsOf returns the routes that are drawn, each with the remotes at its ends: beyond some number a few of those that somebody has to
// know of, and the others as one for each state.
function pillsOf(directions) {
  const routes = [...group(directions.values(), (d) => d.route)].map(([name, ways]) => ({ name, kind: routeState(ways).kind, ways }));
  const unwell = routes.length <= mostRoutes ? routes : routes.filter((route) => route.kind).sort((a, b) => rank[a.kind] - rank[b.kind]).slice(0, mostUnwell);
  const shown = new Set(unwell);
  const pills = unwell.map((route) => ({ id: route.name, routes: [route.name], ways: route.ways }));
  for (const [kind, members] of group(routes.filter((route) => !shown.has(route)), (route) => route.kind)) {
    pills.push({ id: "routes " + kind, routes: members.map((route) => route.name), ways: members.flatMap((route) => route.ways) });
  }
  for (const pill of pills) Object.assign(pill, { from: new Set(pill.ways.flatMap((d) => d.from)), to: new Set(pill.ways.map((d) => d.to)) });
  return pills;
}

// boxesOf returns the remotes that are drawn: beyond some number a few of those that are not well, and the others as one box for each
// state and each set of routes, or where that makes many, for each state.
function boxesOf(remotes, pills) {
  const all = [...remotes.values()];
  if (all.length <= mostBoxes) return all.map((r) => ({ id: r.name, members: [r.name] }));
  const unwell = all.filter((r) => rank[stateOf(r).kind] < rank.held).sort((a, b) => rank[stateOf(a).kind] - rank[stateOf(b).kind]);
  const shown = new Set(unwell.slice(0, mostUnwell).map((r) => r.name));
  const rest = all.filter((r) => !shown.has(r.name));
  const sides = (r) => pills.map((pill) => (pill.from.has(r.name) ? "f" : "") + (pill.to.has(r.name) ? "t" : "")).join("|");
  const together = (key) => [...group(rest, key)].map(([id, members]) => ({ id: "remotes " + id, members: members.map((r) => r.name) }));
  let groups = together((r) => stateOf(r).kind + " " + sides(r));
  if (shown.size + groups.length > mostBoxes) groups = together((r) => stateOf(r).kind);
  return [...shown].map((name) => ({ id: name, members: [name] })).concat(groups);
}

const hrefOf = (box) => (box.members.length > 1 ? "#remotes" : "#remote-" + encodeURIComponent(box.members[0]));

// edgesOf returns the arrows: from the box of each source to its route, and from there to the box of each destination. Remotes that
// share a box share them, and so do routes.
function edgesOf(boxes, pills) {
  const edges = [];
  for (const pill of pills) {
    for (const box of boxes) {
      if (box.members.some((name) => pill.from.has(name))) edges.push({ pill, box, direction: false });
      if (box.members.some((name) => pill.to.has(name))) edges.push({ pill, box, direction: true });
    }
  }
  return edges;
}

// spread puts the edges with the same key side by side, in the order of a number.
function spread(edges, key, by, put, step) {
  for (const beside of group(edges, key).values()) {
    beside.sort((a, b) => by(a) - by(b));
    const apart = Math.min(step, (step * mostPorts) / beside.length);
    beside.forEach((e, i) => put(e, (i - (beside.length - 1) / 2) * apart));
  }
}

// grow makes what has many arrows at one of its sides high enough for them.
function grow(list, edges, least, more) {
  for (const one of list) {
    const arrows = edges.filter((e) => e.box === one || e.pill === one);
    const most = Math.max(...[1, -1].map((out) => arrows.filter((e) => e.box.out === out).length));
    one.high = Math.max(least, more(Math.min(most, mostPorts)));
  }
}

// stack puts things one below the other, with equal room between them.
function stack(list, height) {
  const apart = (height - sum(list, (one) => one.high)) / list.length;
  let top = apart / 2;
  for (const one of list) {
    one.y = top + one.high / 2;
    top += one.high + apart;
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
    const height = this.place(boxes, pills, size);
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

  // place gives all their places, and returns the height of the picture.
  place(boxes, pills, size) {
    const sides = this.sides(boxes, pills);
    sides.forEach((side, which) => side.forEach((box) => {
      Object.assign(box, { x: which === 0 ? 2 : size.width - size.box - 2, out: which === 0 ? 1 : -1 });
      box.edge = which === 0 ? box.x + size.box : box.x;
    }));
    grow(boxes, this.edges, size.high, (arrows) => arrows * portHeight + 6);
    grow(pills, this.edges, 36, (arrows) => (arrows - 1) * tipHeight + 20);
    const columns = [...sides, pills];
    const height = Math.max(size.high + size.apart, ...columns.map((column) => sum(column, (one) => one.high + size.apart)));
    for (const column of columns) stack(column, height);
    // Each arrow has a place of its own at its box and at its route, in the order of what lies on the other side.
    for (const e of this.edges) e.near = (size.width - e.box.out * size.route) / 2;
    spread(this.edges, (e) => e.box, (e) => e.pill.y + (e.direction ? 1 : 0), (e, y) => { e.here = e.box.y + y; }, portHeight);
    spread(this.edges, (e) => e.pill.id + " " + e.box.out, (e) => e.here, (e, y) => { e.there = e.pill.y + y; }, tipHeight);
    return height;
  }

  // sides puts sources left, destinations right, and what is both where there is more room.
  sides(boxes, pills) {
    const left = [], right = [];
    const rest = [];
    for (const box of boxes) {
      const from = box.members.some((name) => pills.some((p) => p.from.has(name)));
      const to = box.members.some((name) => pills.some((p) => p.to.has(name)));
      if (from && !to) left.push(box);
      else if (to && !from) right.push(box);
      else rest.push(box);
    }
    for (const box of rest) (left.length <= right.length ? left : right).push(box);
    return [left, right];
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

// routeState says what is to be seen of a route as a whole; mostly nothing.
function routeState(directions) {
  if (directions.some((d) => d.degraded)) return { kind: "bad", word: "disk fails" };
  if (directions.some((d) => d.paused_since)) return { kind: "held", word: "paused" };
  if (directions.length > 0 && directions.every((d) => d.removed)) return { kind: "busy", word: "removed" };
  return { kind: "", word: "" };
}

// group returns lists by key, each in the order of the values.
function group(values, key) {
  const groups = new Map();
  for (const value of values) {
    if (!groups.has(key(value))) groups.set(key(value), []);
    groups.get(key(value)).push(value);
  }
  return groups;
}

const sum = (list, of) => list.reduce((n, one) => n + of(one), 0);

function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
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
