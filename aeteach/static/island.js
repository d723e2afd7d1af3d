// The frame of every island: each element of this kind that is still asleep comes to life in a
// shadow root, so that no style leaks either way and two copies never meet.

const light = (host) => host.querySelector(":scope > img");

function awaken(host) {
  const data = JSON.parse(host.querySelector(":scope > script[type='application/json']").textContent);
  const root = host.attachShadow({ mode: "open" });
  const style = document.createElement("style"), el = document.createElement("div");
  const paper = document.createElement("slot");
  style.textContent = CSS;
  el.className = "island";
  el.lang = data.language;
  paper.className = "paper";
  root.append(style, el, paper);
  keepKeys(el, host);
  render({ data, el, host, still: light(host)?.src });
}

document.querySelectorAll(`[data-island="${KIND}"]`).forEach((host) => {
  if (host.shadowRoot) return;
  try {
    awaken(host);
  } catch (error) {
    console.error(error);
    host.shadowRoot?.replaceChildren(document.createElement("slot"));
  }
});
