// Controls above a picture; there is a picture for every position of the controls.

function render({ data, el, still }) {
  const { choices, frames, notice } = data, at = [...data.start];
  const image = document.createElement("img");
  const show = () => {
    const place = at.reduce((sum, index, n) => sum * choices[n].values.length + index, 0);
    const { src, alt, width } = frames[place];
    Object.assign(image, { src: src ?? still, alt, width });
  };
  choices.forEach((choice, n) => {
    const control = choice.kind === "slider" ? slider : radios;
    el.append(control({ ...choice, at: at[n] }, (index) => { at[n] = index; show(); }));
  });
  if (notice) node("p", el, { textContent: notice });
  el.append(image);
  show();
}
