// Search over headings and text; the index is fetched when the field is first used.

(() => {
  const MOST = 12, AROUND = 70, SIGNS = /[.*+?^${}()|[\]\\/]/g;
  const form = document.getElementById("search"), field = document.getElementById("query");
  const results = document.getElementById("results");
  const [status, list] = [results.querySelector("[role=status]"), results.querySelector("ol")];
  form.hidden = false;

  let index = null;
  function ready() {
    index ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      Object.assign(script, { src: "assets/search-index.js", onerror: reject });
      script.onload = () => resolve(window.searchIndex);
      document.head.append(script);
    });
    return index;
  }

  // A word at the start of a word counts more than inside one, a heading more than its text.
  function weight(section, words) {
    let sum = 0;
    for (const word of words) {
      const start = new RegExp(`(^|[^\\p{L}\\p{N}])${word.replace(SIGNS, "\\$&")}`, "iu");
      const head = `${section.title} ${section.heading}`;
      const found = (start.test(section.heading) ? 8 : 0) + (start.test(head) ? 2 : 0)
        + (start.test(section.text) ? 3 : section.text.toLowerCase().includes(word) ? 1 : 0);
      if (!found) return 0;
      sum += found;
    }
    return sum;
  }

  // The words around the whole query, or else around its first word.
  function excerpt(text, words) {
    const small = text.toLowerCase(), whole = small.indexOf(words.join(" "));
    const at = Math.max(0, whole < 0 ? small.indexOf(words[0]) : whole);
    const start = at < AROUND ? 0 : text.indexOf(" ", at - AROUND) + 1;
    const end = text.indexOf(" ", at + AROUND * 2);
    return `${start ? "… " : ""}${text.slice(start, end < 0 ? undefined : end)}${end < 0 ? "" : " …"}`;
  }

  function row(section, words) {
    const item = document.createElement("li"), link = document.createElement("a");
    const said = document.createElement("p");
    link.href = `${section.page}#${section.id}`;
    link.textContent = section.title === section.heading
      ? section.title : `${section.title} · ${section.heading}`;
    said.textContent = excerpt(section.text, words);
    item.append(link, said);
    return item;
  }

  async function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    results.hidden = !words.length;
    if (!words.length) return;
    const sections = await ready();
    const found = sections.map((section) => [weight(section, words), section])
      .filter(([sum]) => sum).sort((a, b) => b[0] - a[0]);
    status.textContent = `${found.length}`;
    list.replaceChildren(...found.slice(0, MOST).map(([, section]) => row(section, words)));
  }

  const close = () => { field.value = ""; results.hidden = true; };
  field.addEventListener("focus", ready);
  field.addEventListener("input", search);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  for (const place of [form, results]) {
    place.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { close(); field.focus(); }
    });
  }
  list.addEventListener("click", (event) => { if (event.target.closest("a")) close(); });
})();
