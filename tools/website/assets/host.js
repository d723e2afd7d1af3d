// A host for anywidget front ends without a kernel (https://anywidget.dev/en/afm): every mount
// holds the stored state of one widget, and the front end draws itself from it.

(() => {
  const STILL = "@still";
  const shelf = document.getElementById("modules");
  const sources = JSON.parse(shelf.textContent);
  const modules = [];

  // The module comes from a Blob, because a page opened as a file may not import another file.
  function front(number) {
    modules[number] ??= import(URL.createObjectURL(
      new Blob([sources[number]], { type: "text/javascript" }),
    )).then(async ({ default: found }) => (typeof found === "function" ? found() : found));
    return modules[number];
  }

  class Model {
    constructor(state) {
      this.state = state;
      this.listeners = new Map();
    }
    get(name) { return this.state[name]; }
    set(name, value) {
      this.state[name] = value;
      for (const call of [...this.listeners.get(`change:${name}`) ?? []]) call(this, value);
    }
    on(event, call) {
      if (!this.listeners.has(event)) this.listeners.set(event, new Set());
      this.listeners.get(event).add(call);
    }
    off(event, call) {
      if (call) this.listeners.get(event)?.delete(call);
      else this.listeners.delete(event);
    }
    save_changes() {}
    send() {}
  }

  // The description of the picture that is shown, for everyone to read.
  function inWords(image) {
    const details = document.createElement("details"), said = document.createElement("p");
    const summary = document.createElement("summary");
    summary.textContent = shelf.dataset.inWords;
    const follow = () => { said.textContent = image.alt; };
    new MutationObserver(follow).observe(image, { attributes: true, attributeFilter: ["alt"] });
    follow();
    details.className = "in-words";
    details.append(summary, said);
    return details;
  }

  async function bring(mount) {
    const stored = mount.querySelector("script[type='application/json']").textContent;
    const still = mount.querySelector("img")?.src.split(",")[1];
    const { module, state } = JSON.parse(
      stored, (_, value) => (value === STILL ? still : value),
    );
    const model = new Model(state), el = document.createElement("div");
    el.className = "jupyter-widgets-disconnected";
    const found = await front(module);
    await found.initialize?.({ model });
    await found.render?.({ model, el });
    const images = [...el.querySelectorAll("img")];
    mount.replaceChildren(el, ...images.map(inWords));
  }

  async function bringAll() {
    for (const mount of document.querySelectorAll(".mount[data-live]")) {
      try {
        await bring(mount);
        mount.dataset.live = "yes";
      } catch (error) {
        console.error(error);
        mount.dataset.live = "no";
        mount.append(Object.assign(document.createElement("p"),
          { className: "notice", textContent: shelf.dataset.failed }));
      }
    }
    document.documentElement.dataset.widgets = "ready";
  }

  bringAll();
})();
