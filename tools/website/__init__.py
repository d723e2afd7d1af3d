"""The notebooks as static pages whose sliders still move: no kernel, no server, no network.

    python -m tools.website                         write the pages to site/
    python -m tools.website --to FOLDER --repository OWNER/NAME

How it is made, and why so (sizes as measured; a page of ours weighs 1.5 to 2 MB):

- nbconvert turns a notebook into HTML: it comes with JupyterLab, knows every output type, and
  a template of fifty lines is all that is ours. Its own way to live widgets loads 3.7 MB of
  scripts (html-manager 3.6 MB, require.js 87 kB, anywidget 34 kB) from other hosts, and so
  its formulas; shipping them would triple what a page loads.
- All our widgets are anywidget front ends: one ES module with `render({ model, el })`, a form
  that is documented so that other hosts can show it (https://anywidget.dev/en/afm). Without a
  kernel a host is a get / set / on / off over the stored state: `assets/host.js`, 3 kB.
  The module is imported from a Blob, so that pages opened as files work too.
- Jupyter Book 2 (MyST) can show such a module too, but needs Node and downloads its theme while
  building. Quarto is a program of its own to install. Neither knows our stored states.
- Formulas become MathML while the pages are built (latex2mathml): no script, no fonts to
  fetch, and screen readers read them.
"""
