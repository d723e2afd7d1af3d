// A question; its answer shows once an option and a confidence are chosen.

function render({ model, el }) {
  const chosen = {};
  const answer = document.createElement("div");
  answer.setAttribute("role", "status");
  const show = () => {
    const page = model.get("pages")[chosen.option]?.[chosen.sure];
    if (page) answer.replaceChildren(...page.map((line) => {
      const row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
  };
  const ask = (name, what, column) => radios(
    { name, values: model.get(what), at: null, column },
    (index) => { chosen[what === "options" ? "option" : "sure"] = index; show(); },
  );
  keepKeys(el);
  el.append(ask(model.get("question"), "options", true));
  el.append(ask(model.get("how_sure"), "confidences", false), answer);
}

export default { render };
