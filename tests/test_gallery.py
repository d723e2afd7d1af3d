"""data.images: folders, NumPy files and OpenML, scaled, inked, split; broken files named."""

import gzip
import hashlib
import io
import json
import os
import struct
import urllib.error
import warnings

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from sklearn.datasets import load_digits

from aeteach import data
from aeteach.data import images
from aeteach.data.gallery import NAMED


def picture(letter="A", size=(24, 24), paper=255, ink=0, shift=0):
    """A letter on a sheet of `paper`."""
    sheet = Image.new("L", size, paper)
    ImageDraw.Draw(sheet).text((6 + shift, 4), letter, fill=ink, font_size=16)
    return sheet


def folder_of(path, count=30, kinds="ABC", **look):
    """`count` pictures below `path`, one sub-folder for each of `kinds`, the folder's names."""
    for number in range(count):
        kind = number % len(kinds)
        place = path / str(kind)
        place.mkdir(parents=True, exist_ok=True)
        sheet = picture(kinds[kind], shift=number // len(kinds) % 5 - 2, **look)
        paper = look.get("paper", 255)
        turned = sheet.rotate(number % 31 - 15, Image.Resampling.BILINEAR, fillcolor=paper)
        turned.save(place / f"{number:03}.png")
    return path


def contents(path):
    return {each: each.read_bytes() for each in path.rglob("*") if each.is_file()}


def saved(path, x, **more):
    if path.suffix == ".npy":
        np.save(path, x)
    else:
        np.savez(path, x=x, **more)
    return path


def both(split):
    return torch.cat([split.x_train, split.x_test]), torch.cat([split.y_train, split.y_test])


def test_a_folder_becomes_a_split(tmp_path):
    before = contents(folder_of(tmp_path))
    split = images(tmp_path, side=8)
    assert [tuple(part.shape) for part in split] == [(20, 64), (10, 64), (20,), (10,)]
    assert split.x_train.dtype == torch.float32 and split.y_train.dtype == torch.int64
    x, y = both(split)
    assert 0 <= x.min() and x.max() <= 1 and y.unique().tolist() == [0, 1, 2]
    assert contents(tmp_path) == before


def test_labels_belong_to_their_pictures(tmp_path):
    for label in range(4):
        (tmp_path / str(label + 3)).mkdir()
        for number in range(5):
            shade = 255 - 50 * label
            Image.new("L", (9, 9), shade).save(tmp_path / str(label + 3) / f"{number}.png")
    x, y = both(images(tmp_path, side=3, invert=False))
    assert x == pytest.approx((1 - 50 * (y[:, None] - 3) / 255).expand(-1, 9).numpy(), abs=1e-6)


@pytest.mark.parametrize(
    "names, labels",
    [
        (("7", "12"), {7, 12}),
        (("cat", "dog"), {0, 1}),
        (("1", "dog"), {0, 1}),
        (("100", "7"), {0, 1}),
    ],
)
def test_labels_follow_the_names_of_folders(tmp_path, names, labels):
    for name in names:
        (tmp_path / name / "deeper").mkdir(parents=True)
        for number in range(3):
            picture().save(tmp_path / name / "deeper" / f"{number}.png")
    assert set(both(images(tmp_path))[1].tolist()) == labels


@pytest.mark.parametrize(
    "y, labels",
    [
        (np.array([2.0, 10, 7]), {2, 10, 7}),
        (np.array([2, 10, 7], np.int8), {2, 10, 7}),
        (np.array(["b", "a", "c"]), {0, 1, 2}),
        (np.array([0.5, 1.5, -1.5]), {0, 1, 2}),
    ],
)
def test_labels_of_numpy_files(tmp_path, y, labels):
    path = saved(tmp_path / "x.npz", np.random.default_rng(0).random((3, 4, 4)), y=y)
    assert set(both(images(path))[1].tolist()) == labels


def test_pictures_without_folders_have_label_0(tmp_path):
    for number in range(6):
        picture().save(tmp_path / f"{number}.jpg")
    assert both(images(tmp_path))[1].tolist() == [0] * 6


def test_digits_come_back_from_a_numpy_file(tmp_path):
    bunch = load_digits()
    path = saved(tmp_path / "own.npz", bunch.images.astype(np.float32), y=bunch.target)
    own, right = images(path, seed=3, n_train=1200), data.small_digits(seed=3)
    for mine, theirs in zip(own, right, strict=True):
        assert torch.equal(mine, theirs)


@pytest.mark.parametrize("shape", [(9, 6, 6), (9, 36), (9, 6, 6, 3), (9, 6, 6, 1)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64, np.int64])
def test_numpy_files_of_every_form(tmp_path, shape, kind):
    grey = np.random.default_rng(0).integers(0, 256, (9, 6, 6))
    grey[:, 0, 0] = 255
    x = grey.reshape(9, 36) if len(shape) == 2 else grey
    x = np.broadcast_to(grey[..., None], shape) if len(shape) == 4 else x
    path = saved(tmp_path / "own.npy", (x / 255 if kind == np.float32 else x).astype(kind))
    found = both(images(path, side=6, invert=False))[0].reshape(9, 6, 6).numpy()
    order = [np.abs(grey / 255 - each).sum((1, 2)).argmin() for each in found]
    assert sorted(order) == list(range(9)) and np.allclose(found, grey[order] / 255, atol=1e-6)


def test_each_pixel_is_the_average_of_its_area(tmp_path):
    x = np.random.default_rng(1).random((5, 24, 24)).astype(np.float32)
    found = both(images(saved(tmp_path / "x.npy", x), side=8, invert=False))[0].reshape(5, 8, 8)
    means = x.reshape(5, 8, 3, 8, 3).mean((2, 4))
    order = [np.abs(means - each).sum((1, 2)).argmin() for each in found.numpy()]
    assert sorted(order) == list(range(5)) and np.allclose(found, means[order], atol=1e-6)


def test_a_wide_picture_is_padded_with_its_border(tmp_path):
    for number in range(3):
        sheet = Image.new("L", (16, 4), 200)
        sheet.paste(0, (6, 1, 10, 3))
        sheet.save(tmp_path / f"{number}.png")
    x = images(tmp_path, side=16, invert=False).x_train[0].reshape(16, 16)
    assert x[0].mean() == x[-1].mean() == pytest.approx(200 / 255)
    assert (x == 0).nonzero().aminmax(dim=0).min.tolist() == [7, 6]


@pytest.mark.parametrize(
    "paper, ink, invert, border",
    [
        (255, 0, None, 0),
        (0, 255, None, 0),
        (255, 0, False, 1),
        (0, 255, True, 1),
    ],
)
def test_paper_becomes_0_and_ink_1(tmp_path, paper, ink, invert, border):
    folder_of(tmp_path, 6, paper=paper, ink=ink)
    x = images(tmp_path, invert=invert).x_train.reshape(-1, 8, 8)
    assert x[:, 0].mean() == border and (x - border).abs().max() > 0.4


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_kind_of_picture_file(tmp_path, mode):
    grey = np.tile(np.linspace(0, 255, 8).round().astype(np.uint8), (8, 1))
    sheet = Image.fromarray(grey)
    if mode == "I;16":
        sheet = Image.fromarray(grey.astype(np.uint16) * 257)
    elif mode in "IF":
        sheet = Image.fromarray((grey * 257.0).astype(dict(I=np.int32, F=np.float32)[mode]))
    else:
        sheet = sheet.convert("RGBA" if mode == "LA" else mode, dither=Image.Dither.NONE)
        sheet = sheet.convert(mode) if mode == "LA" else sheet
    for number in range(3):
        sheet.save(tmp_path / f"{number}.{'tif' if mode in ('CMYK', 'F', 'I') else 'png'}")
    x = images(tmp_path, invert=False).x_train[0].reshape(8, 8).numpy()
    right = (grey > 127) if mode == "1" else grey / 255
    assert np.abs(x - right).max() < 0.02


def test_transparent_paper_is_white(tmp_path):
    for number in range(3):
        sheet = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
        sheet.putpixel((3, 3), (0, 0, 0, 255))
        sheet.save(tmp_path / f"{number}.png")
    assert images(tmp_path).x_train[0].nonzero().flatten().tolist() == [27]


def test_photographs_are_turned_upright(tmp_path):
    sheet = Image.new("L", (8, 8), 255)
    sheet.paste(0, (0, 0, 8, 2))
    turned = Image.Exif()
    turned[0x0112] = 6
    for number in range(3):
        sheet.save(tmp_path / f"{number}.png", exif=turned)
    x = images(tmp_path, invert=False).x_train[0].reshape(8, 8)
    assert (x[:, -2:] == 0).all() and (x[:, :-2] == 1).all()


def test_the_choice_follows_the_seed(tmp_path):
    folder_of(tmp_path)
    first, again, other = (images(tmp_path, most=12, seed=seed) for seed in (1, 1, 2))
    assert len(both(first)[0]) == 12
    assert torch.equal(first.x_train, again.x_train)
    assert not torch.equal(first.x_train, other.x_train)


def test_broken_files_are_named_once_and_skipped(tmp_path):
    folder_of(tmp_path, 6)
    (tmp_path / "0" / "notes.txt").write_text("no picture")
    (tmp_path / "1" / "cut.png").write_bytes((tmp_path / "1" / "001.png").read_bytes()[:60])
    (tmp_path / ".hidden").write_text("not looked at")
    with pytest.warns(UserWarning) as told:
        split = images(tmp_path)
    assert len(told) == 1 and len(both(split)[0]) == 6
    assert str(told[0].message).endswith(": 0/notes.txt, 1/cut.png")
    assert told[0].filename == __file__


def test_of_many_broken_files_the_first_are_named(tmp_path):
    folder_of(tmp_path, 6)
    for number in range(NAMED + 3):
        (tmp_path / f"{number}.csv").write_text("1,2")
    with pytest.warns(UserWarning, match=r"0\.csv, .*4\.csv and 3 more$"):
        images(tmp_path)


def test_a_stray_picture_shifts_no_label(tmp_path):
    folder_of(tmp_path, 20, "AB")
    right = images(tmp_path, seed=3)
    picture().save(tmp_path / "preview.png")
    with pytest.warns(UserWarning, match="beside the class folders: preview.png$"):
        split = images(tmp_path, seed=3)
    assert len(both(split)[0]) == 20 and set(both(split)[1].tolist()) == {0, 1}
    assert sorted(both(split)[1].tolist()) == sorted(both(right)[1].tolist())


def test_a_folder_without_pictures_is_no_class(tmp_path):
    for number in range(6):
        picture().save(tmp_path / f"{number}.png")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "readme.txt").write_text("which pen")
    with pytest.warns(UserWarning, match="notes/readme.txt$"):
        assert both(images(tmp_path))[1].tolist() == [0] * 6


def damaged(folder, kind):
    """A file that a reader of pictures fails on in its own way."""
    if kind == "exif":
        note = Image.Exif()
        note[0x011A] = 72.0
        data = io.BytesIO()
        picture().save(data, "jpeg", exif=note)
        content = data.getvalue().replace(b"Exif\0\0MM\0*\0\0\0\x08", b"Exif\0\0MM\0*\0\0\xff\x08")
    elif kind == "float.tif":
        values = np.ones((8, 8), np.float32)
        values[2, 2] = np.nan
        Image.fromarray(values).save(folder / kind)
        return
    else:
        data = io.BytesIO()
        picture(size=(64, 64)).convert("RGB").save(data, kind)
        content = data.getvalue()
        content = content[: len(content) * 2 // 3] + b"\xff" * 40
    (folder / f"damaged.{kind}").write_bytes(content)


@pytest.mark.parametrize(
    "kind",
    [
        "exif",
        "float.tif",
        "tiff",
        "avif",
        "webp",
        "gif",
        "png",
        "jpeg",
    ],
)
def test_one_damaged_file_never_stops_the_others(tmp_path, kind):
    folder_of(tmp_path, 6)
    if kind.upper() not in Image.SAVE and kind not in ("exif", "float.tif"):
        pytest.skip(f"Pillow writes no {kind} here")
    damaged(tmp_path / "0", kind)
    with warnings.catch_warnings(action="ignore"):
        x, y = both(images(tmp_path))
    assert len(x) in (6, 7) and x.isfinite().all() and set(y.tolist()) == {0, 1, 2}


def test_any_error_of_a_reader_names_the_file(tmp_path, monkeypatch):
    folder_of(tmp_path, 6)

    def broken(file):
        raise struct.error("unpack requires a buffer of 8 bytes")

    monkeypatch.setattr("PIL.ImageOps.exif_transpose", broken)
    assert len(both(images(tmp_path))[0]) == 6
    monkeypatch.setattr("aeteach.data.sources._grey", broken)
    with pytest.warns(UserWarning, match="and 1 more$"), pytest.raises(ValueError, match="6 that"):
        images(tmp_path)


@pytest.mark.skipif(os.name != "posix", reason="links are for POSIX")
def test_linked_folders_are_classes_and_circles_end(tmp_path):
    real = folder_of(tmp_path / "real", 12, "AB")
    linked = tmp_path / "linked"
    linked.mkdir()
    for name in "01":
        (linked / name).symlink_to(real / name)
    (real / "0" / "again").symlink_to(linked)
    assert sorted(both(images(linked))[1].tolist()) == [0] * 6 + [1] * 6


@pytest.mark.parametrize(
    "name", ["~nobody-of-this-name/pictures", "x" * 300, "x" * 300 + ".npy", "a\0b", ""]
)
def test_names_that_no_system_takes_are_told(name):
    with pytest.raises((FileNotFoundError, ValueError), match="there is no f|give the name"):
        images(name)


@pytest.mark.parametrize(
    "options",
    [
        dict(side=np.int64(8)),
        dict(seed=np.int64(3)),
        dict(most=np.int32(20)),
        dict(n_train=np.int8(10)),
    ],
)
def test_whole_numbers_of_numpy_work(tmp_path, options):
    folder_of(tmp_path)
    (name,) = options
    plain = images(tmp_path, **{name: int(options[name])})
    assert torch.equal(images(tmp_path, **options).x_train, plain.x_train)


def test_a_cache_that_cannot_be_written_is_named(monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "/nobody/scikit_learn_data")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", refuse)
    with pytest.raises(PermissionError, match="/nobody/scik.* cannot be written.*SCIKIT_LEARN"):
        images("MNIST")


def test_rows_with_nan_are_named_and_skipped(tmp_path):
    x = np.random.default_rng(0).random((8, 4, 4))
    x[5, 0, 0], x[2, 1, 1] = np.nan, np.inf
    with pytest.warns(UserWarning, match="row 2, row 5$"):
        assert len(both(images(saved(tmp_path / "x.npy", x), side=4))[0]) == 6


def test_a_folder_of_broken_files_is_refused(tmp_path):
    (tmp_path / "one.png").write_text("no")
    with pytest.warns(UserWarning), pytest.raises(ValueError, match="0 pictures and 1 that cannot"):
        images(tmp_path)


@pytest.mark.parametrize(
    "options, words",
    [
        (dict(n_train=30), "30 pictures; n_train is 30"),
        (dict(n_train=1200), "30 pictures; n_train is 1200"),
        (dict(n_train=0), "n_train is 0"),
        (dict(side=0), "side is 0"),
        (dict(side=2.5), "side is 2.5"),
        (dict(most=1), "most is 1"),
    ],
)
def test_sizes_that_cannot_be_are_refused(tmp_path, options, words):
    folder_of(tmp_path)
    with pytest.raises(ValueError, match=words):
        images(tmp_path, **options)


def test_a_folder_of_everything_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("aeteach.data.sources.MOST_FILES", 29)
    with pytest.raises(ValueError, match="more than 29 files"):
        images(folder_of(tmp_path))


def test_an_array_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="source is a ndarray; save it with numpy.save"):
        images(np.zeros((9, 8, 8)))


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match="0 pictures; at least 2"):
        images(tmp_path)


@pytest.mark.parametrize(
    "x, words",
    [
        (np.zeros((5, 3)), r"\(5, 3\); give numbers"),
        (np.zeros(5), r"shape \(5,\)"),
        (np.zeros((5, 4, 4, 2)), r"\(5, 4, 4, 2\)"),
        (np.zeros((0, 4, 4)), r"\(0, 4, 4\)"),
        (np.array([["a"] * 4] * 3), "holds <U1"),
        (np.linspace(-1, 1, 48).reshape(3, 4, 4), "down to -1; bring them to 0..1"),
        (np.array([{}, []], dtype=object), "cannot be read"),
    ],
)
def test_arrays_that_hold_no_pictures_are_refused(tmp_path, x, words):
    with pytest.raises(ValueError, match=words):
        images(saved(tmp_path / "x.npy", x))


def test_numpy_files_that_miss_something_are_refused(tmp_path):
    np.savez(tmp_path / "a.npz", pictures=np.zeros((4, 2, 2)))
    with pytest.raises(ValueError, match="has no x"):
        images(tmp_path / "a.npz")
    with pytest.raises(ValueError, match=r"y has the shape \(3,\); x has 4"):
        images(saved(tmp_path / "b.npz", np.zeros((4, 2, 2)), y=np.zeros(3)))
    (tmp_path / "c.npy").write_text("nothing")
    with pytest.raises(ValueError, match="c.npy cannot be read"):
        images(tmp_path / "c.npy")
    with pytest.raises(FileNotFoundError, match="no file"):
        images(tmp_path / "d.npy")


def test_a_mistyped_source_never_asks_the_network(tmp_path):
    with pytest.raises(FileNotFoundError, match="'MNITS'.*none of the collections MNIST"):
        images("MNITS")
    (tmp_path / "one.pdf").write_text("x")
    with pytest.raises(ValueError, match="file of another kind"):
        images(tmp_path / "one.pdf")


# OpenML, through scikit-learn's own fetch_openml with a stand-in for the server

PIXELS = np.random.default_rng(4).integers(0, 256, (40, 784))
TARGETS = [str(number % 10) for number in range(40)]
COLUMNS = [f"pixel{number + 1}" for number in range(784)]


def arff():
    lines = ["@RELATION mnist", *(f"@ATTRIBUTE {name} REAL" for name in COLUMNS)]
    lines += [f"@ATTRIBUTE class {{{','.join(map(str, range(10)))}}}", "@DATA"]
    rows = zip(PIXELS.tolist(), TARGETS, strict=True)
    return "\n".join(lines + [",".join(map(str, [*row, kind])) for row, kind in rows]).encode()


def column(index, name):
    target = name == "class"
    return dict(
        index=str(index),
        name=name,
        data_type="nominal" if target else "numeric",
        is_target=str(target).lower(),
        is_ignore="false",
        is_row_identifier="false",
        number_of_missing_values="0",
    )


def answer(url):
    features = [column(index, name) for index, name in enumerate([*COLUMNS, "class"])]
    about = dict(
        id="554",
        name="mnist_784",
        version="1",
        format="ARFF",
        file_id="52667",
        url="https://www.openml.org/data/v1/download/52667/mnist_784.arff",
        status="active",
        description="digits",
        default_target_attribute="class",
        md5_checksum=hashlib.md5(arff()).hexdigest(),
    )
    pages = {
        "data_name/mnist_784": dict(data=dict(dataset=[dict(did=554, version=1)])),
        "data/features/": dict(data_features=dict(feature=features)),
        "data/qualities/": dict(
            data_qualities=dict(quality=[dict(name="NumberOfInstances", value="40.0")])
        ),
        "json/data/554": dict(data_set_description=about),
    }
    for part, page in pages.items():
        if part in url:
            return json.dumps(page).encode()
    return arff()


class Response(io.BytesIO):
    def info(self):
        return {"Content-Encoding": "gzip"}


@pytest.fixture
def server(monkeypatch, tmp_path):
    """The addresses asked for; the cache lies in a folder of the test."""
    asked = []

    def urlopen(request, *_, **__):
        asked.append(request.full_url)
        return Response(gzip.compress(answer(request.full_url)))

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", urlopen)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "cache"))
    return asked


@pytest.mark.parametrize("name", ["MNIST", "mnist_784"])
def test_openml_is_asked_once_through_scikit_learn(server, name):
    split = images(name, side=28, n_train=30, invert=False)
    x, y = both(split)
    assert x.shape == (40, 784) and len(split.x_test) == 10
    rows = {row.astype(np.uint8).tobytes(): kind for row, kind in zip(PIXELS, TARGETS, strict=True)}
    whole = (255 * x).round()
    found = [rows.get(row.to(torch.uint8).numpy().tobytes()) for row in whole]
    assert found == [str(kind) for kind in y.tolist()]
    asked = len(server)
    images(name, most=20)
    assert asked and len(server) == asked


def test_without_a_network_the_remedy_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with pytest.raises(ConnectionError, match=r"Fashion-MNIST could not be fetched.*data.digits"):
        images("fashion-mnist")


def test_an_answer_in_error_names_the_remedy(monkeypatch, tmp_path):
    def refuse(request, *_, **__):
        raise urllib.error.HTTPError(request.full_url, 503, "busy", {}, None)

    monkeypatch.setattr("sklearn.datasets._openml.urlopen", refuse)
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    with pytest.raises(ConnectionError, match="busy.*Connect to the network"):
        images("MNIST")
