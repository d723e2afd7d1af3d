"""The README's moving picture and badges: made from what is stored, small, and true."""

import base64
import io
import json
import re
import tomllib

import moving_picture
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from PIL import Image
from test_readme import ROOT

BYTES = 1_500_000


def source(shade):
    stream = io.BytesIO()
    Image.new("L", (60, 20 + shade), shade).save(stream, "PNG")
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"


@pytest.fixture
def path(tmp_path):
    """A notebook with a flip-book of four frames, the second of them the still picture."""
    shown = [
        dict(alt=f"size {k}, {rows}", src=source(20 * k))
        for k, rows in ((1, "noisy"), (2, "noisy"), (3, "clean"), (4, "noisy"))
    ]
    still = shown[1].pop("src")
    data = json.dumps({"frames": shown})
    page = f'<img alt="size 2" src="{still}"><script type="application/json">{data}</script>'
    cell = new_code_cell("x", id="drag", outputs=[new_output("display_data", {"text/html": page})])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "02.ipynb")
    return tmp_path / "02.ipynb"


def test_the_chosen_frames_move_in_their_order(path, tmp_path):
    moving_picture.main([str(path), "drag", str(tmp_path / "a.gif"), "--where", "noisy"])
    with Image.open(tmp_path / "a.gif") as moving:
        shades = []
        for number in range(moving.n_frames):
            moving.seek(number)
            shades.append(moving.convert("L").getpixel((5, 5)))
        assert moving.size == (60, 100) and moving.info["loop"] == moving_picture.ROUNDS
    assert shades == [20, 40, 80]


def test_a_frame_lies_on_the_still_picture():
    still, frame = Image.new("RGBA", (2, 1), "black"), Image.new("RGBA", (2, 1), "white")
    frame.putpixel((1, 0), (0, 0, 0, 0))
    found = moving_picture.laid(frame, still)
    assert [found.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (0, 0, 0)]


def test_a_still_picture_is_the_first_of_them(path, tmp_path):
    moving_picture.main([str(path), "drag", str(tmp_path / "a.png"), "--where", "clean"])
    assert Image.open(tmp_path / "a.png").getpixel((5, 5)) == (60, 60, 60)


@pytest.mark.parametrize("cell, where", [("gone", ""), ("drag", "size 9")])
def test_what_is_not_stored_is_asked_for(path, tmp_path, cell, where):
    with pytest.raises(LookupError, match=f"`{cell}` stores no frame.*make notebooks"):
        moving_picture.main([str(path), cell, str(tmp_path / "a.gif"), "--where", where])


@pytest.mark.parametrize(
    "page, place", [("README.md", "docs/moving.gif"), ("README.ru.md", "docs/ru/moving.gif")]
)
def test_the_readme_shows_it_small_and_described(page, place):
    text = (ROOT / page).read_text(encoding="utf-8").split("\n## ")[0]
    alts = dict(re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text))
    shown = {target: alt for alt, target in alts.items()}
    assert len(shown[place]) > 100 and (ROOT / place).stat().st_size < BYTES
    with Image.open(ROOT / place) as moving:
        assert moving.is_animated
    assert all(alts) and not any(target.startswith("http") for target in shown)


def test_badges_are_true():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    python, licence = (
        (ROOT / "docs" / f"badge_{name}.svg").read_text(encoding="utf-8")
        for name in ("python", "licence")
    )
    assert f">{project['requires-python'].removeprefix('>=')} or newer<" in python
    for name in project["license"].split(" AND "):
        assert name.replace("-", " ") in licence


def test_the_checks_need_the_python_that_the_package_needs():
    import can_install

    from aeteach import health

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for oldest in (health.PYTHON, can_install.OLDEST):
        assert project["requires-python"] == ">=" + ".".join(map(str, oldest))
