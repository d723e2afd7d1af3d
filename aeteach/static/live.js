// A widget of the kernel: its page in a shadow root, and a line that notices when nobody answers.

const PATIENCE = 1500;

// The attribute tells live.css that it is alive; a restart of the kernel takes it away.
function opened(model, el, language) {
  const host = node("div", el, {}, { "data-live": "" });
  model.on("comm_live_update", () => host.removeAttribute("data-live"));
  const root = host.attachShadow({ mode: "open" });
  node("style", root, { textContent: CSS });
  const page = node("div", root, { className: "island", lang: language });
  keepKeys(page, host);
  return page;
}

function phone(notice, silence) {
  let timer = null;
  const lost = () => { notice.textContent = silence; };
  return {
    call(send) {
      timer ??= setTimeout(lost, PATIENCE);
      try { send(); } catch { lost(); }
    },
    heard() {
      clearTimeout(timer);
      timer = null;
      notice.textContent = "";
    },
  };
}
