// Light or dark, chosen before the page is painted: the reader's choice, else the system's.

(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("theme"); } catch { /* pages opened as files may refuse */ }
  const system = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    document.documentElement.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  window.switchTheme = () => {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", chosen); } catch { /* the choice lasts for this page */ }
    apply();
  };
})();
