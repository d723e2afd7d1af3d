"""What an English notebook and its Russian twin must have in common, and where they differ."""

import hashlib
import re
from collections import Counter

LANGUAGE = "ru"
WORDS = {"en": "на русском", LANGUAGE: "in English"}
FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+?\$", re.S)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`|<code>.*?</code>", re.S | re.M)
TARGET = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
TEXT_IN_FORMULA = re.compile(r"\\(?:text|operatorname\*?|mathrm)\{[^}]*\}|\s")


def twin_link(name, language):
    """The link in the title of an edition that leads to its twin."""
    target = f"{LANGUAGE}/{name}" if language == "en" else f"../{name}"
    return f"[{WORDS[language]}]({target})"


def translatable(source):
    """A prose cell without the link to its twin, which no translator writes."""
    return re.sub(rf"( · )?\[({'|'.join(WORDS.values())})\]\([^)]*\)", "", source).strip()


def stamp_of(cell):
    return hashlib.sha256(translatable(cell.source).encode()).hexdigest()[:16]


def stamp_prose(english, russian):
    russian.metadata["aeteach"] = {"translates": stamp_of(english)}


def is_current(english, russian):
    """Whether `russian` is stamped as the translation of this English text."""
    stamp = (russian or {}).get("metadata", {}).get("aeteach", {}).get("translates")
    return english.cell_type == "markdown" and stamp == stamp_of(english)


def start_call(cell):
    """The source of a code cell in the Russian edition."""
    if "edition" not in cell.metadata.get("tags", []):
        return cell.source
    return re.sub(r"start\(([\"'])en\1", rf"start(\1{LANGUAGE}\1", cell.source)


def link_twin(notebook, link):
    """Add `link` to the line of the title cell that links to all notebooks, if it is missing."""
    cell = notebook.cells[0]
    if link not in cell.source:
        lines = cell.source.split("\n")
        at = next((n for n, line in enumerate(lines) if "README" in line), 0)
        lines[at] += f" · {link}" if at else f"\n\n{link}"
        cell.source = "\n".join(lines)


def russian_target(target):
    """Where a link of an English notebook leads in its twin, one folder deeper."""
    if not target.startswith("../"):
        return target
    return "../" + re.sub(r"README\.md$", f"README.{LANGUAGE}.md", target)


def plain_text(source):
    """Prose without formulas, code, targets of links and tags."""
    return re.sub(r"\]\([^)]*\)|<[^>]+>", " ", FORMULA.sub(" ", CODE.sub(" ", source)))


def compared(source):
    """{what: all of it in a prose cell} of what a translation keeps."""
    plain = plain_text(source)
    return {
        "formulas": [TEXT_IN_FORMULA.sub("", found) for found in FORMULA.findall(source)],
        "code spans": CODE.findall(source),
        "links": TARGET.findall(CODE.sub(" ", translatable(source))),
        "headings": re.findall(r"^#+(?= )", CODE.sub(" ", source), flags=re.M),
        "numbers": {*re.findall(r"\d+\.\d+", plain)},
        "commas": {*re.findall(r"\d+,\d+", plain)},
    }


def prose_faults(english, russian):
    here, there = compared(english.source), compared(russian.source)
    here["links"] = map(russian_target, here["links"])
    new_commas = sorted(there.pop("commas") - here.pop("commas"))
    faults = [
        f"{number}: the decimal sign is a point, thousands stand apart by a no-break space"
        for number in new_commas
    ]
    for what in here:
        wanted, found = Counter(here[what]), Counter(there[what])
        if wanted != found:
            less, more = (sorted(part) for part in (wanted - found, found - wanted))
            faults.append(f"{what} differ; missing: {less}, not in English: {more}")
    return faults


def cell_faults(english, russian):
    if english.cell_type != russian.cell_type:
        return [f"is {russian.cell_type}, in English {english.cell_type}"]
    faults = []
    if russian.metadata.get("tags", []) != english.metadata.get("tags", []):
        faults.append("its tags differ from the English cell's")
    if russian.metadata.get("jupyter", {}) != english.metadata.get("jupyter", {}):
        faults.append("it is folded in one edition only")
    if english.cell_type == "code":
        return faults + ["its code differs"] * (russian.source != start_call(english))
    if not is_current(english, russian):
        return [*faults, "is stale: the English text changed, or was never translated"]
    return faults + prose_faults(english, russian)


def twin_faults(english, russian):
    """How `russian` departs from the notebook it translates, in words; empty when it does not."""
    here, there = ([cell.id for cell in notebook.cells] for notebook in (english, russian))
    faults = [f"cell `{key}` is missing in Russian" for key in here if key not in there]
    faults += [f"cell `{key}` is not in the English notebook" for key in there if key not in here]
    if not faults and here != there:
        at = next(n for n, pair in enumerate(zip(here, there, strict=True)) if len({*pair}) > 1)
        faults.append(f"the order differs: `{there[at]}` stands where English has `{here[at]}`")
    known = {cell.id: cell for cell in russian.cells}
    return faults + [
        f"cell `{cell.id}`: {fault}"
        for cell in english.cells
        if cell.id in known
        for fault in cell_faults(cell, known[cell.id])
    ]
