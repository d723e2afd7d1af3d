"""What the numbers of a patient say about a guess: each guess gets a verdict and its lines."""

from collections.abc import Mapping

from aeteach.measures.symptoms import LIMITS, disease, gap
from aeteach.words import label, tr

Signs = Mapping[str, float]
Finding = dict[str, object]

DECISIVE = {
    "copies": "The sign: it rebuilds pictures of shuffled pixels, in which there is no digit, "
    "with R² {copy:.2f} (a copier: above {copy_limit}), and new digits as well as its own.",
    "memorises": "The sign: fed back 100 times, {landed:.0%} of new digits turn into one of its "
    "training pictures (a memoriser: {landed_limit:.0%} or more).",
    "overfits": "The sign: the test error is {gap} as large as the train error (overfitting: "
    "more than {gap_limit:g} times), and only {landed:.0%} of new digits land on a training "
    "picture when fed back 100 times.",
    "underfits": "The sign: even on its own training pictures the error is {train:.4f} (too "
    "high: above {train_limit}), and on new ones it is hardly different.",
    "healthy": "The sign is the absence of signs: train error {train:.4f}, test error {gap} as "
    "large, shuffled pixels rebuilt with R² {copy:.2f} only, {landed:.0%} land on a training "
    "picture.",
}
AGAINST = {
    "copies": "Against copying: a copier returns shuffled pixels with R² above {copy_limit}. "
    "This one reaches {copy:.2f}.",
    "memorises": "Against memorising: {landed_limit:.0%} of new digits or more would turn into "
    "training pictures. Here it is {landed:.0%}.",
    "overfits": "Against overfitting: the test error would be more than {gap_limit:g} times the "
    "train error. Here it is {gap}.",
    "underfits": "Against underfitting: the train error would be above {train_limit}. Here it "
    "is {train:.4f}.",
    "healthy": "Against health: one sign is enough, and it has one.",
}
DEGREES = {
    frozenset({"memorises", "overfits"}): "The gap is there in both, and where one turns into "
    "the other is a matter of degree: the fewer the pictures, the stronger they attract.",
    frozenset({"underfits", "healthy"}): "Where low ends and high begins is a convention: it "
    "depends on what the reconstruction is for.",
    frozenset({"copies", "healthy"}): "Copying is a matter of degree: a larger latent size "
    "moves a healthy network towards it step by step.",
}
EVIDENCE = (
    "Measured: train error {train:.4f}, test error {test:.4f}, shuffled pixels R² {copy:.2f}, "
    "landed on a training picture {landed:.0%}."
)


def on_disease(guess: str, signs: Signs) -> Finding:
    """Whether `guess` is the disease that the signs speak for, and what speaks for it."""
    true, numbers = disease(signs), _numbers(signs)
    if guess == true:
        lines = [tr("✓ Right: {name}.", name=label(true)), tr(DECISIVE[true], **numbers)]
    else:
        lines = [tr("✗ You said: {guess}. It is: {name}.", guess=label(guess), name=label(true))]
        lines += [tr(DECISIVE[true], **numbers)]
        if (degree := DEGREES.get(frozenset({guess, true}))) is None:
            lines += [tr(AGAINST[guess], **numbers)]
        else:
            lines += [tr(degree)]
    return dict(right=guess == true, lines=[*lines, tr(EVIDENCE, **numbers)])


def on_cure(cure: str, true: str, treated: Mapping[str, Signs]) -> Finding:
    """What `cure` did to a network with disease `true`; treated: {cure: signs after it}."""
    before, after = treated["no_treatment"], treated[cure]
    right = cures(cure, treated)
    head = tr("✓ Right: {cure}.") if right else tr("✗ Not a cure here: {cure}.")
    lines = [head.format(cure=label(cure))]
    if cure != "no_treatment":
        lines += [tr("Tried on one that has this: {changes}.", changes=_changes(before, after))]
        lines += [_outcome(true, before, after)]
    elif not right:
        lines += [tr("It stays as it is, and the sign stays with it.")]
    if not right:
        good = [label(name) for name in treated if cures(name, treated)]
        lines += [tr("What worked: {good}.", good=", ".join(good) or tr("none of these alone"))]
    return dict(right=right, lines=lines)


def cures(cure: str, treated: Mapping[str, Signs]) -> bool:
    """Whether the rule calls the treated network healthy and the test error pays for it.

    A healthy network must not get worse; one with a large test error must get better by a
    fifth (a gap also closes when only the train error rises); a copier may pay.
    """
    before, after = treated["no_treatment"], treated[cure]
    share = {"copies": float("inf"), "healthy": 1.0}.get(disease(before), 0.8)
    return disease(after) == "healthy" and after["test"] <= share * before["test"]


def _outcome(true: str, before: Signs, after: Signs) -> str:
    now = disease(after)
    if true == now == "healthy":
        return (
            tr("It was healthy and still is, with a larger test error: leave it alone.")
            if after["test"] > before["test"]
            else tr("It was healthy and still is: not needed, but no harm.")
        )
    if now == "healthy" and true != "copies" and after["test"] > 0.8 * before["test"]:
        return tr("The sign is gone, but new digits are rebuilt hardly better: nothing is won.")
    if now == true:
        return tr("The same rule still says: {name}.", name=label(now))
    return tr("The same rule now says: {name}.", name=label(now))


def _changes(before: Signs, after: Signs) -> str:
    pairs = [
        ("train error {a:.4f} → {b:.4f}", "train"),
        ("test error {a:.4f} → {b:.4f}", "test"),
        ("shuffled pixels R² {a:.2f} → {b:.2f}", "copy"),
        ("landed on a training picture {a:.0%} → {b:.0%}", "landed"),
    ]
    return ", ".join(tr(text, a=before[sign], b=after[sign]) for text, sign in pairs)


def _numbers(signs: Signs) -> dict[str, object]:
    ratio = gap(signs)
    times = tr("{ratio:.1f} times", ratio=ratio) if ratio < 100 else tr("over 100 times")
    limits = {f"{name}_limit": value for name, value in LIMITS.items()}
    return {**signs, **limits, "gap": times}
