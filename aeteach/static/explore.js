// Controls above a picture; there is a picture for every position of the controls.

const SMALLEST = 0.6;

// A picture that is wider than its place scrolls by itself; then Tab leads to it.
function reachable(box) {
  new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }).observe(box);
}

function render({ data, el, still }) {
  const { choices, frames, notice } = data, at = [...data.start];
  const image = document.createElement("img"), box = document.createElement("div");
  const show = () => {
    const place = at.reduce((sum, index, n) => sum * choices[n].values.length + index, 0);
    const { src, alt, width } = frames[place];
    Object.assign(image, { src: src ?? still, alt, width });
    image.style.minWidth = `${SMALLEST * width}px`;
  };
  choices.forEach((choice, n) => {
    const control = choice.kind === "slider" ? slider : radios;
    el.append(control({ ...choice, at: at[n] }, (index) => { at[n] = index; show(); }));
  });
  if (notice) node("p", el, { textContent: notice });
  box.className = "sideways";
  box.append(image);
  el.append(box);
  show();
  reachable(box);
}
