// Native controls: the browser gives them keyboard, touch and a name that is spoken.

const STEPS = 200;

function slider({ name, values, low, high, at }, change) {
  const row = document.createElement("label");
  const input = document.createElement("input");
  const readout = document.createElement("output");
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
  Object.assign(input, { type: "range", min: 0, max: values ? values.length - 1 : STEPS, step: 1 });
  input.value = values ? at : Math.round(STEPS * (at - low) / (high - low));
  input.addEventListener("input", () => { show(); change(value()); });
  row.className = "slider";
  row.append(name, input, readout);
  show();
  return row;
}

function radios({ name, values, at, column = false }, change) {
  const group = document.createElement("fieldset");
  const legend = document.createElement("legend");
  const family = Math.random().toString(36).slice(2);
  legend.textContent = name;
  group.className = column ? "column" : "row";
  group.append(legend);
  values.forEach((value, index) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: family, checked: index === at });
    input.addEventListener("input", () => change(index));
    label.append(input, value);
    group.append(label);
  });
  return group;
}

// JupyterLab would take the arrow keys for itself; Shift+Enter and Ctrl+S stay its own.
function keepKeys(el) {
  el.classList.add("aeteach");
  el.addEventListener("keydown", (event) => {
    if (!event.shiftKey && !event.ctrlKey && !event.metaKey) event.stopPropagation();
  });
}
