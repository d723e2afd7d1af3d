"""What the Russian edition must not hold: banned terms, leftover English, missing words.

Each rule takes texts and returns faults in words.
"""

import ast
import re

from twins import plain_text

CASES = "[а-яё]{0,3}"
LATIN = re.compile(r"(?<![\w.#/-])[a-z][A-Za-z]{2,}")
NAMES = re.compile(r"https?://\S+|['«][a-z]+['»]|\w+[(=]|\w+[_.]\w+|--[\w-]+")
PLACES = re.compile(r"\{[^{}]*\}")
REFERENCES = re.compile(r"(?:\*\*|#+ )Литература.*", re.S)
NO_TEXT = {
    "axes fraction",
    "lower left",
    "center left",
    "at least 2 are needed",
    "an array",
    "more than 1 value per channel",
    "MNIST, Fashion-MNIST",
    "holds when",
    "{python} -m pip install -r requirements.txt -c constraints.txt",
}


# the glossary


def banned_terms(glossary):
    """The last column of the glossary's table: {banned variant: the Russian term to use}."""
    rows = [
        [part.strip() for part in line.strip("| ").split("|")]
        for line in glossary.splitlines()
        if line.startswith("|")
    ]
    return {
        word.strip(): row[1]
        for row in rows[2:]
        if len(row) > 2
        for word in row[2].split(",")
        if word.strip()
    }


def latin_words(glossary):
    """The words in Latin letters that Russian texts keep."""
    line = re.search(r"^Latin letters stay in:(.*)$", glossary, flags=re.M)[1]
    return set(re.findall(r"`([^`]+)`", line))


def in_any_case(term):
    """A pattern for a Russian term in all its cases."""
    parts = []
    for word in term.split():
        if word.endswith("ать"):
            parts.append(re.escape(word[:-3]) + "[а-яё]*")
        else:
            parts.append(re.escape(re.sub(r"(ый|ий|ое|ая|ой|[аеёийоуыьэюя])$", "", word)) + CASES)
    return re.compile(r"\b" + r"\s+".join(parts) + r"\b", re.I)


def banned(texts, terms):
    """`texts` is {place: text}."""
    patterns = {term: in_any_case(term) for term in terms}
    return [
        f"{place}: {found[0]!r} is banned; the glossary says {terms[term]!r}"
        for place, text in texts.items()
        for term, pattern in patterns.items()
        for found in pattern.finditer(text)
    ]


def leftover_english(texts, allowed):
    """Words of small Latin letters outside code, formulas, places and references."""
    faults = []
    for place, text in texts.items():
        text = NAMES.sub(" ", PLACES.sub(" ", text))
        text = plain_text(REFERENCES.sub(" ", text))
        if words := sorted({word for word in LATIN.findall(text) if word not in allowed}):
            faults.append(f"{place}: English words {', '.join(words)}")
    return faults


# the dictionary


def shown_texts(module):
    """Texts of a syntax tree that a learner may see: what `tr` gets, and sentences in tables."""
    aside = set()
    for node in ast.walk(module):
        pattern = isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.")
        if pattern or isinstance(node, ast.Raise | ast.JoinedStr):
            aside |= {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.FunctionDef):
            aside |= {id(part) for mark in node.decorator_list for part in ast.walk(mark)}
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            aside.add(id(node.value))
    texts = {
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in aside
        and re.search(r"[A-Za-z]{2}.* .*[A-Za-z]|[A-Za-z]{3} ", node.value)
    }
    return {text for text in texts if text not in NO_TEXT} | passed_to_tr(module)


def passed_to_tr(module):
    calls = (
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr" and node.args
    )
    literals = (part for call in calls for part in alternatives(call.args[0]))
    return {part for part in literals if re.search("[A-Za-z]{2}", PLACES.sub("", part))}


def alternatives(argument):
    """The literals that an argument may be: itself, or the branches of a condition."""
    if isinstance(argument, ast.IfExp):
        return alternatives(argument.body) + alternatives(argument.orelse)
    found = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    return [argument.value] if found else []


def missing(texts, words):
    return [f"{text!r} has no Russian in ru.toml" for text in sorted(texts) if text not in words]


def places_differ(words):
    return [
        f"{english!r}: the places in braces differ in {russian!r}"
        for english, russian in words.items()
        if sorted(PLACES.findall(english)) != sorted(PLACES.findall(russian))
    ]


def unused(words, sources):
    """Entries whose words occur in no source; a name may stand there with underscores."""
    text = re.sub(r"[\"']\s+f?[\"']", "", sources).replace("_", " ")
    known = set(re.findall(r"\w+", text))
    return [
        f"{english!r} is used nowhere"
        for english in words
        if english.replace("_", " ") not in text and not set(re.findall(r"\w+", english)) <= known
    ]
