// What is in the picture of the topology, and where: which remotes and routes stand for themselves, the places of their boxes, and the
// ends of the arrows between them.

import { kinds, stateOf } from "./format.js";

const mostBoxes = 24; // remotes that are drawn one by one
const mostRoutes = 24; // likewise routes
const mostUnwell = 8; // likewise, of many
const mostPorts = 8; // arrows for which a box or a route grows
const portHeight = 15; // of an arrow at a box, where its numbers stand
const tipHeight = 7; // of an arrow at a route

// rank puts first what a person should see.
export const rank = Object.fromEntries(Object.keys(kinds).map((kind, i) => [kind, i]));

// pillsOf returns the routes that are drawn, each with the remotes at its ends: beyond some number a few of those that somebody has to
// know of, and the others as one for each state.
export function pillsOf(directions) {
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
export function boxesOf(remotes, pills) {
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

// edgesOf returns the arrows: from the box of each source to its route, and from there to the box of each destination. Remotes that
// share a box share them, and so do routes.
export function edgesOf(boxes, pills) {
  const edges = [];
  for (const pill of pills) {
    for (const box of boxes) {
      if (box.members.some((name) => pill.from.has(name))) edges.push({ pill, box, direction: false });
      if (box.members.some((name) => pill.to.has(name))) edges.push({ pill, box, direction: true });
    }
  }
  return edges;
}

// place gives all their places, and returns the height of the picture.
export function place(boxes, pills, edges, size) {
  const bothSides = sides(boxes, pills);
  bothSides.forEach((side, which) => side.forEach((box) => {
    Object.assign(box, { x: which === 0 ? 2 : size.width - size.box - 2, out: which === 0 ? 1 : -1 });
    box.edge = which === 0 ? box.x + size.box : box.x;
  }));
  grow(boxes, edges, size.high, (arrows) => arrows * portHeight + 6);
  grow(pills, edges, 36, (arrows) => (arrows - 1) * tipHeight + 20);
  const columns = [...bothSides, pills];
  const height = Math.max(size.high + size.apart, ...columns.map((column) => sum(column, (one) => one.high + size.apart)));
  for (const column of columns) stack(column, height);
  // Each arrow has a place of its own at its box and at its route, in the order of what lies on the other side.
  for (const e of edges) e.near = (size.width - e.box.out * size.route) / 2;
  spread(edges, (e) => e.box, (e) => e.pill.y + (e.direction ? 1 : 0), (e, y) => { e.here = e.box.y + y; }, portHeight);
  spread(edges, (e) => e.pill.id + " " + e.box.out, (e) => e.here, (e, y) => { e.there = e.pill.y + y; }, tipHeight);
  return height;
}

// sides puts sources left, destinations right, and what is both where there is more room.
function sides(boxes, pills) {
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

// routeState says what is to be seen of a route as a whole; mostly nothing.
export function routeState(directions) {
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

export const sum = (list, of) => list.reduce((n, one) => n + of(one), 0);
