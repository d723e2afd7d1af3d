// A pad to draw on: what is drawn goes through every network at once.

const PAD = 320;
const WAYS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const REACH = 1.25;

// Ink around (x, y), counted in cells: full in the middle, none beyond REACH; it never fades.
function brush(ink, side, [x, y]) {
  ink.forEach((value, cell) => {
    const across = cell % side + 0.5 - x, down = Math.floor(cell / side) + 0.5 - y;
    ink[cell] = Math.max(value, Math.min(1, REACH - Math.hypot(across, down)));
  });
}

function stroke(ink, side, from, to) {
  const steps = Math.max(1, Math.ceil(4 * Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let step = 1; step <= steps; step += 1) {
    brush(ink, side, from.map((value, n) => value + (to[n] - value) * step / steps));
  }
}

function meanSquare(x, target) {
  return x.reduce((sum, value, n) => sum + (value - target[n]) ** 2, 0) / x.length;
}

function paintPad(pen, size, side, ink, cursor) {
  const cell = size / side;
  ink.forEach((value, n) => {
    const shade = Math.round(255 * (1 - value));
    pen.fillStyle = `rgb(${shade},${shade},${shade})`;
    pen.fillRect(cell * (n % side), cell * Math.floor(n / side), cell, cell);
  });
  pen.strokeStyle = "#C8C8C8";
  pen.lineWidth = 1;
  for (let line = 1; line < side; line += 1) {
    pen.strokeRect(cell * line, 0, 0, size);
    pen.strokeRect(0, cell * line, size, 0);
  }
  if (!cursor) return;
  for (const [colour, width] of [["white", 0.16], ["#D55E00", 0.09]]) {
    Object.assign(pen, { strokeStyle: colour, lineWidth: width * cell });
    pen.strokeRect(cell * (cursor[1] + 0.1), cell * (cursor[0] + 0.1), 0.8 * cell, 0.8 * cell);
  }
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// One network: its reconstruction, and under it a line each for error, limit and verdict.
function judge({ name, layers, limit }, side, words) {
  const picture = canvas(side, "img"), figure = captioned(picture, name);
  const lines = ["error", "limit", "verdict"].map(() => document.createElement("div"));
  lines[2].className = "verdict";
  figure.append(...lines);
  const look = (ink) => {
    const x = decode(layers, ink), error = meanSquare(x, ink), odd = error > limit;
    const told = { name, error: error.toFixed(5), limit: limit.toFixed(5) };
    paintPicture(picture, x);
    ["error", "limit"].forEach((line, n) => say(lines[n], filled(words[line], told)));
    say(lines[2], odd ? words.odd : words.usual);
    picture.setAttribute("aria-label", filled(words.rebuilt, told));
    return odd;
  };
  return { name, figure, look };
}

function render({ data, el }) {
  const { words, side } = data;
  const samples = numbers(data.samples, Uint8Array), count = samples.length / side ** 2;
  const size = Math.round(PAD * Math.min(2, globalThis.devicePixelRatio || 1));
  const plane = canvas(size, "application", words.name);
  const place = document.createElement("div"), verdict = document.createElement("div");
  const judges = data.networks.map(({ name, layers, limit }) => (
    judge({ name, layers: unpacked(layers), limit }, side, words)));
  let ink = new Float64Array(side * side), cursor = [0, 0], last = null;
  let waiting = 0, sample = -1, focused = false;
  plane.setAttribute("aria-roledescription", words.kind);
  plane.tabIndex = 0;
  place.setAttribute("aria-live", "polite");
  verdict.setAttribute("role", "status");

  const paint = () => {
    waiting = 0;
    paintPad(plane.getContext("2d"), size, side, ink, focused ? cursor : null);
    const odd = judges.map(({ look }) => look(ink));
    const names = (wanted) => judges.filter((_, n) => odd[n] === wanted).map(({ name }) => name);
    const list = (wanted) => names(wanted).join(", ") || words.none;
    say(verdict, filled(words.verdict, { odd: list(true), usual: list(false) }));
  };
  const repaint = () => { waiting = waiting || requestAnimationFrame(paint); };
  const cell = () => cursor[0] * side + cursor[1];
  const tell = () => say(place, filled(words.place, {
    row: cursor[0] + 1, column: cursor[1] + 1, ink: Math.round(100 * ink[cell()]) }));
  const changed = () => { tell(); repaint(); };
  const take = () => {
    sample = (sample + 1) % count;
    const bytes = samples.subarray(sample * side * side, (sample + 1) * side * side);
    ink = Float64Array.from(bytes, (value) => value / 255);
    changed();
  };
  const clear = () => { ink.fill(0); changed(); };
  const cycle = () => {
    const value = ink[cell()];
    ink[cell()] = value >= 1 ? 0 : value < 0.5 ? 0.5 : 1;
    changed();
  };
  const under = (event) => {
    const box = plane.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    return at.map((share) => share * side);
  };
  const draw = (event) => {
    const to = under(event);
    stroke(ink, side, last ?? to, to);
    last = to;
    cursor = [to[1], to[0]].map((at) => Math.min(side - 1, Math.max(0, Math.floor(at))));
    changed();
  };
  dragged(plane, draw, draw, () => { last = null; });
  plane.addEventListener("focus", () => { focused = true; changed(); });
  plane.addEventListener("blur", () => { focused = false; repaint(); });
  plane.addEventListener("keydown", (event) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    if (way) cursor = cursor.map((at, n) => Math.min(side - 1, Math.max(0, at + way[n])));
    else if (event.key === " ") cycle();
    else if (["Backspace", "Delete"].includes(event.key)) clear();
    else return;
    event.preventDefault();
    changed();
  });

  node("p", el, { textContent: words.help });
  const pad = node("div", el, { className: "drawing" });
  const hand = node("div", pad, { className: "hand" }), beside = node("div", pad, { className: "judges" });
  hand.append(plane, place);
  const buttons = node("div", hand, { className: "buttons" });
  button(buttons, words.take, take);
  button(buttons, words.clear, clear);
  beside.append(...judges.map(({ figure }) => figure));
  el.append(verdict);
  take();
  cancelAnimationFrame(waiting);
  paint();
}
