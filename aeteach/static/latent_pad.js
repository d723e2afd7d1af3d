// A plane of codes: the point that is dragged over it is decoded here, or by the kernel.

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
  pen.font = `${size * 0.027}px sans-serif`;
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

function render({ model, el }) {
  const words = model.get("words"), [low, high] = model.get("window"), side = model.get("side");
  const layers = unpacked(model.get("layers")), here = layers.length > 0;
  const pictures = numbers(model.get("pictures"), Uint8Array);
  const scene = Object.fromEntries(["labels", "colours", "window"].map((k) => [k, model.get(k)]));
  scene.codes = numbers(model.get("codes"), Float32Array);
  scene.kinds = numbers(model.get("kinds"), Uint8Array);
  const size = Math.round(PLANE * Math.min(2, globalThis.devicePixelRatio || 1));
  const spot = ([x, y]) => [
    size * (x - low[0]) / (high[0] - low[0]), size * (1 - (y - low[1]) / (high[1] - low[1])),
  ];
  const plane = canvas(size, "slider", words.name), codes = canvas(size);
  const decoded = canvas(side, "img"), real = canvas(side, "img");
  const readout = document.createElement("div"), notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  plane.setAttribute("aria-roledescription", words.kind);
  plane.tabIndex = 0;
  paintCodes(codes.getContext("2d"), size, spot, scene);
  let at = [...model.get("at")], waiting = 0, dragging = false;

  const paint = () => {
    waiting = 0;
    const { row, distance } = nearest(scene.codes, at);
    const pen = plane.getContext("2d"), place = [scene.codes[2 * row], scene.codes[2 * row + 1]];
    pen.drawImage(codes, 0, 0);
    paintPoint(pen, size, spot(at), spot(place));
    paintPicture(decoded, here ? decode(layers, at) : numbers(model.get("picture"), Float32Array));
    const bytes = pictures.subarray(row * side * side, (row + 1) * side * side);
    paintPicture(real, Float32Array.from(bytes, (value) => value / 255));
    const [x, y] = at.map((value) => value.toFixed(2));
    const label = scene.labels[scene.kinds[row]];
    const close = distance <= model.get("reach");
    const said = filled(close ? words.near : words.far, { x, y, label, distance: distance.toFixed(2) });
    readout.textContent = said;
    const spoken = { valuetext: said, valuenow: x, valuemin: low[0], valuemax: high[0] };
    Object.entries(spoken).forEach(([name, value]) => plane.setAttribute(`aria-${name}`, value));
    decoded.setAttribute("aria-label", `${words.decoded} (${x}, ${y})`);
    real.setAttribute("aria-label", `${words.real}: ${label}`);
  };
  const repaint = () => { waiting = waiting || requestAnimationFrame(paint); };
  const move = (wanted) => {
    at = wanted.map((value, n) => Math.min(high[n], Math.max(low[n], value)));
    repaint();
    if (here) return;
    const asleep = el.matches(".jupyter-widgets-disconnected");
    notice.textContent = model.get(asleep ? "asleep" : "notice");
    model.set("at", [...at]);
    model.save_changes();
  };
  const follow = (event) => {
    const box = plane.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    move([low[0] + x * (high[0] - low[0]), high[1] - y * (high[1] - low[1])]);
  };
  const drop = () => { dragging = false; };
  plane.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    dragging = true;
    plane.setPointerCapture(event.pointerId);
    plane.focus({ preventScroll: true });
    follow(event);
  });
  plane.addEventListener("pointermove", (event) => { if (dragging) follow(event); });
  plane.addEventListener("pointerup", drop);
  plane.addEventListener("pointercancel", drop);
  plane.addEventListener("lostpointercapture", drop);
  plane.addEventListener("keydown", (event) => {
    const way = MOVES[event.key], home = event.key === "Home";
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey || !(way || home)) return;
    event.preventDefault();
    move(home ? model.get("start") : at.map((v, n) => v + way[n] * (high[n] - low[n]) / KEY_STEPS));
  });
  const tell = () => { notice.textContent = model.get("notice"); };
  model.on("change:picture", repaint);
  model.on("change:notice", tell);

  const pad = document.createElement("div"), beside = document.createElement("div");
  pad.className = "pad";
  beside.className = "beside";
  beside.append(captioned(decoded, words.decoded), captioned(real, words.real));
  pad.append(plane, beside);
  keepKeys(el);
  el.append(words.help, pad, readout, notice);
  tell();
  paint();
  return () => {
    cancelAnimationFrame(waiting);
    model.off("change:picture", repaint);
    model.off("change:notice", tell);
  };
}

export default { render };
