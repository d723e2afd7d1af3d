"""Questions before a result, and the rules by which a measured number answers them."""

from bisect import bisect_left
from collections.abc import Mapping

from aeteach import rows
from aeteach.guard import number, told

LETTERS = "abcdefgh"


def questions() -> dict[str, dict]:
    """All rows of questions.toml by name: notebook, for each language a table with question,
    options, ideas (what lies behind each option) and perhaps measure (what the deciding number
    is), and the rule that names the right option.

    cuts = [0.3, 0.8]: one number decides; as many cuts as lie below it, that far it moves on in
    order, the letters of the options (default: "abc"). pick = "largest" or "smallest": the winner
    among named numbers decides; it must lead the next by `lead` and lie beyond `level` where these
    stand, or option `else` is right. never = "d": an option that no number makes right.
    """
    return rows.table("questions.toml")


def right_option(name: str, value: object) -> int:
    """Index of the option that `value` makes right in question `name`; 0 for the first.

    value: one finite number where the rule has cuts, {label: number} with one number an option
    where it picks. Raises KeyError for an unknown name, ValueError for any other value.
    """
    row = rows.find(questions(), name, "question", "questions.toml")
    letter = _cut(name, row, value) if "cuts" in row else _picked(name, row, value)
    return LETTERS.index(letter)


def order(row: dict) -> str:
    """Letters of the options in the order in which the rule of `row` counts them."""
    aside = row.get("else", "") + row.get("never", "")
    letters = LETTERS[: len(row["en"]["options"])]
    return row.get("order") or "".join(letter for letter in letters if letter not in aside)


def _cut(name: str, row: dict, value: object) -> str:
    return order(row)[bisect_left(row["cuts"], number(f"a value of question {name!r}", value))]


def _picked(name: str, row: dict, value: object) -> str:
    letters = order(row)
    if not isinstance(value, Mapping) or len(value) != len(letters):
        got = f"{len(value)}" if isinstance(value, Mapping) else told(value)
        raise ValueError(
            f"question {name!r} got {got}; pass {len(letters)} numbers as {{label: number}}, "
            f"for options {', '.join(letters)}"
        )
    sign = 1 if row["pick"] == "largest" else -1
    numbers = [sign * number(f"a value of question {name!r}", each) for each in value.values()]
    next_best, best = sorted(numbers)[-2:]
    beyond = "level" not in row or best > sign * row["level"]
    clear = beyond and best - next_best >= row.get("lead", 0)
    return letters[numbers.index(best)] if clear else row["else"]
