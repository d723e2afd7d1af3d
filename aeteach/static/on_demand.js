// Controls above a picture that the kernel draws while they move.

function render({ model, el }) {
  const words = model.get("words"), wanted = [...model.get("wanted")];
  const page = opened(model, el, words.language);
  const ask = () => line.call(() => {
    model.set("wanted", [...wanted]);
    model.save_changes();
  });
  model.get("choices").forEach((choice, n) => {
    const control = choice.kind === "slider" ? slider : radios;
    page.append(control({ ...choice, at: wanted[n] }, (at) => { wanted[n] = at; ask(); }));
  });
  const silence = node("p", page, {}, { role: "alert" });
  const failure = node("p", page, {}, { role: "alert" });
  const image = node("img", page), line = phone(silence, words.silent);
  const show = () => {
    const { at, src, alt, width, notice } = model.get("shown");
    line.heard();
    if (at.join() !== wanted.join()) line.call(() => {});
    failure.textContent = notice;
    Object.assign(image, { src, alt, width });
  };
  model.on("change:shown", show);
  show();
  return () => model.off("change:shown", show);
}
