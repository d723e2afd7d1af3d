// Patients one by one: choose a disease and a cure, then press the button; the first answer counts.

function render({ data, el, still }) {
  const { words, patients, asks } = data, tally = { n: 0, diseases: 0, cures: 0 };
  const head = node("h4", el), stage = node("div", el, { className: "bed" });
  const image = node("img", stage), side = node("div", stage, { className: "doctor" });
  const asked = node("div", side), row = node("div", side, { className: "buttons" });
  const notice = node("p", side, {}, { role: "alert" });
  const answer = node("div", side, {}, { role: "status" }), score = node("p", side);
  let chosen, answered, place = -1;

  const next = () => {
    place = (place + 1) % patients.length;
    [chosen, answered] = [asks.map(() => null), false];
    const { src, alt, width } = patients[place];
    head.textContent = filled(words.patient, { n: place + 1, all: patients.length });
    Object.assign(image, { src: src ?? still, alt, width });
    answer.replaceChildren();
    notice.textContent = "";
    asked.replaceChildren(...asks.map(({ name, values }, n) =>
      radios({ name, values, at: null }, (index) => { chosen[n] = index; })));
  };
  const finding = ({ lines }) => {
    const part = node("div", null, { className: "finding" });
    lines.forEach((line) => node("div", part, { textContent: line }));
    return part;
  };
  const unsealed = (text) => JSON.parse(new TextDecoder().decode(
    Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))));
  const diagnose = () => {
    notice.textContent = chosen.includes(null) ? words.choose : "";
    if (chosen.includes(null)) return;
    const found = unsealed(patients[place].sealed).map((list, n) => list[chosen[n]]);
    answer.replaceChildren(...found.map(finding));
    if (!answered) {
      answered = true;
      tally.n += 1;
      tally.diseases += found[0].right;
      tally.cures += found[1].right;
    }
    score.textContent = filled(words.score, tally);
  };
  button(row, words.diagnose, diagnose);
  button(row, words.next, next);
  next();
}
