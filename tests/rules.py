"""What a notebook of this repository has to be, as rules.

Each rule takes a notebook and returns its faults, in words; an empty list is a healthy notebook.
"""

import ast
import io
import json
import re
import tokenize
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

KNOWN_TAGS = {
    "edition",
    "canon",
    "widget",
    "claim",
    "exercise",
    "solution",
    "raises-exception",
    "nbval-ignore-output",
    "nbval-check-output",
    "nbval-skip",
    "nbval-raises-exception",
}
EXPECTS_ERROR = {"raises-exception", "nbval-raises-exception"}
WIDGET_CALLS = {
    "explore",
    "predict",
    "latent_pad",
    "drawing_pad",
    "watch",
    "diagnose",
    "calibration",
}
CLAIM = "application/vnd.aeteach.claim+json"
CANON_MODULES = ("models", "objectives", "training")
MAX_BYTES = 3 * 2**19
"""A letter takes two bytes in Russian, and longer words make wider frames."""
MIN_ALT = 20


# reading a notebook


def tags(cell):
    return set(cell.metadata.get("tags", []))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def is_folded(cell):
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def tree(cell):
    """The syntax tree of a cell; an empty one when it does not parse (see `parses`)."""
    try:
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        return compile(cell.source, "cell", "exec", flags, dont_inherit=True)
    except SyntaxError:
        return ast.Module([], [])


def callee(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def calls(cell, *names):
    found = (node for node in ast.walk(tree(cell)) if isinstance(node, ast.Call))
    return [call for call in found if callee(call) in names]


def definitions(module):
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name: node for node in module.body if isinstance(node, kinds)}


def say(cell, words):
    return f"cell `{cell.id}`: {words}"


def without_fences(text):
    return re.sub(r"^(```|~~~).*?^\1\s*$", "", text, flags=re.M | re.S)


def headings(cell, level):
    pattern = rf"^#{{{level}}} +(.+?)\s*$"
    return re.findall(pattern, without_fences(cell.source), flags=re.M)


# cells


def ids(notebook):
    faults, seen = [], set()
    for cell in notebook.cells:
        if not re.fullmatch(r"[a-z0-9-]{3,64}", cell.id):
            faults.append(say(cell, "give it an id of 3 to 64 small letters, digits and hyphens"))
        elif re.fullmatch(r"[0-9a-f]{8}[0-9a-f-]*", cell.id) and re.search(r"\d", cell.id):
            faults.append(say(cell, "the id is random; give it one that names what the cell does"))
        if cell.id in seen:
            faults.append(say(cell, "another cell has the same id"))
        seen.add(cell.id)
    return faults


def known_tags(notebook):
    return [
        say(cell, f"unknown tag `{tag}`; known are {', '.join(sorted(KNOWN_TAGS))}")
        for cell in notebook.cells
        for tag in sorted(tags(cell) - KNOWN_TAGS)
    ]


def parses(notebook):
    faults = []
    for cell in code_cells(notebook):
        if not cell.source.strip():
            faults.append(say(cell, "the cell is empty; remove it"))
        elif not tree(cell).body and not tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "this is not plain Python (no magics, no shell commands)"))
        if cell.source.rstrip().endswith(";"):
            faults.append(say(cell, "ends in `;`, which hides what the cell shows"))
    return faults


# code


PLUMBING = {
    "matplotlib",
    "pylab",
    "seaborn",
    "plotly",
    "ipywidgets",
    "IPython",
    "plt",
    "pyplot",
    "widgets",
    "imshow",
    "add_subplot",
    "subplots",
    "savefig",
    "display",
    "open",
    "urlopen",
    "urlretrieve",
    "urllib",
    "requests",
    "http",
    "socket",
    "ftplib",
    "httpx",
    "aiohttp",
    "torchvision",
    "subprocess",
    "load_state_dict_from_url",
    "fetch_openml",
}


def names_used(module):
    """Imported top modules, plain names and attributes of a cell."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]
        elif isinstance(node, ast.Name | ast.Attribute):
            yield getattr(node, "id", getattr(node, "attr", ""))


def no_plumbing(notebook):
    return [
        say(cell, f"uses {word}; drawing, files and downloads belong into the package")
        for cell in code_cells(notebook)
        for word in sorted(PLUMBING & set(names_used(tree(cell))))
    ]


def comments(cell):
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(cell.source).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def labels(module):
    """The keys written out in dictionaries: shown in the learner's language through `label`."""
    keys = (key for node in ast.walk(module) if isinstance(node, ast.Dict) for key in node.keys)
    return [key for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]


def texts(module):
    """Every string literal of a cell but labels; in an f-string a value counts as the digit 0."""
    aside = {
        id(part)
        for node in ast.walk(module)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    } | {id(key) for key in labels(module)}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                part.value if isinstance(part, ast.Constant) else "0" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in aside:
                yield node.value


def is_language(text):
    return sum(bool(re.search(r"[^\W\d_]{2,}", word)) for word in text.split()) > 1


def no_language(notebook):
    faults = []
    for cell in code_cells(notebook):
        if tags(cell) & EXPECTS_ERROR:
            continue
        faults += [
            say(cell, f"comment {comment!r}; only shapes such as `# (N, k)` stand in code")
            for comment in comments(cell)
            if not comment.startswith("# (")
        ]
        faults += [
            say(cell, f"text {text!r}; words belong into Markdown or into the package")
            for text in texts(tree(cell))
            if is_language(text)
        ]
    return faults


def is_integer(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def seeds(notebook):
    faults = []
    for cell in code_cells(notebook):
        if "edition" in tags(cell):
            continue
        values = [
            value
            for call in calls(cell, "manual_seed", "default_rng", "seed")
            for value in call.args[:1]
        ]
        values += [
            word.value
            for node in ast.walk(tree(cell))
            if isinstance(node, ast.Call)
            for word in node.keywords
            if word.arg in {"seed", "random_state"}
        ]
        faults += [
            say(cell, f"seed {value.value}; pass the `seed` that start() returns")
            for value in values
            if is_integer(value)
        ]
    return faults


# editions


def edition(notebook):
    marked = [cell for cell in notebook.cells if "edition" in tags(cell)]
    return [f"{len(marked)} cells are tagged `edition`; exactly one calls start(...)"] * (
        len(marked) != 1
    )


def first_text(notebook):
    return notebook.cells[0].source if notebook.cells else ""


def neighbours(path):
    """The previous and the next notebook of the same folder, and the other edition."""
    names = sorted(other.name for other in path.parent.glob("*.ipynb"))
    place = names.index(path.name)
    found = names[max(place - 1, 0) : place] + names[place + 1 : place + 2]
    if path.parent.name == "ru":
        return [*found, f"../{path.name}"]
    return found + [f"ru/{path.name}"] * (path.parent / "ru" / path.name).exists()


def title_links(notebook, expected):
    targets = [unquote(target).removeprefix("./") for target in link_targets(first_text(notebook))]
    return [f"the first cell does not link to {name}" for name in expected if name not in targets]


# widgets, claims, canon, exercises


TAGGED = {"widget": WIDGET_CALLS, "claim": {"claim"}, "edition": {"start"}}


def calls_tagged(notebook):
    return [
        say(cell, f"the tag `{tag}` and a call of {' or '.join(sorted(names))} go together")
        for cell in code_cells(notebook)
        for tag, names in TAGGED.items()
        if bool(calls(cell, *names)) != (tag in tags(cell))
    ]


def named(notebook, function):
    """(cell, call, name) of each claim(...) or predict(...); None for a name not written out."""
    for cell in code_cells(notebook):
        for call in calls(cell, function):
            first = call.args[0] if call.args else None
            value = first.value if isinstance(first, ast.Constant) else None
            yield cell, call, value if isinstance(value, str) else None


def rows_known(notebook, function, rows):
    """Every claim(...) or predict(...) writes the name of a row out."""
    return [
        say(cell, f"{function}({name!r}, ...) names no row of the package; write one out")
        for cell, _, name in named(notebook, function)
        if name not in rows
    ]


def rows_used(notebooks, function, rows):
    """Every row stands in some cell."""
    used = {name for notebook in notebooks for _, _, name in named(notebook, function)}
    return [f'no cell calls {function}("{name}", ...)' for name in rows if name not in used]


def questions_measured(notebook, rows):
    """A question that is asked with one number says what that number is."""
    return [
        say(cell, f"[{name}] needs `measure`: what its number is")
        for cell, call, name in named(notebook, "predict")
        if len(call.args) < 3 and "cuts" in rows.get(name, {}) and "measure" not in rows[name]["en"]
    ]


def bare(node):
    """A definition without docstrings, annotations, decorators and `pass`, as text."""
    module = ast.parse(ast.unparse(node))
    for part in ast.walk(module):
        if isinstance(part, ast.arg):
            part.annotation = None
        if isinstance(part, ast.FunctionDef | ast.ClassDef):
            documented = ast.get_docstring(part) is not None
            part.body = [line for line in part.body[documented:] if not isinstance(line, ast.Pass)]
            part.decorator_list, part.returns = [], None
    return ast.dump(module)


def canon_definitions(package):
    found = {}
    for module in CANON_MODULES:
        path = Path(package) / f"{module}.py"
        if path.exists():
            found |= definitions(ast.parse(path.read_text(encoding="utf-8")))
    return found


def canon(notebook, package):
    """`package` is {name: syntax tree} of what the package defines."""
    faults = []
    for cell in code_cells(notebook):
        defined = definitions(tree(cell))
        tagged = "canon" in tags(cell)
        if tagged and not defined:
            faults.append(say(cell, "is tagged canon but defines nothing"))
        for name, node in defined.items():
            if not tagged and name in package:
                faults.append(say(cell, f"the package has {name} too: tag it canon or rename it"))
            elif tagged and name not in package:
                faults.append(say(cell, f"the package has no {name}: untag it or add it there"))
            elif tagged and bare(node) != bare(package[name]):
                faults.append(say(cell, f"{name} differs from the package's {name}"))
    return faults


def exercises(notebook):
    faults = []
    asked = None
    for cell in [*notebook.cells, None]:
        is_solution = cell is not None and "solution" in tags(cell)
        if asked is not None and not is_solution and (cell is None or cell.cell_type == "code"):
            faults.append(say(asked, "no solution cell follows this exercise"))
        if is_solution and asked is None:
            faults.append(say(cell, "is a solution, but no exercise stands before it"))
        if is_solution and not is_folded(cell):
            faults.append(say(cell, "fold the solution (metadata.jupyter.source_hidden = true)"))
        if is_solution and not all(name.startswith("solved_") for name in definitions(tree(cell))):
            faults.append(say(cell, "call it solved_...: Run All must not replace the learner's"))
        if is_solution or (cell is not None and cell.cell_type == "code"):
            asked = cell if "exercise" in tags(cell) and not is_solution else None
    return faults


# what is stored


def executed(notebook):
    faults = []
    for count, cell in enumerate(code_cells(notebook), 1):
        if cell.execution_count != count:
            faults.append(
                say(
                    cell,
                    f"counted {cell.execution_count}, not {count}; store it with `make notebooks`",
                )
            )
        failed = any(output.output_type == "error" for output in cell.outputs)
        claims = [output.get("data", {}).get(CLAIM, {}) for output in cell.outputs]
        faults += [
            say(cell, f"its stored claim [{claim['name']}] does not hold")
            for claim in claims
            if not claim.get("holds", True)
        ]
        if failed and not tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "its stored output is an error"))
        if not failed and tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "is expected to fail and does not"))
        if any(output.get("name") == "stderr" for output in cell.outputs):
            faults.append(say(cell, "wrote a warning or an error message (stderr)"))
    return faults


def widget_states(notebook):
    state = "metadata.widgets is stored; islands need none, run `make notebooks`"
    return [state] if "widgets" in notebook.metadata else []


def widgets_stored(notebook):
    """A widget cell shows an island, which needs no kernel."""
    alive = {cell.id for cell, _, page in pages(notebook) if page.island}
    return [
        say(cell, "is tagged widget but stores no island; run `make notebooks`")
        for cell in code_cells(notebook)
        if "widget" in tags(cell) and cell.id not in alive
    ]


def file_name(name):
    if re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", name):
        return []
    return [f"{name}: name it by two digits and small letters, such as 02_identity_copying.ipynb"]


def size(size_in_bytes):
    if size_in_bytes < MAX_BYTES:
        return []
    most = f"at most {MAX_BYTES / 2**20} MiB: store fewer or smaller frames"
    return [f"{size_in_bytes / 2**20:.2f} MiB; {most}"]


def fresh(notebook, stamp):
    """`stamp` is the fingerprint of the code as it is now."""
    if notebook.metadata.get("aeteach", {}).get("stamp") == stamp:
        return []
    return ["its code or the package changed after it was run; store it with `make notebooks`"]


class Page(HTMLParser):
    """What an output in HTML holds: the attributes of its images, and the data of an island."""

    def __init__(self, html):
        super().__init__()
        self.images, self.island, self.data, self._json = [], "", {}, None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.island = self.island or attributes.get("data-island", "")
        if tag == "img":
            self.images.append(attributes)
        if tag == "script" and attributes.get("type") == "application/json":
            self._json = ""

    def handle_data(self, text):
        self._json = None if self._json is None else self._json + text

    def handle_endtag(self, tag):
        if tag == "script" and self._json is not None:
            self.data, self._json = json.loads(self._json), None


@cache
def page(html):
    return Page(html)


def pages(notebook):
    """(cell, output, page) of each output of a notebook."""
    for cell in code_cells(notebook):
        for output in cell.outputs:
            html = output.get("data", {}).get("text/html") or ""
            yield cell, output, page("".join(html) if isinstance(html, list) else html)


def image_faults(images):
    faults = []
    for image in images:
        alt = (image.get("alt") or "").strip()
        if len(alt) < MIN_ALT:
            faults.append(f"alternative text {alt!r} is shorter than {MIN_ALT} characters")
        if not image.get("width"):
            faults.append("the <img> has no width attribute (GitHub drops styles)")
    return faults


def figures_described(notebook):
    faults = []
    for cell, output, page in pages(notebook):
        if "image/png" in output.get("data", {}) and not page.images:
            faults.append(say(cell, "picture without alternative text: text/html has no <img>"))
        faults += [say(cell, words) for words in image_faults(page.images)]
        faults += [
            say(cell, f"frame {number}: {words}")
            for number, frame in enumerate(page.data.get("frames", []))
            for words in image_faults([frame])
        ]
    return faults


def frames_differ(notebook):
    faults = []
    for cell, _, page in pages(notebook):
        alts = [frame.get("alt") for frame in page.data.get("frames", [])]
        if repeated := sorted({alt for alt in alts if alt and alts.count(alt) > 1}):
            faults.append(
                say(
                    cell,
                    f"{len(repeated)} alternative texts stand on more than one "
                    f"frame, such as {repeated[0]!r}; name what changes",
                )
            )
    return faults


# links


def link_targets(text):
    text = re.sub(r"`[^`\n]*`", "", without_fences(text))
    found = re.findall(r"\]\(\s*<?([^)\s>]+)", text)
    return found + re.findall(r"<(?:a|img)\b[^>]*?\b(?:href|src)=[\"']([^\"']+)", text)


def dead_links(text, folder, root):
    faults = []
    for target in link_targets(text):
        path = unquote(re.split(r"[#?]", target)[0])
        if not path or re.match(r"[a-z][a-z0-9+.-]*:|//", target, flags=re.I):
            continue
        place = (folder / path).resolve()
        if not place.exists() or not place.is_relative_to(root.resolve()):
            faults.append(f"link to {target} leads to no file of the repository")
    return faults


def links(notebook, folder, root):
    return [
        say(cell, words)
        for cell in prose_cells(notebook)
        for words in dead_links(cell.source, folder, root)
    ]


ALONE = (
    ids,
    known_tags,
    parses,
    no_plumbing,
    no_language,
    seeds,
    edition,
    calls_tagged,
    exercises,
    executed,
    widget_states,
    widgets_stored,
    figures_described,
    frames_differ,
)
WITH_CONTEXT = (
    title_links,
    rows_known,
    rows_used,
    questions_measured,
    canon,
    file_name,
    size,
    fresh,
    links,
)
