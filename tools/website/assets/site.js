// Theme button, contents on narrow windows, boxes that scroll by keyboard, printing.

(() => {
  const button = document.getElementById("theme"), menu = document.getElementById("menu");
  const show = () => {
    const dark = document.documentElement.dataset.theme === "dark";
    button.setAttribute("aria-pressed", String(dark));
  };
  button.hidden = false;
  button.addEventListener("click", () => { window.switchTheme(); show(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  show();

  const wide = matchMedia("(min-width: 62rem)");
  const fold = () => { menu.open = wide.matches; };
  wide.addEventListener("change", fold);
  fold();

  // A box that is wider than its place is reached by Tab, so that arrow keys can scroll it.
  const boxes = document.querySelectorAll(".scroll, pre, p:has(> math[display='block'])");
  const reach = () => boxes.forEach((box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  });
  new ResizeObserver(reach).observe(document.body);

  // Paper cannot be unfolded: all is printed open, but for what tells a picture that is printed too.
  const folded = "article details:not([open], figcaption details)";
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(folded)];
    opened.forEach((each) => { each.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((each) => { each.open = false; }));
})();
