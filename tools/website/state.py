"""The stored state of a notebook's widgets, as the page's host reads it."""

import json

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
STILL = "@still"


def models(notebook) -> dict[str, dict]:
    """{model id: state} of the anywidget models that the notebook stores."""
    stored = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    return {
        name: model["state"]
        for name, model in stored.items()
        if model["model_name"] == "AnyModel" and "_esm" in model["state"]
    }


def stills(notebook) -> dict[str, str]:
    """{model id: PNG in base64} of the still pictures that stand where the widgets come."""
    shown = (o.get("data", {}) for cell in notebook.cells for o in cell.get("outputs", []))
    return {
        data[VIEW]["model_id"]: "".join(data["image/png"]).strip()
        for data in shown
        if VIEW in data and "image/png" in data
    }


def modules(found: dict[str, dict]) -> list[str]:
    """Every front-end module once, in order of appearance."""
    return list(dict.fromkeys(state["_esm"] for state in found.values()))


def styles(found: dict[str, dict]) -> str:
    """The style sheets of the widgets, each once."""
    return "\n".join(dict.fromkeys(state.get("_css", "") for state in found.values()))


def mount_data(notebook, asleep: str) -> dict[str, dict]:
    """{model id: {module: its number, state}}.

    asleep: what a widget says that would ask a kernel. The picture that the page shows as a
    still already is not repeated: STILL stands for it.
    """
    found = models(notebook)
    numbers, pictures = modules(found), stills(notebook)
    return {
        name: {
            "module": numbers.index(state["_esm"]),
            "state": without_still(front_state(state, asleep), pictures.get(name)),
        }
        for name, state in found.items()
    }


def front_state(state: dict, asleep: str) -> dict:
    kept = {name: value for name, value in state.items() if not name.startswith("_")}
    return kept | ({"asleep": asleep} if "asleep" in kept else {})


def without_still(value, still: str | None):
    if isinstance(value, dict):
        return {name: without_still(each, still) for name, each in value.items()}
    if isinstance(value, list):
        return [without_still(each, still) for each in value]
    return STILL if still and value == still else value


def script_json(value) -> str:
    """JSON that can stand inside a <script> element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
