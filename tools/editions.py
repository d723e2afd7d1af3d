"""Keep the Russian edition in step with the English notebooks.

python tools/editions.py                          bring notebooks/ru up to date (make editions)
python tools/editions.py status                   name what is still to be translated
python tools/editions.py accept 02                a translation was mended: renew its stamps
python tools/editions.py accept 02 title drag     the same for some cells
python tools/editions.py take 02 prose.txt        put `%% md CELLID` blocks in as translations
"""

import argparse
import copy
import re
import sys
from pathlib import Path

import nbformat
from store import write
from twins import LANGUAGE, is_current, link_twin, stamp_prose, start_call, twin_faults, twin_link

ROOT = Path(__file__).resolve().parents[1]


class EditionError(Exception):
    """What cannot be done to an edition, in words."""


def english_paths(root):
    return sorted((root / "notebooks").glob("*.ipynb"))


def twin_path(path):
    return path.parent / LANGUAGE / path.name


def read(path):
    return nbformat.read(path, as_version=4)


def find(name, root):
    """The English notebook whose name starts with `name`, such as 02."""
    found = [path for path in english_paths(root) if path.name.startswith(Path(name).stem)]
    if len(found) != 1:
        raise EditionError(f"{len(found)} notebooks are called {name}; give its number, such as 02")
    return found[0]


def brought_up(english, russian):
    """The Russian twin of `english`: its code, its order, the prose that `russian` has for it."""
    known = {cell.id: cell for cell in russian.cells} if russian else {}
    twin = copy.deepcopy(russian or english)
    twin.cells = [
        _code(cell, known.get(cell.id)) if cell.cell_type == "code" else _prose(cell, known)
        for cell in english.cells
    ]
    if not russian:
        twin.metadata.pop("aeteach", None)
    return twin


def _code(cell, known):
    twin = copy.deepcopy(cell)
    twin.source = start_call(cell)
    same = known and known.cell_type == "code" and known.source == twin.source
    twin.outputs = known.outputs if same else []
    twin.execution_count = known.execution_count if same else None
    return twin


def _prose(cell, known):
    """The translation at hand, current or not; the English text, unstamped, when there is none."""
    found = known.get(cell.id) or next(
        (other for other in known.values() if is_current(cell, other)), None
    )
    twin = copy.deepcopy(cell)
    if found and found.cell_type == cell.cell_type:
        twin.source = found.source
        if "aeteach" in found.metadata:
            twin.metadata["aeteach"] = copy.deepcopy(found.metadata["aeteach"])
    return twin


def vanished(english, russian):
    """Russian prose whose English cell is gone."""
    kept = {cell.id for cell in english.cells}
    prose = [cell for cell in russian.cells if cell.cell_type == "markdown" and cell.id not in kept]
    return [cell for cell in prose if not any(is_current(other, cell) for other in english.cells)]


def update(path):
    """Write the twin of one English notebook, and the links between the two title cells."""
    english, place = read(path), twin_path(path)
    russian = read(place) if place.exists() else None
    for cell in vanished(english, russian) if russian else []:
        print(f"{path.name}: `{cell.id}` is no longer in English; its text was:\n{cell.source}\n")
    twin = brought_up(english, russian)
    place.parent.mkdir(exist_ok=True)
    for notebook, file, language in ((english, path, "en"), (twin, place, LANGUAGE)):
        before = read(file) if file.exists() else None
        link_twin(notebook, twin_link(path.name, language))
        if notebook != before:
            write(notebook, file)


def stale(english, russian):
    known = {cell.id: cell for cell in russian.cells}
    prose = [cell for cell in english.cells if cell.cell_type == "markdown"]
    return [cell.id for cell in prose if not is_current(cell, known.get(cell.id))]


def accept(path, cells=()):
    """Stamp Russian prose as the translation of the English text of today; all of it or `cells`."""
    english, russian = read(path), read(twin_path(path))
    originals = {cell.id: cell for cell in english.cells if cell.cell_type == "markdown"}
    if unknown := sorted(set(cells) - set(originals)):
        raise EditionError(f"{path.name} has no prose cell {', '.join(unknown)}")
    for cell in russian.cells:
        if cell.id in (cells or originals):
            if cell.source == originals[cell.id].source:
                raise EditionError(f"`{cell.id}` still holds the English text: translate it first")
            stamp_prose(originals[cell.id], cell)
    write(russian, twin_path(path))


def take(path, text):
    """Put prose written as blocks below `%% md CELLID` into the twin, stamped as current."""
    parts = re.split(r"^%% md (\S+)[ \t]*$", text, flags=re.M)
    blocks = dict(zip(parts[1::2], (part.strip("\n") for part in parts[2::2]), strict=True))
    update(path)
    russian = read(twin_path(path))
    prose = {cell.id: cell for cell in russian.cells if cell.cell_type == "markdown"}
    if unknown := sorted(set(blocks) - set(prose)):
        raise EditionError(f"{path.name} has no prose cell {', '.join(unknown)}")
    for key, words in blocks.items():
        prose[key].source = words
    link_twin(russian, twin_link(path.name, LANGUAGE))
    write(russian, twin_path(path))
    if blocks:
        accept(path, list(blocks))


def status(paths):
    """Lines that say for each notebook which cells wait for a translator and what differs."""
    for path in paths:
        if not twin_path(path).exists():
            yield f"{path.name}: no Russian twin; run `make editions`"
            continue
        english, russian = read(path), read(twin_path(path))
        waiting = stale(english, russian)
        names = f": {', '.join(waiting)}" if waiting else ""
        yield f"{path.name}: {len(waiting)} cells to translate{names}"
        wrong = [fault for fault in twin_faults(english, russian) if "is stale" not in fault]
        yield from (f"    {fault}" for fault in wrong)


def main(arguments=None, root=ROOT):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    orders = ["update", "status", "accept", "take"]
    parser.add_argument("order", nargs="?", default="update", choices=orders)
    parser.add_argument("name", nargs="?", help="a notebook, such as 02")
    parser.add_argument("rest", nargs="*", help="cells to accept, or the file to take")
    options = parser.parse_args(arguments)
    if options.order in ("accept", "take") and not options.name:
        parser.error(f"say which notebook to {options.order}, such as 02")
    if options.order == "take" and len(options.rest) != 1:
        parser.error("name the file that holds the prose")
    try:
        run(options, root)
    except EditionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def run(options, root):
    paths = [find(options.name, root)] if options.name else english_paths(root)
    if options.order == "accept":
        accept(paths[0], options.rest)
    elif options.order == "take":
        take(paths[0], Path(options.rest[0]).read_text(encoding="utf-8"))
    elif options.order == "update":
        for path in paths:
            update(path)
    print("\n".join(status(paths)))


if __name__ == "__main__":
    sys.exit(main())
