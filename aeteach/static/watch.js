// A training as it happens: buttons, curves and pictures; a slider goes back to earlier epochs.

const WIDE = 480, HIGH = 250, LEFT = 70, LETTER = 7.3, TOP = 12, BOTTOM = 42;
const LINES = [["train", 1, "#0072B2", "#00588A", ""], ["test", 2, "#E69F00", "#855C00", "7 4"]];
const QUIET = 2000;

const short = (value) => value === 0 ? "0" : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4
  ? String(+value.toPrecision(3)) : value.toExponential(1);

function node(tag, parent, fields = {}, attributes = {}) {
  const made = Object.assign(document.createElement(tag), fields);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  parent?.append(made);
  return made;
}

// Ticks 1, 2 or 5 times a power of ten; a logarithmic axis when the errors span a wide range.
function axis(values) {
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (low > 0 && high / low > 20) {
    const ticks = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1)
      for (const lead of [1, 2, 5])
        if (lead * 10 ** power >= low && lead * 10 ** power <= high) ticks.push(lead * 10 ** power);
    const few = ticks.length > 6 ? ticks.filter((tick) => Math.log10(tick) % 1 === 0) : ticks;
    return { low: Math.log(low), high: Math.log(high), turn: Math.log, ticks: few };
  }
  const span = high - low || Math.abs(high) || 1;
  const bottom = low >= 0 && low < 0.4 * span ? 0 : low - 0.05 * span;
  const step = [1, 2, 5, 10].map((lead) => lead * 10 ** Math.floor(Math.log10(span / 4)))
    .find((size) => span / size <= 5);
  const ticks = [];
  for (let n = Math.ceil(bottom / step); n * step <= high + 0.05 * span; n += 1) ticks.push(n * step);
  return { low: bottom, high: high + 0.05 * span, turn: (value) => value, ticks };
}

function chart(points, epochs, words, at) {
  const kept = LINES.map(([name, column, ...look]) =>
    [name, points.filter((point) => point[column] !== null).map((p) => [p[0], p[column]]), ...look]);
  const RIGHT = 14 + LETTER * (8 + Math.max(...LINES.map(([name]) => words[name].length)));
  const y = axis(kept.flatMap(([, line]) => line.map((point) => point[1])));
  const place = (epoch) => LEFT + (WIDE - LEFT - RIGHT) * (epoch - 1) / Math.max(1, epochs - 1);
  const height = (value) => TOP + (HIGH - TOP - BOTTOM)
    * (1 - (y.turn(value) - y.low) / (y.high - y.low || 1));
  const floor = HIGH - BOTTOM, parts = [];
  const say = (x, h, text, more = "") => parts.push(`<text x="${x}" y="${h}" ${more}>${text}</text>`);
  parts.push(`<path class="frame" d="M${LEFT} ${TOP}V${floor}H${WIDE - RIGHT}"/>`);
  if (points.length) y.ticks.forEach((tick) => {
    parts.push(`<path class="frame" d="M${LEFT - 4} ${height(tick)}H${LEFT}"/>`);
    say(LEFT - 8, height(tick) + 4, short(tick), 'text-anchor="end"');
  });
  new Set([1, Math.round(epochs / 2), epochs]).forEach((epoch) => {
    parts.push(`<path class="frame" d="M${place(epoch)} ${floor}v4"/>`);
    say(place(epoch), floor + 18, epoch, 'text-anchor="middle"');
  });
  say((LEFT + WIDE - RIGHT) / 2, HIGH - 6, words.epoch, 'text-anchor="middle"');
  say(0, 0, words.objective,
    `text-anchor="middle" transform="translate(14 ${(TOP + floor) / 2}) rotate(-90)"`);
  if (at) parts.push(`<path class="mark" d="M${place(at)} ${TOP}V${floor}"/>`);
  const ends = [];
  kept.forEach(([name, line, colour, ink, dash]) => {
    if (!line.length) return;
    const path = line.map(([epoch, value]) => `${place(epoch).toFixed(1)} ${height(value).toFixed(1)}`);
    parts.push(`<path d="M${path.join("L")}" stroke="${colour}" stroke-dasharray="${dash}"/>`);
    const [epoch, value] = line.findLast((point) => !at || point[0] <= at) ?? line[0];
    parts.push(`<circle cx="${place(epoch)}" cy="${height(value)}" r="3.5" fill="${colour}"/>`);
    ends.push([height(line.at(-1)[1]), ink, `${words[name]} ${short(value)}`]);
  });
  ends.sort((one, other) => one[0] - other[0]);
  if (ends.length === 2 && ends[1][0] - ends[0][0] < 16) {
    const middle = Math.min((ends[0][0] + ends[1][0]) / 2, floor - 8);
    [ends[0][0], ends[1][0]] = [middle - 8, middle + 8];
  }
  ends.forEach(([h, ink, text]) => say(WIDE - RIGHT + 8, h + 4, text, `style="fill:${ink}"`));
  return parts.join("");
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

// The epochs to draw: a long training is shown in parts until it has come some way.
function reach(points, epochs) {
  const epoch = points.at(-1)?.[0] ?? epochs;
  let span = epochs;
  while (span > 20 && epoch < span / 5) span = Math.ceil(span / 5);
  return span;
}

// Two rows of square pictures, ink dark on white, the upper one going in, the lower one coming out.
function paint(canvas, upper, lower, side) {
  const count = upper.length / side ** 2, gap = Math.max(1, Math.round(side / 8));
  const wide = count * (side + gap) - gap, high = 2 * side + gap;
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const pen = canvas.getContext("2d"), image = pen.createImageData(wide, high);
  const paper = [220, 230, 238, 255];
  for (let at = 0; at < image.data.length; at += 4) image.data.set(paper, at);
  [upper, lower].forEach((row, r) => row.forEach((shade, i) => {
    const picture = Math.floor(i / side ** 2), inside = i % side ** 2;
    const x = picture * (side + gap) + inside % side;
    const at = 4 * ((r * (side + gap) + Math.floor(inside / side)) * wide + x);
    image.data.fill(255 - shade, at, at + 3);
  }));
  pen.putImageData(image, 0, 0);
}

function render({ model, el }) {
  const words = model.get("words"), epochs = model.get("epochs"), side = model.get("side");
  const inputs = LINES.filter(([name]) => name in model.get("inputs"))
    .map(([name]) => [name, bytes(model.get("inputs")[name])]);
  let chosen = null, marks = "", said = 0, last = "", asleep = false;
  keepKeys(el);
  const row = node("div", el, { className: "buttons" });
  const order = (name) => {
    asleep = el.matches(".jupyter-widgets-disconnected");
    if (asleep) notice.textContent = model.get("asleep");
    else model.send({ order: name });
  };
  const button = (name, act) => {
    const made = node("button", row, { type: "button", textContent: words[name] });
    made.addEventListener("click", act);
    return made;
  };
  const go = button("start", () => order(model.get("now").state === "running" ? "pause" : "start"));
  const step = button("step", () => order("step"));
  const stop = button("stop", () => order("stop"));
  const reset = button("reset", () => order("reset"));
  const bar = node("progress", row, { max: epochs }, { "aria-label": words.epoch });
  const count = node("span", row);
  const notice = node("p", el, {}, { role: "alert" });
  const stage = node("div", el, { className: "watch" });
  const figure = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  figure.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
  figure.setAttribute("role", "img");
  const beside = node("div", null, { className: "beside" });
  stage.append(figure, beside);
  const canvases = inputs.map(([name]) => {
    const frame = node("figure", beside);
    node("figcaption", frame, { textContent: `${words[name]}: ${words.rows}` });
    return node("canvas", frame, {}, { role: "img" });
  });
  const back = node("div", beside);
  const speech = node("p", el, { className: "unseen" }, { role: "status", "aria-live": "polite" });

  const replay = () => {
    const shots = model.get("shots"), running = model.get("now").state === "running";
    const wanted = shots.map((shot) => shot.epoch).join();
    if (wanted !== marks) {
      marks = wanted;
      chosen = null;
      back.replaceChildren();
      if (shots.length > 1) back.append(slider(
        { name: words.epoch, values: shots.map((s) => String(s.epoch)), at: shots.length - 1 },
        (place) => { chosen = place; show(); }));
    }
    const input = back.querySelector("input");
    if (!input) return;
    if (running && chosen !== null) {
      chosen = null;
      input.value = shots.length - 1;
      input.nextSibling.textContent = shots.at(-1).epoch;
    }
    input.disabled = running;
    back.style.visibility = running ? "hidden" : "visible";
  };
  const tell = (text, state) => {
    const due = Date.now() - said > QUIET;
    if (state === last && !due) return;
    [said, last] = [Date.now(), state];
    speech.textContent = text;
  };
  const show = () => {
    const now = model.get("now"), shots = model.get("shots"), { state, epoch, points } = now;
    const running = state === "running", resting = state === "ready" || state === "paused";
    const shot = chosen !== null ? shots[chosen] : null;
    const seen = shot ? shot.epoch : epoch, at = shot && shot.epoch > 0 ? shot.epoch : null;
    go.textContent = running ? words.pause : state === "paused" ? words.continue : words.start;
    go.disabled = !running && !resting;
    step.disabled = !resting;
    stop.disabled = !running && state !== "paused";
    reset.disabled = state === "ready";
    bar.value = epoch;
    const far = words.of.replace("{epoch}", epoch).replace("{epochs}", epochs);
    count.textContent = `${far}, ${words[state]}`;
    if (!asleep) notice.textContent = now.notice;
    figure.innerHTML = chart(points, reach(points, epochs), words, at);
    const there = points.findLast((point) => !shot || point[0] <= shot.epoch);
    const numbers = there ? LINES.filter(([, column]) => there[column] !== null)
      .map(([name, column]) => `${words[name]} ${short(there[column])}`).join(", ") : words.empty;
    figure.setAttribute("aria-label", `${words.objective}: ${words.epoch} ${seen}, ${numbers}`);
    const reached = Object.keys(now.pictures).length ? now : shots.at(-1);
    const pictures = (shot ?? reached)?.pictures;
    inputs.forEach(([name, upper], n) => {
      if (!pictures?.[name]) return;
      paint(canvases[n], upper, bytes(pictures[name]), side);
      canvases[n].setAttribute("aria-label", words.pictures.replace("{name}", words[name])
        .replace("{epoch}", shot ? shot.epoch : reached.epoch));
    });
    tell(`${count.textContent}, ${numbers}`, `${state} ${shot ? shot.epoch : ""}`);
  };
  const update = () => { replay(); show(); };
  model.on("change:now", update);
  model.on("change:shots", update);
  update();
  return () => {
    model.off("change:now", update);
    model.off("change:shots", update);
  };
}

export default { render };
