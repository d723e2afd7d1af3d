"""What the first page takes from the README."""

import re

from markupsafe import Markup

from tools.website.article import markdown


def opening(readme: str) -> dict[str, str]:
    """Title and first paragraph of the README, beyond the link to the other language."""
    title, *rest = re.split(r"\n\s*\n", readme.strip())
    lead = next(part for part in rest if not re.fullmatch(r"\[[^]]*\]\([^)]*\)", part))
    return {"title": title.lstrip("# "), "lead": Markup(markdown(lead))}


def table(readme: str) -> list[dict[str, str]]:
    """The README's table of notebooks: page (empty when to come), title, question, ..."""
    rows = []
    for line in readme.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split("|")]
        if not re.match(r"\|\s*(\[[^]]+\]\(notebooks/|[^|]*\(to come\))", line):
            continue
        title, question, lecture, minutes = (cells + [""] * 4)[:4]
        link = re.match(r"\[(.+)\]\(notebooks/(?:.+/)?(.+)\.ipynb\)", title)
        page, title = (f"{link[2]}.html", link[1]) if link else ("", title)
        row = {"page": page, "title": title, "question": question}
        rows.append(row | {"lecture": lecture, "minutes": minutes})
    return rows
