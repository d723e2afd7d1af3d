// Controls above a picture; there is one for every position of the controls, whole, or as what
// differs from another one, to be laid over that.

const SMALLEST = 0.6;

// A picture that is wider than its place scrolls by itself; then Tab leads to it.
function reachable(box) {
  const watcher = new ResizeObserver(() => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  [box, ...box.children].forEach((each) => watcher.observe(each));
}

function render({ data, el, still }) {
  const { choices, frames, notice } = data, at = [...data.start];
  const box = document.createElement("div"), ground = node("img", box, { alt: "" });
  const image = node("img", box);
  const show = () => {
    const place = at.reduce((sum, index, n) => sum * choices[n].values.length + index, 0);
    const { src, alt, width, over } = frames[place];
    Object.assign(image, { src: src ?? still, alt, width });
    Object.assign(ground, { src: frames[over]?.src ?? still, width, hidden: over === undefined });
    for (const each of [ground, image]) each.style.minWidth = `${SMALLEST * width}px`;
  };
  choices.forEach((choice, n) => {
    const control = choice.kind === "slider" ? slider : radios;
    el.append(control({ ...choice, at: at[n] }, (index) => { at[n] = index; show(); }));
  });
  if (notice) node("p", el, { textContent: notice });
  box.className = "sideways";
  el.append(box);
  show();
  reachable(box);
}
