// Patients one by one: choose a disease and a cure, then press the button; the first answer counts.

function render({ model, el }) {
  const words = model.get("words");
  const stored = model.get("patients");
  const tally = { n: 0, diseases: 0, cures: 0 };
  const make = (tag, role) => {
    const part = document.createElement(tag);
    if (role) part.setAttribute("role", role);
    return part;
  };
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const [head, image, asked, row] = ["h4", "img", "div", "div"].map((tag) => make(tag));
  const [answer, score, notice] = [make("div", "status"), make("p", "status"), make("p", "alert")];
  let patient, chosen, answered, seen = 0, place = 0, waited = 0;

  const show = (next) => {
    [patient, chosen, answered, seen] = [next, [null, null], false, seen + 1];
    const { png, alt, width } = patient;
    head.textContent = filled(words.patient, { n: seen });
    Object.assign(image, { src: `data:image/png;base64,${png}`, alt, width });
    answer.replaceChildren();
    notice.textContent = "";
    asked.replaceChildren(...model.get("asks").map(({ name, values }, n) =>
      radios({ name, values, at: null }, (index) => { chosen[n] = index; })));
  };
  const line = (text) => {
    const part = make("div");
    part.textContent = text;
    return part;
  };
  const diagnose = () => {
    notice.textContent = "";
    if (chosen.includes(null)) { notice.textContent = words.choose; return; }
    const found = JSON.parse(atob(patient.sealed)).map((list, n) => list[chosen[n]]);
    answer.replaceChildren(...found.map(({ lines }) => {
      const part = make("div");
      part.className = "finding";
      part.append(...lines.map(line));
      return part;
    }));
    if (!answered) {
      answered = true;
      tally.n += 1;
      tally.diseases += found[0].right;
      tally.cures += found[1].right;
    }
    score.textContent = filled(words.score, tally);
  };
  const next = () => {
    if (place + 1 >= stored.length) { notice.textContent = words.last; return; }
    place += 1;
    show(stored[place]);
  };
  const call = () => {
    if (el.matches(".jupyter-widgets-disconnected")) { notice.textContent = words.asleep; return; }
    if (waited) return;
    notice.textContent = words.training;
    waited = model.get("wanted") + 1;
    model.set("wanted", waited);
    model.save_changes();
  };
  const admit = () => {
    if (!waited || model.get("fresh").number !== waited) return;
    waited = 0;
    show(model.get("fresh"));
  };
  const tell = () => {
    if (!model.get("notice")) return;
    waited = 0;
    notice.textContent = model.get("notice");
  };
  const acts = [diagnose, next, call];
  row.className = "buttons";
  row.append(...model.get("buttons").map((name, n) => {
    const button = make("button");
    button.textContent = name;
    button.addEventListener("click", acts[n]);
    return button;
  }));
  keepKeys(el);
  el.append(head, image, asked, row, notice, score, answer);
  show(stored[0]);
  model.on("change:fresh", admit);
  model.on("change:notice", tell);
  return () => {
    model.off("change:fresh", admit);
    model.off("change:notice", tell);
  };
}

export default { render };
