// A plane of codes: the point that is dragged over it is decoded here, or was, on a grid.

const PLANE = 400;
const KEY_STEPS = 80;
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

function nearest(codes, [x, y]) {
  const best = { row: 0, distance: Infinity };
  for (let row = 0; row < codes.length / 2; row += 1) {
    const distance = Math.hypot(codes[2 * row] - x, codes[2 * row + 1] - y);
    if (distance < best.distance) Object.assign(best, { row, distance });
  }
  return best;
}

function ticks(low, high) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((each) => each >= rough);
  const count = Math.floor(high / step) - Math.ceil(low / step) + 1;
  return Array.from({ length: count }, (_, n) => +((Math.ceil(low / step) + n) * step).toFixed(6));
}

function paintCodes(pen, size, spot, { codes, kinds, labels, colours, window: [low, high] }) {
  const [[left, right], [bottom, top]] = [[low[0], high[0]], [low[1], high[1]]];
  pen.fillStyle = "white";
  pen.fillRect(0, 0, size, size);
  pen.font = `${size * 0.03}px sans-serif`;
  pen.fillStyle = "#666666";
  pen.strokeStyle = "#E4E4E4";
  for (const tick of ticks(left, right)) {
    const [x] = spot([tick, 0]);
    pen.strokeRect(x, 0, 0, size);
    pen.fillText(tick, x + 2, size - 3);
  }
  for (const tick of ticks(bottom, top)) {
    const [, y] = spot([0, tick]);
    pen.strokeRect(0, y, size, 0);
    pen.fillText(tick, 2, y - 2);
  }
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  kinds.forEach((kind, row) => {
    pen.fillStyle = colours[kind];
    pen.fillText(labels[kind], ...spot([codes[2 * row], codes[2 * row + 1]]));
  });
}

function paintPoint(pen, size, from, to) {
  pen.strokeStyle = "#222222";
  pen.lineWidth = size / 250;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  for (const [radius, colour] of [[0.021, "white"], [0.016, "#D55E00"]]) {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(...from, radius * size, 0, 2 * Math.PI);
    pen.fill();
  }
}

// How the point moves and what it decodes to: anywhere by the layers, or from knot to knot.
function decoder({ layers, grid, window: [low, high], side }) {
  if (!grid) {
    const unpackedLayers = unpacked(layers);
    const step = low.map((value, n) => (high[n] - value) / KEY_STEPS);
    return { step, settle: (at) => at, picture: (at) => decode(unpackedLayers, at) };
  }
  const pictures = numbers(grid.pictures, Uint8Array), last = grid.count - 1;
  const step = low.map((value, n) => (high[n] - value) / last);
  const knot = (at) => at.map((value, n) => Math.round((value - low[n]) / step[n]));
  return {
    step,
    settle: (at) => knot(at).map((place, n) => low[n] + place * step[n]),
    picture: (at) => {
      const [x, y] = knot(at), place = (y * grid.count + x) * side * side;
      return Float32Array.from(pictures.subarray(place, place + side * side), (v) => v / 255);
    },
  };
}

function render({ data, el }) {
  const { words, side, labels, start, reach, window: [low, high] } = data;
  const scene = { ...data, codes: numbers(data.codes, Float32Array), kinds: numbers(data.kinds, Uint8Array) };
  const pictures = numbers(data.pictures, Uint8Array), { step, settle, picture } = decoder(data);
  const size = Math.round(PLANE * Math.min(2, globalThis.devicePixelRatio || 1));
  const spot = ([x, y]) => [
    size * (x - low[0]) / (high[0] - low[0]), size * (1 - (y - low[1]) / (high[1] - low[1])),
  ];
  const plane = canvas(size, "slider", words.name), codes = canvas(size);
  const decoded = canvas(side, "img"), real = canvas(side, "img");
  const readout = document.createElement("div");
  plane.setAttribute("aria-roledescription", words.kind);
  plane.tabIndex = 0;
  paintCodes(codes.getContext("2d"), size, spot, scene);
  let at = settle(start), waiting = 0;

  const paint = () => {
    waiting = 0;
    const { row, distance } = nearest(scene.codes, at);
    const pen = plane.getContext("2d"), place = [scene.codes[2 * row], scene.codes[2 * row + 1]];
    pen.drawImage(codes, 0, 0);
    paintPoint(pen, size, spot(at), spot(place));
    paintPicture(decoded, picture(at));
    const bytes = pictures.subarray(row * side * side, (row + 1) * side * side);
    paintPicture(real, Float32Array.from(bytes, (value) => value / 255));
    const [x, y] = at.map((value) => value.toFixed(2)), label = labels[scene.kinds[row]];
    const said = filled(distance <= reach ? words.near : words.far,
      { x, y, label, distance: distance.toFixed(2) });
    readout.textContent = said;
    const spoken = { valuetext: said, valuenow: x, valuemin: low[0], valuemax: high[0] };
    Object.entries(spoken).forEach(([name, value]) => plane.setAttribute(`aria-${name}`, value));
    decoded.setAttribute("aria-label", `${words.decoded} (${x}, ${y})`);
    real.setAttribute("aria-label", `${words.real}: ${label}`);
  };
  const move = (wanted) => {
    at = settle(wanted.map((value, n) => Math.min(high[n], Math.max(low[n], value))));
    waiting = waiting || requestAnimationFrame(paint);
  };
  const follow = (event) => {
    const box = plane.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    move([low[0] + x * (high[0] - low[0]), high[1] - y * (high[1] - low[1])]);
  };
  dragged(plane, follow, follow);
  plane.addEventListener("keydown", (event) => {
    const way = MOVES[event.key], home = event.key === "Home";
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !(way || home)) return;
    event.preventDefault();
    move(home ? start : at.map((value, n) => value + way[n] * step[n]));
  });

  node("p", el, { textContent: words.help });
  const pad = node("div", el, { className: "pad" });
  const beside = document.createElement("div");
  beside.className = "beside";
  beside.append(captioned(decoded, words.decoded), captioned(real, words.real));
  pad.append(plane, beside);
  el.append(readout);
  if (data.notice) node("p", el, { textContent: data.notice });
  paint();
}
