// A training as curves and pictures; a slider leads back to earlier epochs.

const WIDE = 480, HIGH = 250, LEFT = 70, LETTER = 7.3, TOP = 12, BOTTOM = 42;
const LINES = [["train", 1], ["test", 2]];

const short = (value) => value === 0 ? "0" : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4
  ? String(+value.toPrecision(3)) : value.toExponential(1);

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function pen(tag, parent, attributes, text = "") {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.textContent = text;
  parent.append(made);
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

// The epochs to draw: a long training is shown in parts until it has come some way.
function reach(points, epochs) {
  const epoch = points.at(-1)?.[0] ?? epochs;
  let span = epochs;
  while (span > 20 && epoch < span / 5) span = Math.ceil(span / 5);
  return span;
}

// Curves with a mark at epoch `at`, where the labels at the right edge read them too.
function chart(svg, points, span, words, at, marked) {
  const right = WIDE - 14 - LETTER * (8 + Math.max(...LINES.map(([name]) => words[name].length)));
  const lines = LINES.map(([name, column]) =>
    [name, points.filter((point) => point[column] !== null).map((point) => [point[0], point[column]])]);
  const y = axis(lines.flatMap(([, line]) => line.map((point) => point[1]))), floor = HIGH - BOTTOM;
  const place = (epoch) => LEFT + (right - LEFT) * (epoch - 1) / Math.max(1, span - 1);
  const height = (value) => TOP + (floor - TOP) * (1 - (y.turn(value) - y.low) / (y.high - y.low || 1));
  svg.replaceChildren();
  pen("path", svg, { d: `M${LEFT} ${TOP}V${floor}H${right}` });
  if (points.length) y.ticks.forEach((tick) => {
    pen("path", svg, { d: `M${LEFT - 4} ${height(tick)}H${LEFT}` });
    pen("text", svg, { x: LEFT - 8, y: height(tick) + 4, "text-anchor": "end" }, short(tick));
  });
  new Set([1, Math.round(span / 2), span]).forEach((epoch) => {
    pen("path", svg, { d: `M${place(epoch)} ${floor}v4` });
    pen("text", svg, { x: place(epoch), y: floor + 18, "text-anchor": "middle" }, epoch);
  });
  pen("text", svg, { x: (LEFT + right) / 2, y: HIGH - 6, "text-anchor": "middle" }, words.epoch);
  const turned = `translate(14 ${(TOP + floor) / 2}) rotate(-90)`;
  pen("text", svg, { "text-anchor": "middle", transform: turned }, words.objective);
  if (marked && at > 0) pen("path", svg, { class: "mark", d: `M${place(at)} ${TOP}V${floor}` });
  const ends = lines.filter(([, line]) => line.length).map(([name, line]) => {
    const path = line.map(([epoch, value]) => `${place(epoch).toFixed(1)} ${height(value).toFixed(1)}`);
    pen("path", svg, { class: `line ${name}`, d: `M${path.join("L")}` });
    const there = line.findLast((point) => point[0] <= at);
    if (there) pen("circle", svg, { class: name, cx: place(there[0]), cy: height(there[1]), r: 3.5 });
    const text = there ? `${words[name]} ${short(there[1])}` : words[name];
    return { name, text, h: height((there ?? line[0])[1]) };
  }).sort((one, other) => one.h - other.h);
  if (ends.length === 2 && ends[1].h - ends[0].h < 16) {
    const middle = Math.min((ends[0].h + ends[1].h) / 2, floor - 8);
    [ends[0].h, ends[1].h] = [middle - 8, middle + 8];
  }
  ends.forEach(({ name, text, h }) => pen("text", svg, { class: name, x: right + 8, y: h + 4 }, text));
}

// Two rows of square pictures, ink dark on white, the upper one going in, the lower one coming out.
function paint(canvas, upper, lower, side) {
  const count = upper.length / side ** 2, gap = Math.max(1, Math.round(side / 8));
  const wide = count * (side + gap) - gap, high = 2 * side + gap, paper = [220, 230, 238, 255];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const brush = canvas.getContext("2d"), image = brush.createImageData(wide, high);
  for (let at = 0; at < image.data.length; at += 4) image.data.set(paper, at);
  [upper, lower].forEach((row, r) => row.forEach((shade, i) => {
    const picture = Math.floor(i / side ** 2), inside = i % side ** 2;
    const x = picture * (side + gap) + inside % side;
    const at = 4 * ((r * (side + gap) + Math.floor(inside / side)) * wide + x);
    image.data.fill(255 - shade, at, at + 3);
  }));
  brush.putImageData(image, 0, 0);
}

// The stage of a training; what it returns shows `now`, and replays `shots` when nothing runs.
function stage(el, { inputs, side, epochs, words }) {
  const count = node("div", el, { className: "count" });
  const floor = node("div", el, { className: "stage" });
  const svg = pen("svg", floor, { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  const beside = node("div", floor, { className: "beside" });
  const rows = LINES.filter(([name]) => name in inputs).map(([name]) => {
    const frame = node("figure", beside);
    node("figcaption", frame, { textContent: `${words[name]}: ${words.rows}` });
    return [name, bytes(inputs[name]), node("canvas", frame, {}, { role: "img" })];
  });
  const back = node("div", beside);
  let marks = "";

  const draw = (now, shots, shot) => {
    const seen = (shot ?? now).epoch, last = seen === now.epoch;
    const far = filled(words.of, { epoch: seen, epochs });
    count.textContent = last ? `${far}, ${words[now.state]}` : far;
    chart(svg, now.points, reach(now.points, epochs), words, seen, shot !== null);
    const there = now.points.findLast((point) => point[0] <= seen);
    const numbers = there ? LINES.filter(([, column]) => there[column] !== null)
      .map(([name, column]) => `${words[name]} ${short(there[column])}`).join(", ") : words.empty;
    svg.setAttribute("aria-label", `${words.objective}: ${words.epoch} ${seen}, ${numbers}`);
    const drawn = shot ?? (Object.keys(now.pictures).length ? now : shots.at(-1));
    rows.forEach(([name, upper, canvas]) => {
      if (!drawn?.pictures[name]) return;
      paint(canvas, upper, bytes(drawn.pictures[name]), side);
      const said = { name: words[name], epoch: drawn.epoch };
      canvas.setAttribute("aria-label", filled(words.pictures, said));
    });
    return `${count.textContent}, ${numbers}`;
  };
  return (now, shots) => {
    const running = now.state === "running", wanted = running ? "" : shots.map((s) => s.epoch).join();
    if (wanted !== marks) {
      marks = wanted;
      back.replaceChildren();
      if (!running && shots.length > 1) back.append(slider(
        { name: words.epoch, values: shots.map((s) => String(s.epoch)), at: shots.length - 1 },
        (place) => draw(now, shots, shots[place])));
    }
    return draw(now, shots, null);
  };
}
