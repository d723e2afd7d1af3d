"""The notebooks as static pages whose sliders still move: no kernel, no server, no network.

    python -m tools.website                         write the pages to site/
    python -m tools.website --to FOLDER --repository OWNER/NAME

How it is made, and why so (measured with the five notebooks of 2 MB each):

- nbconvert turns a notebook into HTML: it comes with JupyterLab, knows every output type, and
  a template of forty lines is all that is ours. Its own way to live widgets loads 3.7 MB of
  scripts (html-manager 3.6 MB, require.js 87 kB, anywidget 34 kB) from two other hosts and
  formulas from a third; shipping them would make each page three times as heavy.
- All our widgets are anywidget front ends: one ES module with `render({ model, el })`, a form
  that is documented so that other hosts can show it (https://anywidget.dev/en/afm). Without a
  kernel a host is a get / set / on / off over the stored state: `assets/host.js`, 3 kB.
  The module is imported from a Blob, so that pages opened as files work too.
- Jupyter Book 2 (MyST) also shows such modules, but builds with Node, downloads its theme while
  building, and its pages need a server and 1 MB of React. Quarto is a program of its own.
- Formulas become MathML while the pages are built (latex2mathml): no script, no fonts to
  fetch, and screen readers read them.
"""
