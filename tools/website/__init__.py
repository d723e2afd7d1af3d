"""The notebooks as static pages whose sliders still move: no kernel, no server, no network.

    python -m tools.website                         write the pages to site/
    python -m tools.website --to FOLDER --repository OWNER/NAME

How it is made, and why so:

- Every widget that needs no kernel is an island (`aeteach.widgets.island`): HTML that brings its
  own script. A page shows it as it is stored, byte by byte, so that it is alive here as anywhere.
- Cells become HTML by a template of thirty lines with the filters of nbconvert, which comes with
  JupyterLab. Its own exporter would fetch formulas and widgets from other hosts, and would parse
  and rewrite what the islands hold.
- Jupyter Book 2 (MyST) needs Node and downloads its theme while building; Quarto is a program of
  its own to install.
- Formulas become MathML while the pages are built (latex2mathml): no script, no fonts to
  fetch, and screen readers read them.
- In a git checkout only what git knows is published: a draft in the folder stays at home.
"""
