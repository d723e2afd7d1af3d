// Native controls: the browser gives them keyboard, touch and a name that is spoken.

const STEPS = 200;

function node(tag, parent, fields = {}, attributes = {}) {
  const made = Object.assign(document.createElement(tag), fields);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  parent?.append(made);
  return made;
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function button(parent, text, act) {
  const made = node("button", parent, { type: "button", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function slider({ name, values, low, high, at }, change) {
  const row = node("label", null, { className: "slider" });
  row.append(name);
  const last = values ? values.length - 1 : STEPS;
  const input = node("input", row, { type: "range", min: 0, max: last, step: 1 });
  const readout = node("output", row);
  const digits = Math.max(0, Math.ceil(-Math.log10((high - low) / STEPS)));
  const value = () => {
    const share = input.value / STEPS;
    return values ? +input.value : low * (1 - share) + high * share;
  };
  const written = () => values ? values[input.value] : String(+value().toFixed(digits));
  const show = () => {
    readout.textContent = written();
    input.setAttribute("aria-valuetext", written());
  };
  input.value = values ? at : Math.round(STEPS * (at - low) / (high - low));
  input.addEventListener("input", () => { show(); change(value()); });
  show();
  return row;
}

function radios({ name, values, at, column = false }, change) {
  const group = node("fieldset", null, { className: column ? "column" : "row" });
  const family = Math.random().toString(36).slice(2);
  node("legend", group, { textContent: name });
  values.forEach((value, index) => {
    const label = node("label", group);
    const input = node("input", label, { type: "radio", name: family, checked: index === at });
    label.append(value);
    input.addEventListener("input", () => change(index));
  });
  return group;
}

// JupyterLab would take the keys for itself; Shift+Enter and Ctrl+S stay its own, Esc leads back.
function keepKeys(el, host) {
  el.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const focused = el.getRootNode().activeElement;
      focused?.blur();
      host.closest("[tabindex]")?.focus({ preventScroll: true });
    } else if (!event.shiftKey && !event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
}
