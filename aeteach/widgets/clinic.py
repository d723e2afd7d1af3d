"""The diagnosis game: a sheet, a disease, a cure, and feedback that quotes the evidence."""

import base64
import json
import random
import threading
from collections.abc import Callable, Mapping, Sequence

import traitlets
from matplotlib.figure import Figure

from aeteach import style
from aeteach.measures.symptoms import DISEASES, disease
from aeteach.widgets import desk
from aeteach.widgets.findings import on_cure, on_disease
from aeteach.widgets.front import Front, script, styles
from aeteach.words import label, tr

Signs = Mapping[str, float]
Patient = tuple[Figure, Signs]
WORDS = {
    "patient": "Patient {n}",
    "choose": "Choose a disease and a cure first.",
    "score": "Diagnoses right: {diseases} of {n}, cures right: {cures} of {n}.",
    "last": "That was the last stored patient: ask for a new one.",
    "training": "Training a new patient ...",
    "asleep": "Run this cell first: a new patient is trained by the kernel.",
}


def diagnose(
    patients: Sequence[Patient],
    treated: Mapping[str, Mapping[str, Signs]],
    new: Callable[[int], Patient] | None = None,
    seed: int = 0,
) -> Front:
    """Show patients one by one; the learner names each one's disease and a cure.

    patients: pairs (sheet, signs), signs being the four numbers of `measures.symptoms`; they
    are asked in an order drawn from `seed` and need no kernel. treated: {disease: {cure: signs
    of a network with this disease after the cure}}, the same cures for each of `DISEASES`,
    "no_treatment" among them for the signs before. new: function of a patient's number, from
    len(patients) up, that returns another patient. Let it stand last in its cell. ValueError
    for no patients or an incomplete table, TypeError for a patient that is no such pair.
    """
    _check(patients, treated)
    game = Clinic(list(patients), treated, new, seed)
    desk.put(game, f"diagnose {len(patients)}")
    return game


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


class Clinic(Front):
    """Sheets with sealed feedback: `patients` are stored, `fresh` comes from the kernel."""

    _esm = script("clinic")
    _css = styles("clinic")
    patients = traitlets.List().tag(sync=True)
    asks = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    wanted = traitlets.Int().tag(sync=True)
    fresh = traitlets.Dict().tag(sync=True)
    notice = traitlets.Unicode().tag(sync=True)

    def __init__(self, patients, treated, new, seed) -> None:
        random.Random(seed).shuffle(patients)
        self._treated, self._new, self._lock = treated, new, threading.Lock()
        cures = list(treated[DISEASES[0]])
        stored = [self._page(each) for each in patients]
        self.still = patients[0][0]
        super().__init__(
            patients=stored,
            asks=[
                dict(name=tr("Disease"), values=[label(name) for name in DISEASES]),
                dict(name=tr("Cure"), values=[label(name) for name in cures]),
            ],
            buttons=[tr("Diagnose"), tr("Next patient"), tr("New patient")][: 2 + bool(new)],
            words={name: tr(text) for name, text in WORDS.items()},
        )
        self.observe(self._admit, "wanted")

    def _page(self, patient: Patient) -> dict[str, object]:
        """A patient as the front end shows it; the answers are sealed against a glance."""
        figure, signs = _pair(patient)
        cures = self._treated[disease(signs)]
        answers = [
            [on_disease(name, signs) for name in DISEASES],
            [on_cure(cure, disease(signs), cures) for cure in cures],
        ]
        return dict(
            png=base64.b64encode(style.png(figure)).decode(),
            alt=figure.alt_text,
            width=style.screen_width(figure),
            sealed=base64.b64encode(json.dumps(answers).encode()).decode(),
        )

    def _admit(self, _change: object) -> None:
        """Fetch the patient that is wanted; an error of `new` is told in words."""
        with self._lock:
            try:
                number = len(self.patients) + self.wanted - 1
                page = self._page(self._new(number))
                self.fresh, self.notice = page | {"number": self.wanted}, ""
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                self.notice = tr("patient {n} did not come", n=self.wanted) + f": {reason}"

    def still_forms(self) -> dict[str, object]:
        return style.bundle(self.still)


def _pair(patient: Patient) -> Patient:
    try:
        figure, signs = patient
        disease(signs)
    except (TypeError, ValueError, KeyError) as error:
        raise TypeError(
            f"a patient is a pair (sheet, signs) with the signs of measures.symptoms: {error!r}"
        ) from error
    if not isinstance(figure, Figure):
        raise TypeError(f"a patient's sheet is {figure!r}; give a figure, as figures.patient does")
    return figure, signs
