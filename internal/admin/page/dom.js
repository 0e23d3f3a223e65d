// Elements are changed only where they differ, so that focus and selection stay. Words become text and never markup.

export const byID = (id) => document.getElementById(id);

// fill makes as many children as there are values, and keeps those that are there.
export function fill(parent, values, create, update) {
  while (parent.children.length > values.length) parent.lastElementChild.remove();
  while (parent.children.length < values.length) parent.append(create());
  values.forEach((value, i) => update(parent.children[i], value));
}

// row makes one of a table. Each cell has the label of its column, for narrow screens, and maybe a class.
export function row(labels, classes) {
  const tr = document.createElement("tr");
  for (const label of labels) {
    const td = document.createElement("td");
    td.dataset.label = label;
    if (classes[label]) td.className = classes[label];
    tr.append(td);
  }
  return tr;
}

export function text(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

// lines sets a text and a smaller one below it.
export function lines(cell, words, small) {
  if (cell.children.length !== 2) {
    const first = document.createElement("div"), second = document.createElement("div");
    second.className = "quiet";
    cell.replaceChildren(first, second);
  }
  text(cell.children[0], words);
  text(cell.children[1], small);
}

// state sets a word with its colour.
export function state(element, kind, word) {
  if (element.dataset.kind !== kind) element.dataset.kind = kind;
  text(element, word);
}

// chip sets a state within a cell.
export function chip(cell, s) {
  if (!cell.firstElementChild) {
    const span = document.createElement("span");
    span.className = "state";
    cell.append(span);
  }
  state(cell.firstElementChild, s.kind, s.word);
}
