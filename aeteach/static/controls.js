// Native controls: the browser gives them keyboard, touch and a name that is spoken.

function slider({ name, values, low, high }, change) {
  const row = document.createElement("label");
  const input = document.createElement("input");
  const readout = document.createElement("output");
  const range = values ? { min: 0, max: values.length - 1, step: 1, value: 0 }
    : { min: low, max: high, step: (high - low) / 200, value: low };
  Object.assign(input, { type: "range" }, range);
  const written = () => values ? values[input.value] : String(+(+input.value).toPrecision(3));
  const show = () => {
    readout.textContent = written();
    input.setAttribute("aria-valuetext", written());
  };
  input.addEventListener("input", () => { show(); change(+input.value); });
  row.className = "slider";
  row.append(name, input, readout);
  show();
  return row;
}

function radios({ name, values, chosen = 0, column = false }, change) {
  const group = document.createElement("fieldset");
  const legend = document.createElement("legend");
  const family = Math.random().toString(36).slice(2);
  legend.textContent = name;
  group.className = column ? "column" : "row";
  group.append(legend);
  values.forEach((value, index) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "radio", name: family, checked: index === chosen });
    input.addEventListener("input", () => change(index));
    label.append(input, " ", value);
    group.append(label);
  });
  return group;
}

// JupyterLab would take the arrow keys for itself.
function keepKeys(el) {
  el.classList.add("aeteach");
  el.addEventListener("keydown", (event) => event.stopPropagation());
}
