"""Where each edition's notebooks and texts stand in the repository, and its pages on the site."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

NUMBERED = "[0-9]*.ipynb"


@dataclass(frozen=True)
class Edition:
    """Folders and README of one language; folder holds its pages, empty for the first edition."""

    language: str
    notebooks: str
    docs: str
    readme: str
    folder: str = ""

    def page(self, name: str) -> str:
        """A page's place from the root of the site."""
        return (PurePosixPath(self.folder) / name).as_posix()

    def notebook_paths(self, root: Path) -> list[Path]:
        return published(root, self.notebooks, NUMBERED)

    def text_paths(self, root: Path) -> list[Path]:
        return published(root, self.docs, "*.md")

    def page_names(self, root: Path) -> set[str]:
        """The pages of this edition, by name inside its folder; none without a notebook."""
        notebooks = self.notebook_paths(root)
        named = {f"{path.stem}.html" for path in [*notebooks, *self.text_paths(root)]}
        return named | {"index.html", "setup.html"} if notebooks else set()


def published(root: Path, folder: str, pattern: str) -> list[Path]:
    """The files of a folder; in a git checkout without those that git does not know."""
    found = sorted((root / folder).glob(pattern))
    if not (root / ".git").exists() or not shutil.which("git"):
        return found
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--", folder], capture_output=True
    )
    known = set(listed.stdout.decode().split("\0"))
    if listed.returncode:
        return found
    return [path for path in found if path.relative_to(root).as_posix() in known]


PICTURES = {".png", ".svg", ".jpg", ".webp", ".gif"}
EDITIONS = {
    "en": Edition("en", "notebooks", "docs", "README.md"),
    "ru": Edition("ru", "notebooks/ru", "docs/ru", "README.ru.md", "ru"),
}


def picture_of(inside: str) -> str | None:
    """Where a picture of the docs stands, from the root of the site."""
    path = PurePosixPath(inside)
    for edition in EDITIONS.values():
        if path.parent.as_posix() == edition.docs and path.suffix in PICTURES:
            return edition.page(f"docs/{path.name}")
    return None


def page_of(inside: str, has_anchor: bool = False) -> str | None:
    """The page, from the root of the site, that shows a file of the repository."""
    path = PurePosixPath(inside)
    for edition in EDITIONS.values():
        if inside == edition.readme:
            return edition.page("setup.html" if has_anchor else "index.html")
        places = {(edition.notebooks, ".ipynb"), (edition.docs, ".md")}
        if (path.parent.as_posix(), path.suffix) in places:
            return edition.page(f"{path.stem}.html")
    return None


def other_than(language: str) -> Edition:
    return next(edition for name, edition in EDITIONS.items() if name != language)


def drafts(root: Path) -> list[str]:
    """Notebooks that stay at home because git does not know them, from the root."""
    there = {path for each in EDITIONS.values() for path in (root / each.notebooks).glob(NUMBERED)}
    known = {path for each in EDITIONS.values() for path in each.notebook_paths(root)}
    return sorted(path.relative_to(root).as_posix() for path in there - known)
