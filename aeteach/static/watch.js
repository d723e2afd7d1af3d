// A training of the kernel: buttons for what can be done now, its speed, and the stage.

const QUIET = 2000;
const ORDERS = {
  start: "start", pause: "pause", continue: "start", step: "step", stop: "stop", reset: "reset",
};
const OFFERED = {
  ready: ["start", "step"], running: ["pause", "stop"],
  paused: ["continue", "step", "stop", "reset"], done: ["reset"], failed: ["reset"],
};

function render({ model, el }) {
  const facts = model.get("facts"), { words, epochs } = facts, page = opened(model, el, words.language);
  const row = node("div", page, { className: "buttons" });
  const order = (content) => line.call(() => model.send(content));
  let pressed = null, placed = null, said = 0, last = "";
  const buttons = Object.entries(ORDERS).map(([name, wish]) => {
    const made = button(row, words[name], () => { pressed = made; order({ order: wish }); });
    return Object.assign(made, { name });
  });
  const bar = node("progress", row, { max: epochs }, { "aria-label": words.epoch });
  const speed = radios({ name: words.speed, values: words.speeds, at: model.get("speed") },
    (index) => order({ order: "speed", speed: index }));
  const silence = node("p", page, {}, { role: "alert" }), line = phone(silence, words.silent);
  const notice = node("p", page, {}, { role: "alert" });
  const show = stage(page, facts);
  row.after(speed);
  const speech = node("p", page, { className: "unseen" }, { role: "status", "aria-live": "polite" });

  // A button that goes takes the keyboard with it: it passes to the one pressed or the first one.
  const refocus = (active) => {
    if (!buttons.includes(active) || !(active.hidden || active === placed)) return;
    const there = buttons.filter((made) => !made.hidden);
    placed = there.includes(pressed) ? pressed : there[0];
    placed.focus({ preventScroll: true });
  };
  const tell = (text, state) => {
    if (state === last && Date.now() - said < QUIET) return;
    [said, last] = [Date.now(), state];
    speech.textContent = text;
  };
  const update = () => {
    const now = model.get("now"), active = page.getRootNode().activeElement;
    buttons.forEach((made) => { made.hidden = !OFFERED[now.state].includes(made.name); });
    speed.hidden = !OFFERED[now.state].includes("stop") && now.state !== "ready";
    bar.value = now.epoch;
    notice.textContent = now.notice;
    refocus(active);
    tell(show(now, model.get("shots")), now.state);
  };
  const changes = { "change:now": update, "change:shots": update, "msg:custom": line.heard };
  Object.entries(changes).forEach(([event, act]) => model.on(event, act));
  update();
  return () => Object.entries(changes).forEach(([event, act]) => model.off(event, act));
}
