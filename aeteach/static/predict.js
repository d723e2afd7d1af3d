// A question; its answer shows once an option and a confidence are chosen, and is kept.

const VEIL = `.jp-Cell[data-aeteach-veil] :is(.jp-Cell-outputWrapper, .jp-MarkdownOutput) {
  filter: blur(9px); pointer-events: none; user-select: none; }
@media print { .jp-Cell[data-aeteach-veil] * { filter: none !important; } }`;

// Hide what follows until the question is answered: so many cells below the one of `host`.
function veil(host, count) {
  const cell = host.closest(".jp-Cell");
  if (!cell || !count) return null;
  const style = node("style", document.head, { textContent: VEIL }), veiled = new Set();
  const uncover = () => {
    veiled.forEach((each) => { delete each.dataset.aeteachVeil; each.inert = false; });
    veiled.clear();
  };
  const cover = () => {
    if (!host.isConnected) return uncover();
    let next = cell;
    for (let n = 0; n < count; n += 1) {
      next = next?.nextElementSibling;
      if (!next) return;
      if (veiled.has(next)) continue;
      veiled.add(next);
      next.dataset.aeteachVeil = "";
      next.inert = true;
    }
  };
  const watcher = new MutationObserver(cover);
  watcher.observe(cell.parentElement, { childList: true });
  watcher.observe(cell, { childList: true, subtree: true });
  cover();
  return () => {
    watcher.disconnect();
    style.remove();
    uncover();
  };
}

function render({ data, el, host }) {
  const { key, words } = data, chosen = {}, answer = node("div", null, {}, { role: "status" });
  const before = kept(key);
  const open = () => { lift?.(); skip.remove(); };
  const ask = (what, field, name, column) => radios(
    { name, values: data[what], at: before?.[field] ?? null, column },
    (index) => { chosen[field] = index; show(); });
  const show = () => {
    const page = data.pages[chosen.option]?.[chosen.sure];
    if (!page) return;
    answer.replaceChildren(...page.map((line) => node("div", null, { textContent: line })));
    if (!kept(key)) keep(key, {
      option: chosen.option, sure: chosen.sure, right: chosen.option === data.right,
      answer: data.options[chosen.option], question: data.question, at: new Date().toISOString(),
    });
    open();
  };
  const lift = before ? null : veil(host, data.veil);
  el.append(ask("options", "option", data.question, true));
  el.append(ask("confidences", "sure", words.sure, false));
  const skip = button(el, words.skip, () => {
    keep(key, { skipped: true, question: data.question, at: new Date().toISOString() });
    open();
  });
  if (!lift) skip.remove();
  el.append(answer);
  Object.assign(chosen, before ?? {});
  show();
}
