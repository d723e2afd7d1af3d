// Controls above a picture: every frame is here, or the kernel draws the one that is wanted.

function frameAt(choices, frames, at) {
  return frames[at.reduce((place, index, n) => place * choices[n].values.length + index, 0)];
}

function render({ model, el }) {
  const choices = model.get("choices");
  const frames = model.get("frames");
  const at = frames.length ? choices.map(() => 0) : [...model.get("wanted")];
  const image = document.createElement("img");
  const notice = document.createElement("p");
  notice.setAttribute("role", "alert");
  const show = ({ png, alt, width }) =>
    Object.assign(image, { src: `data:image/png;base64,${png}`, alt, width });
  const change = () => {
    if (frames.length) return show(frameAt(choices, frames, at));
    if (el.matches(".jupyter-widgets-disconnected")) notice.textContent = model.get("asleep");
    model.set("wanted", [...at]);
    model.save_changes();
  };
  keepKeys(el);
  choices.forEach((choice, n) => {
    const control = choice.kind === "slider" ? slider : radios;
    el.append(control({ ...choice, at: at[n] }, (value) => { at[n] = value; change(); }));
  });
  el.append(notice, image);
  show(frames.length ? frameAt(choices, frames, at) : model.get("frame"));
  const redraw = () => show(model.get("frame"));
  const tell = () => { notice.textContent = model.get("notice"); };
  model.on("change:frame", redraw);
  model.on("change:notice", tell);
  return () => {
    model.off("change:frame", redraw);
    model.off("change:notice", tell);
  };
}

export default { render };
