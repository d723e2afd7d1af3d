// A network computed in the browser, and the pictures that go in and out.

const ACTIVATIONS = {
  relu: (value) => Math.max(0, value),
  silu: (value) => value / (1 + Math.exp(-value)),
  tanh: (value) => Math.tanh(value),
  sigmoid: (value) => 1 / (1 + Math.exp(-value)),
};

function numbers(text, Kind) {
  return new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
}

// Weights come as floats, or as whole numbers of two bytes to be multiplied by `scale`.
function unpacked(layers) {
  const weights = (text, scale) => scale === undefined ? numbers(text, Float32Array)
    : Float32Array.from(numbers(text, Int16Array), (value) => value * scale);
  return layers.map(({ kind, weight, bias, scale }) => kind === "linear"
    ? { kind, weight: weights(weight, scale), bias: numbers(bias, Float32Array) } : { kind });
}

// What a network makes of its input z, one step for each layer.
function decode(layers, z) {
  let values = Float64Array.from(z);
  for (const { kind, weight, bias } of layers) {
    if (kind !== "linear") { values = values.map(ACTIVATIONS[kind]); continue; }
    const sums = Float64Array.from(bias);
    let place = 0;
    for (let row = 0; row < sums.length; row += 1) {
      for (let column = 0; column < values.length; column += 1) {
        sums[row] += weight[place] * values[column];
        place += 1;
      }
    }
    values = sums;
  }
  return values;
}

function canvas(size, role, name) {
  const element = document.createElement("canvas");
  Object.assign(element, { width: size, height: size });
  if (role) element.setAttribute("role", role);
  if (name) element.setAttribute("aria-label", name);
  return element;
}

// Black on white, one canvas pixel for each pixel of the picture.
function paintPicture(element, values) {
  const pen = element.getContext("2d");
  const image = pen.createImageData(element.width, element.height);
  values.forEach((value, n) => {
    const shade = Math.round(255 * (1 - Math.min(1, Math.max(0, value))));
    image.data.set([shade, shade, shade, 255], 4 * n);
  });
  pen.putImageData(image, 0, 0);
}

function captioned(picture, caption) {
  const figure = document.createElement("figure"), words = document.createElement("figcaption");
  words.textContent = caption;
  figure.append(words, picture);
  return figure;
}

// Follow mouse, finger or pen from where it goes down on `element` until it lifts.
function dragged(element, down, move, lift = () => {}) {
  let on = false;
  const drop = () => { on = false; lift(); };
  element.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    on = true;
    element.setPointerCapture(event.pointerId);
    element.focus({ preventScroll: true });
    down(event);
  });
  element.addEventListener("pointermove", (event) => { if (on) move(event); });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(end, drop);
  }
}
