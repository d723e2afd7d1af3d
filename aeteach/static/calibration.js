// How sure and how right you were: one line for each kind of answer, links to what to read again.

function render({ data, el, host }) {
  const { words, questions } = data;
  const counts = node("ul", el), again = node("div", el), row = node("div", el, { className: "buttons" });
  const leads = (key) => [...document.querySelectorAll(`[data-question="${key}"]`)];
  const link = (parent, { key, question }) => button(node("li", parent), question, () => {
    leads(key)[0]?.scrollIntoView({ block: "center" });
  });
  const list = (title, some) => {
    if (!some.length) return;
    node("p", again, { textContent: title });
    const items = node("ul", again);
    some.forEach((each) => link(items, each));
  };
  const show = () => {
    const found = questions.map((each) => ({ ...each, ...kept(each.key) }));
    const answered = found.filter((each) => "option" in each);
    const wrong = answered.filter((each) => !each.right), sure = wrong.filter((each) => each.sure === 2);
    const skipped = found.filter((each) => each.skipped);
    const open = found.filter((each) => !("option" in each) && !each.skipped);
    counts.replaceChildren();
    again.replaceChildren();
    node("li", counts, { textContent: filled(words.answered, { n: answered.length, all: found.length }) });
    words.confidences.forEach((name, level) => {
      const here = answered.filter((each) => each.sure === level);
      const right = here.filter((each) => each.right).length;
      if (here.length) node("li", counts, {
        textContent: filled(words.level, { name, right, n: here.length }) });
    });
    if (skipped.length) node("li", counts, { textContent: filled(words.skipped, { n: skipped.length }) });
    list(words.again, sure);
    list(words.wrong, wrong.filter((each) => each.sure !== 2));
    list(words.open, open);
  };
  const save = node("a", row, { className: "button", textContent: words.save, download: "aeteach.json" });
  save.addEventListener("click", () => {
    const file = new Blob([JSON.stringify(allKept(), null, 2)], { type: "application/json" });
    save.href = URL.createObjectURL(file);
    setTimeout(() => URL.revokeObjectURL(save.href), 60000);
  });
  save.href = "#";
  let asked = false;
  const clear = button(row, words.forget, () => {
    if (asked) forget(questions.map((each) => each.key));
    asked = !asked;
    clear.textContent = asked ? words.really : words.forget;
  });
  document.addEventListener("aeteach-answer", show);
  globalThis.addEventListener?.("storage", show);
  el.classList.add("prints");
  show();
}
