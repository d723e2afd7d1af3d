// Move everything in an island as a learner would; what does not answer is named.
async (host) => {
  const kind = host.dataset.island.split("-")[0], faults = [];
  if (!host.shadowRoot) return [`${kind} is asleep`];
  const el = host.shadowRoot.querySelector(".island");
  const all = (what) => [...el.querySelectorAll(what)];
  const frame = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
  const seen = () => JSON.stringify([
    all("img").map((image) => [image.src, image.alt]), all("canvas").map((c) => c.toDataURL()),
    all("[role=status], [role=alert]").map((part) => part.textContent),
    all("svg").map((part) => part.outerHTML)]);
  const painted = async () => {
    await frame();
    await Promise.all(all("img").map((image) => image.decode().catch(() => {})));
    for (const image of all('img:not([alt=""])')) {
      if (image.naturalWidth < 20 || !image.alt) faults.push(`${kind}: a broken picture`);
    }
  };
  const answers = async (act, name) => {
    const before = seen();
    act();
    await painted();
    if (seen() === before) faults.push(`${kind}: nothing follows ${name}`);
  };
  const input = (element, value) => {
    element.value = value;
    element.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const press = (element, key) =>
    element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));

  await painted();
  for (const range of all("input[type=range]")) {
    const start = +range.value, name = range.parentElement.textContent;
    for (let step = 1; step <= +range.max; step += 1) {
      const value = (start + step) % (+range.max + 1);
      await answers(() => input(range, value), `${name} at ${value}`);
    }
    await answers(() => input(range, start), `${name} at ${start}`);
  }
  if (["predict", "clinic"].includes(kind)) {
    all("fieldset").forEach((group) => group.querySelector("input").click());
    if (kind === "clinic") await answers(() => all("button")[0].click(), "the diagnosis");
    if (kind === "clinic" && !data(host).patients[1]) return faults;
    if (kind === "clinic") await answers(() => all("button")[1].click(), "the next patient");
    if (kind === "predict" && !el.querySelector("[role=status]").textContent) {
      faults.push("predict: no answer");
    }
  } else {
    for (const group of all("fieldset")) {
      const radios = [...group.querySelectorAll("input")], at = radios.findIndex((r) => r.checked);
      for (const radio of [...radios.slice(0, at), ...radios.slice(at + 1), radios[at]]) {
        await answers(() => radio.click(), `${group.textContent}: ${radio.parentElement.textContent}`);
      }
    }
  }
  if (kind === "latent_pad") {
    const plane = el.querySelector("canvas[tabindex]");
    for (const key of ["ArrowRight", "ArrowUp"]) {
      for (let n = 0; n < 4; n += 1) await answers(() => press(plane, key), key);
    }
    await answers(() => press(plane, "Home"), "Home");
  }
  if (kind === "drawing_pad") {
    const pad = el.querySelector("canvas[tabindex]");
    await answers(() => press(pad, "Backspace"), "Backspace");
    await answers(() => press(pad, " "), "Space");
    await answers(() => all("button")[0].click(), "a test picture");
  }
  return [...new Set(faults)];

  function data(element) {
    return JSON.parse(element.querySelector(":scope > script[type='application/json']").textContent);
  }
}
