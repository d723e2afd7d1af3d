"""What a notebook of this repository has to be, as rules.

Each rule takes a notebook and returns its faults, in words; an empty list is a healthy notebook.
"""

import ast
import io
import re
import statistics
import tokenize
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

KNOWN_TAGS = {
    "edition", "canon", "widget", "claim", "exercise", "solution", "raises-exception",
    "nbval-ignore-output", "nbval-check-output", "nbval-skip", "nbval-raises-exception",
}
EXPECTS_ERROR = {"raises-exception", "nbval-raises-exception"}
WIDGET_CALLS = {"explore", "predict", "latent_pad", "drawing_pad", "watch", "diagnose"}
VERDICTS = {"holds", "holds when", "misleading"}
CANON_MODULES = ("models", "objectives", "training")
MAX_BYTES = {"en": 2_500_000, "ru": 3_000_000}
"""A letter takes two bytes in Russian, and longer words make wider frames."""
MIN_ALT = 20
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


# reading a notebook


def tags(cell):
    return set(cell.metadata.get("tags", []))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


def is_folded(cell):
    return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))


def taught_cells(notebook):
    """The code a learner reads: neither solutions nor what is folded away for the curious."""
    return [cell for cell in code_cells(notebook)
            if "solution" not in tags(cell) and not is_folded(cell)]


def code_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


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


def stations(notebook):
    """The cells, grouped by the level-1 or level-2 heading they stand under."""
    groups = []
    for cell in notebook.cells:
        opens = cell.cell_type == "markdown" and (headings(cell, 1) or headings(cell, 2))
        if opens or not groups:
            groups.append([])
        groups[-1].append(cell)
    return groups


def widget_state(notebook):
    return notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})


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
    return [say(cell, f"unknown tag `{tag}`; known are {', '.join(sorted(KNOWN_TAGS))}")
            for cell in notebook.cells for tag in sorted(tags(cell) - KNOWN_TAGS)]


def parses(notebook):
    faults = []
    for cell in code_cells(notebook):
        if not cell.source.strip():
            faults.append(say(cell, "the cell is empty; remove it"))
        elif not tree(cell).body and not tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "this is not plain Python (no magics, no shell commands)"))
    return faults


def cell_lengths(notebook):
    cells = taught_cells(notebook)
    lengths = [len(code_lines(cell)) for cell in cells]
    faults = []
    if lengths and statistics.median(lengths) > 5:
        faults.append(f"the median code cell has {statistics.median(lengths)} lines; at most 5")
    if lengths and sum(length <= 15 for length in lengths) < 0.9 * len(lengths):
        long = [cell.id for cell in cells if len(code_lines(cell)) > 15]
        faults.append(f"more than a tenth of the code cells exceed 15 lines: {', '.join(long)}")
    taught = [cell for cell in cells if "exercise" not in tags(cell)]
    if len(taught) > 50:
        faults.append(f"{len(taught)} code cells; at most 50, exercises and folded ones apart")
    return faults


def cell_sizes(notebook):
    faults = []
    for cell in code_cells(notebook):
        has_class = any(isinstance(node, ast.ClassDef) for node in tree(cell).body)
        limit = 20 if has_class else 25
        if len(code_lines(cell)) > limit:
            kind = "with a class" if has_class else "of code"
            faults.append(say(cell, f"{len(code_lines(cell))} lines; a cell {kind} has {limit}"))
        faults += [say(cell, f"line of {len(line)} characters, at most 79: {line.strip()[:40]}")
                   for line in code_lines(cell) if len(line) > 79]
        if cell.source.rstrip().endswith(";"):
            faults.append(say(cell, "ends in `;`, which nbval does not understand"))
    return faults


# code


DRAWING = {"matplotlib", "pylab", "seaborn", "plotly", "ipywidgets", "IPython"}
NETWORK = {"urllib", "requests", "http", "socket", "ftplib", "httpx", "aiohttp", "torchvision",
           "subprocess"}
DRAWING_NAMES = {"plt", "pyplot", "matplotlib", "ipywidgets", "widgets"}
DRAWING_CALLS = {"imshow", "add_subplot", "subplots", "savefig", "display"}
FILE_CALLS = {"open", "urlopen", "urlretrieve", "load_state_dict_from_url"}


def plumbing_in(node):
    """Words for what a syntax node has to do with drawing, files or the network, or None."""
    if isinstance(node, ast.Import):
        modules = [alias.name.split(".")[0] for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        modules = [(node.module or "").split(".")[0]]
    else:
        modules = []
    for module in modules:
        if module in DRAWING | NETWORK:
            return f"imports {module}"
    if isinstance(node, ast.Name) and node.id in DRAWING_NAMES:
        return f"uses {node.id}"
    if isinstance(node, ast.Attribute) and node.attr in DRAWING_CALLS | {"pyplot"}:
        return f"uses .{node.attr}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in DRAWING_CALLS | FILE_CALLS or node.func.id.startswith("fetch_"):
            return f"calls {node.func.id}()"
    return None


def no_plumbing(notebook):
    faults = []
    for cell in code_cells(notebook):
        found = {plumbing_in(node) for node in ast.walk(tree(cell))} - {None}
        faults += [say(cell, f"{words}; drawing, files and downloads belong into the package")
                   for words in sorted(found)]
    return faults


def comments(cell):
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(cell.source).readline))
    except (tokenize.TokenError, SyntaxError):
        return []
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def texts(module):
    """Every string literal of a cell; in an f-string a value counts as the digit 0."""
    inside = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr)
              for part in node.values}
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "0"
                          for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in inside:
                yield node.value


def is_language(text):
    return re.search(r"\s", text) and len(re.findall(r"[^\W\d_]{2,}", text)) > 1


def no_language(notebook):
    faults = []
    for cell in code_cells(notebook):
        if tags(cell) & EXPECTS_ERROR:
            continue
        faults += [say(cell, f"comment {comment!r}; only shapes such as `# (N, k)` stand in code")
                   for comment in comments(cell) if not comment.startswith("# (")]
        faults += [say(cell, f"text {text!r}; words belong into Markdown or into the package")
                   for text in texts(tree(cell)) if is_language(text)]
    return faults


def is_integer(node):
    return isinstance(node, ast.Constant) and type(node.value) is int


def seeds(notebook):
    faults = []
    for cell in code_cells(notebook):
        if "edition" in tags(cell):
            continue
        values = [value for call in calls(cell, "manual_seed", "default_rng", "seed")
                  for value in call.args[:1]]
        values += [word.value for node in ast.walk(tree(cell)) if isinstance(node, ast.Call)
                   for word in node.keywords if word.arg in {"seed", "random_state"}]
        faults += [say(cell, f"seed {value.value}; pass the `seed` that start() returns")
                   for value in values if is_integer(value)]
    return faults


# stations


def edition(notebook):
    marked = [cell for cell in notebook.cells if "edition" in tags(cell)]
    faults = []
    if len(marked) != 1:
        faults.append(f"{len(marked)} cells are tagged `edition`; exactly one calls start(...)")
    for cell in code_cells(notebook):
        if bool(calls(cell, "start")) != (cell in marked):
            faults.append(say(cell, "start(...) and the tag `edition` belong together"))
    return faults


def ten_stations(notebook):
    titles = [title for cell in prose_cells(notebook) for title in headings(cell, 1)]
    below = [title for cell in prose_cells(notebook) for title in headings(cell, 2)]
    faults = []
    if len(titles) != 1 or notebook.cells[0] not in prose_cells(notebook) \
            or not headings(notebook.cells[0], 1):
        faults.append(f"{len(titles)} level-1 headings; the first cell, and only it, holds one")
    if len(below) != 9:
        faults.append(f"{len(below)} level-2 headings: {', '.join(below)}; after the title "
                      "nine stations follow, each under one `## ` heading")
    doubled = [cell for cell in prose_cells(notebook) if len(headings(cell, 2)) > 1]
    return faults + [say(cell, "two stations begin in one cell; split it") for cell in doubled]


def first_text(notebook):
    return notebook.cells[0].source if notebook.cells else ""


def title(notebook):
    wanted = {
        "how many minutes it takes": r"\bminutes\b|\bминут",
        "the section of the lecture (such as 5.1)":
            r"\b\d+\.\d+\b|\b(section|lecture|раздел\w*|лекци\w*)\s+\d",
        "a bullet list of what the learner will be able to do": r"^\s*[-*] +\S",
    }
    return [f"the first cell does not say {words}" for words, pattern in wanted.items()
            if not re.search(pattern, first_text(notebook), flags=re.M | re.I)]


def neighbours(path):
    """The previous and the next notebook of the same folder, and the other edition."""
    names = sorted(other.name for other in path.parent.glob("*.ipynb"))
    place = names.index(path.name)
    found = names[max(place - 1, 0):place] + names[place + 1:place + 2]
    if path.parent.name == "ru":
        return [*found, f"../{path.name}"]
    return found + [f"ru/{path.name}"] * (path.parent / "ru" / path.name).exists()


def title_links(notebook, expected):
    targets = [unquote(target).removeprefix("./")
               for target in link_targets(first_text(notebook))]
    return [f"the first cell does not link to {name}" for name in expected if name not in targets]


def closing(notebook):
    last = stations(notebook)[-1] if notebook.cells else []
    found = [heading for cell in last if cell.cell_type == "markdown"
             for heading in headings(cell, 3)]
    wanted = {"summary": r"summary|итог|выводы|резюме", "exercise": r"exercise|упражнени|задани"}
    return [f"the last station has no level-3 heading with the word `{word}`"
            for word, pattern in wanted.items()
            if not any(re.search(pattern, heading, flags=re.I) for heading in found)]


def prose_before_code(notebook):
    faults = []
    for station in stations(notebook):
        if any("edition" in tags(cell) for cell in station):
            continue
        for before, cell in zip([None, *station], station, strict=False):
            follows_prose = before is not None and before.cell_type == "markdown"
            may_follow_code = before is not None and tags(cell) & {"claim", "widget", "solution"}
            if cell.cell_type == "code" and not follows_prose and not may_follow_code:
                faults.append(say(cell, "say in a Markdown cell above it what to look for"))
    return faults


def prose_words(cell):
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$|<[^>]+>", " ", without_fences(cell.source), flags=re.S)
    text = re.sub(r"\]\([^)]*\)", " ", text)
    return re.findall(r"[^\W\d_][\w'’-]*", text)


def prose_ratio(notebook):
    words = sum(len(prose_words(cell)) for cell in prose_cells(notebook))
    lines = sum(len(code_lines(cell)) for cell in taught_cells(notebook))
    if lines and 8 <= words / lines <= 25:
        return []
    return [f"{words} words of prose to {lines} lines of code; 8 to 25 words a line "
            "(formulas and solutions not counted)"]


# widgets, claims, canon, exercises


def widgets_tagged(notebook):
    names = ", ".join(sorted(WIDGET_CALLS))
    return [say(cell, f"the tag `widget` and a call of one of {names} belong together")
            for cell in code_cells(notebook)
            if bool(calls(cell, *WIDGET_CALLS)) != ("widget" in tags(cell))]


def claims_tagged(notebook):
    return [say(cell, "the tag `claim` and a call of claim(...) belong together")
            for cell in code_cells(notebook)
            if bool(calls(cell, "claim")) != ("claim" in tags(cell))]


def claim_names(notebook):
    """(cell, name) of each claim(...); the name is None when it is not written out."""
    for cell in code_cells(notebook):
        for call in calls(cell, "claim"):
            first = call.args[0] if call.args else None
            value = first.value if isinstance(first, ast.Constant) else None
            yield cell, value if isinstance(value, str) else None


def claims_known(notebook, number, rows):
    faults = []
    for cell, name in claim_names(notebook):
        if name is None:
            faults.append(say(cell, "write the claim's name out: claim(\"name\", ...)"))
        elif name not in rows:
            faults.append(say(cell, f"claims.toml has no row [{name}]"))
        elif number not in rows[name]["notebooks"]:
            faults.append(say(cell, f"add {number} to `notebooks` of [{name}] in claims.toml"))
    return faults


def claims_covered(notebooks, rows):
    """`notebooks` is {number: notebook}; a row is open exactly as long as no cell checks it."""
    checked = {number: {name for _, name in claim_names(notebook)}
               for number, notebook in notebooks.items()}
    faults = []
    for name, row in rows.items():
        measured = any(name in checked.get(number, ()) for number in row["notebooks"])
        if measured and row["open"]:
            faults.append(f"[{name}] is measured by a notebook: write open = false")
        if not measured and not row["open"]:
            faults.append(f"[{name}] says open = false, but no cell of notebook "
                          f"{row['notebooks']} calls claim(\"{name}\", ...)")
        if not measured and row["open"] and set(row["notebooks"]) <= set(notebooks):
            faults.append(f"[{name}] is still open, though notebook {row['notebooks']} is written")
    return faults


def claim_rows(rows):
    wanted = {"number": int, "section": str, "notebooks": list, "verdict": str,
              "english": str, "nuance": str, "reference": str, "open": bool}
    faults = []
    for name, row in rows.items():
        faults += [f"[{name}] needs `{key}`, of type {kind.__name__}"
                   for key, kind in wanted.items() if not isinstance(row.get(key), kind)]
        if row.get("verdict") not in VERDICTS:
            faults.append(f"[{name}] verdict is one of {', '.join(sorted(VERDICTS))}")
        if not row.get("notebooks"):
            faults.append(f"[{name}] names no notebook")
    return faults


class Bare(ast.NodeTransformer):
    """Takes docstrings, annotations, decorators and `pass` away."""

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        node.decorator_list, node.returns = [], None
        return node

    def visit_ClassDef(self, node):
        self.generic_visit(node)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        node.decorator_list = []
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_Pass(self, node):
        return None

    def visit_AnnAssign(self, node):
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def bare(node):
    return ast.dump(Bare().visit(ast.parse(ast.unparse(node))))


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
        if is_solution or (cell is not None and cell.cell_type == "code"):
            asked = cell if "exercise" in tags(cell) and not is_solution else None
    return faults


# what is stored


def executed(notebook):
    faults = []
    for count, cell in enumerate(code_cells(notebook), 1):
        if cell.execution_count != count:
            faults.append(say(cell, f"counted {cell.execution_count}, not {count}; "
                                    "store it with `make notebooks`"))
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed and not tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "its stored output is an error"))
        if not failed and tags(cell) & EXPECTS_ERROR:
            faults.append(say(cell, "is expected to fail and does not"))
        if any(output.get("name") == "stderr" for output in cell.outputs):
            faults.append(say(cell, "wrote a warning or an error message (stderr)"))
    return faults


def views(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            if VIEW in output.get("data", {}):
                yield cell, output["data"][VIEW]["model_id"]


def widget_states(notebook):
    state = widget_state(notebook)
    faults = []
    if "widgets" in notebook.metadata and not state:
        faults.append("metadata.widgets holds no state; GitHub calls that an invalid notebook")
    return faults + [say(cell, "the state of its widget is not stored; run `make notebooks`")
                     for cell, model_id in views(notebook) if model_id not in state]


def widgets_stored(notebook):
    """A widget cell shows a widget, or at least its still picture."""
    shown = {cell.id for cell, _ in views(notebook)}
    return [say(cell, "is tagged widget but stores neither a widget nor a picture")
            for cell in code_cells(notebook) if "widget" in tags(cell) and cell.id not in shown
            and not any("image/png" in output.get("data", {}) for output in cell.outputs)]


def file_name(name):
    if re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", name):
        return []
    return [f"{name}: name it by two digits and small letters, such as 02_identity_copying.ipynb"]


def size(size_in_bytes, language="en"):
    most = MAX_BYTES[language]
    if size_in_bytes < most:
        return []
    return [f"{size_in_bytes / 1e6:.1f} MB; at most {most / 1e6} MB: store fewer or smaller frames"]


def fresh(notebook, stamp):
    """`stamp` is the fingerprint of the code as it is now."""
    if notebook.metadata.get("aeteach", {}).get("stamp") == stamp:
        return []
    return ["its code or the package changed after it was run; store it with `make notebooks`"]


class Images(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes))


def joined(text):
    return "".join(text) if isinstance(text, list) else text or ""


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
    for cell in code_cells(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            images = Images(joined(data.get("text/html"))).found
            if "image/png" in data and not images:
                faults.append(say(cell, "picture without alternative text: text/html has no <img>"))
            faults += [say(cell, words) for words in image_faults(images)]
    for name, frames in books(notebook).items():
        faults += [f"widget {name}, frame {number}: {words}" for number, frame in enumerate(frames)
                   for words in image_faults([frame])]
    return faults


def books(notebook):
    """{model id: the frames of an explore}: all of a flip-book, or the one drawn on demand."""
    models = {name: model["state"] for name, model in widget_state(notebook).items()
              if model.get("model_name") == "AnyModel"}
    return {name: state["frames"] or [state["frame"]] for name, state in models.items()
            if "frames" in state}


def frames_differ(notebook):
    faults = []
    for name, frames in books(notebook).items():
        alts = [frame.get("alt") for frame in frames]
        if repeated := sorted({alt for alt in alts if alt and alts.count(alt) > 1}):
            faults.append(f"flip-book {name}: {len(repeated)} alternative texts stand on more "
                          f"than one frame, such as {repeated[0]!r}; name what changes")
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
    return [say(cell, words) for cell in prose_cells(notebook)
            for words in dead_links(cell.source, folder, root)]


ALONE = (
    ids, known_tags, parses, cell_lengths, cell_sizes, no_plumbing, no_language, seeds, edition,
    ten_stations, title, closing, prose_before_code, prose_ratio, widgets_tagged, claims_tagged,
    exercises, executed, widget_states, widgets_stored, figures_described, frames_differ,
)
ENGLISH_ONLY = (prose_ratio,)
WITH_CONTEXT = (
    title_links, claims_known, claims_covered, claim_rows, canon, file_name, size, fresh, links,
)
