"""The diagnosis game: a sheet, a disease, a cure, and feedback that quotes the evidence."""

import base64
import json
import random
from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from aeteach import style
from aeteach.guard import told
from aeteach.measures.symptoms import DISEASES, disease
from aeteach.widgets.findings import on_cure, on_disease
from aeteach.widgets.island import Island, show, still_picture
from aeteach.words import label, tr

Signs = Mapping[str, float]
Patient = tuple[Figure, Signs]
WORDS = {
    "patient": "Patient {n} of {all}",
    "choose": "Choose a disease and a cure first.",
    "score": "Diagnoses right: {diseases} of {n}, cures right: {cures} of {n}.",
    "diagnose": "Diagnose",
    "next": "Next patient",
}


def diagnose(
    patients: Sequence[Patient], treated: Mapping[str, Mapping[str, Signs]], seed: int = 0
) -> None:
    """Show patients one by one; the learner names each one's disease and a cure.

    patients: pairs (sheet, signs), signs being the four numbers of `measures.symptoms`; they
    are asked in an order drawn from `seed` and need no kernel. treated: {disease: {cure: signs
    of a network with this disease after the cure}}, the same cures for each of `DISEASES`,
    "no_treatment" among them for the signs before. ValueError for no patients or an incomplete
    table, TypeError for a patient that is no such pair.
    """
    _check(patients, treated)
    pairs = [_pair(patient) for patient in patients]
    random.Random(seed).shuffle(pairs)
    pages = [_page(figure, signs, treated, n > 0) for n, (figure, signs) in enumerate(pairs)]
    data = dict(
        patients=pages,
        asks=[
            dict(name=tr("Disease"), values=[label(name) for name in DISEASES]),
            dict(name=tr("Cure"), values=[label(name) for name in treated[DISEASES[0]]]),
        ],
        words={name: tr(text) for name, text in WORDS.items()},
    )
    first = pairs[0][0]
    show(Island("clinic", data, still_picture(first), first.alt_text))


def _check(patients: Sequence[Patient], treated: Mapping[str, Mapping[str, Signs]]) -> None:
    if not patients:
        raise ValueError("there are no patients; give at least one pair (sheet, signs)")
    if missing := [name for name in DISEASES if name not in treated]:
        raise ValueError(f"treated lacks {', '.join(missing)}; give all of {', '.join(DISEASES)}")
    cures = list(treated[DISEASES[0]])
    for name in DISEASES:
        if list(treated[name]) != cures or "no_treatment" not in cures:
            raise ValueError(
                f"the cures of {name} are {', '.join(treated[name])}; give the same cures for "
                "every disease, 'no_treatment' among them"
            )


def _page(figure: Figure, signs: Signs, treated: Mapping, keep: bool) -> dict[str, object]:
    """A patient as the page shows it; the answers are sealed against a glance.

    keep: False leaves the picture out: it is the still one, which the page has already.
    """
    cures = treated[disease(signs)]
    answers = [
        [on_disease(name, signs) for name in DISEASES],
        [on_cure(cure, disease(signs), cures) for cure in cures],
    ]
    sealed = base64.b64encode(json.dumps(answers, ensure_ascii=False).encode()).decode()
    told = dict(alt=figure.alt_text, width=style.screen_width(figure), sealed=sealed)
    picture, kind = style.picture(figure)
    source = f"data:{kind};base64,{base64.b64encode(picture).decode()}"
    return told | dict(src=source) if keep else told


def _pair(patient: Patient) -> Patient:
    try:
        figure, signs = patient
        disease(signs)
    except (TypeError, ValueError, KeyError) as error:
        raise TypeError(
            f"a patient is a pair (sheet, signs) with the signs of measures.symptoms: {error!r}"
        ) from error
    if not isinstance(figure, Figure):
        raise TypeError(
            f"a patient's sheet is {told(figure)}; give a figure, as figures.patient does"
        )
    return figure, signs
