"""Made-up words of three syllables, each a consonant and a vowel: text small enough to train on."""

import torch
from torch import Tensor

from aeteach.guard import guarded

CONSONANTS, VOWELS = "bdfgklmnprst", "aeiou"
LETTERS = "".join(sorted(CONSONANTS + VOWELS))
LENGTH = 6


@guarded()
def words(n: int, seed: int = 0) -> Tensor:
    """`n` words as letter numbers (n, 6), each the place of a letter in `LETTERS`."""
    generator = torch.Generator().manual_seed(seed)
    kinds = [torch.tensor([LETTERS.index(c) for c in kind]) for kind in (CONSONANTS, VOWELS)]
    columns = [kinds[place % 2] for place in range(LENGTH)]
    drawn = [c[torch.randint(len(c), (n,), generator=generator)] for c in columns]
    return torch.stack(drawn, 1)


@guarded()
def letters(word: str) -> Tensor:
    """The letter numbers (6,) of `word`.

    ValueError unless it has six letters of `LETTERS`.
    """
    if len(word) != LENGTH or set(word) - set(LETTERS):
        raise ValueError(f"word is {word!r}; it must have {LENGTH} letters out of {LETTERS}")
    return torch.tensor([LETTERS.index(letter) for letter in word])


@guarded(free="numbers")
def spelled(numbers: Tensor) -> str:
    """The word of letter numbers (6,); numbers are rounded, and held within 0..16."""
    places = numbers.flatten().round().long().clamp(0, len(LETTERS) - 1)
    return "".join(LETTERS[place] for place in places.tolist())


@guarded()
def pronounceable(numbers: Tensor) -> Tensor:
    """Whether each word of letter numbers (N, 6) alternates consonant and vowel, (N,).

    Numbers are rounded, and held within 0..16. ValueError for words of other lengths.
    """
    if numbers.shape[1] != LENGTH:
        raise ValueError(f"numbers have {numbers.shape[1]} letters a row; a word has {LENGTH}")
    places = numbers.round().long().clamp(0, len(LETTERS) - 1)
    is_vowel = torch.tensor([letter in VOWELS for letter in LETTERS])
    wanted = torch.tensor([place % 2 == 1 for place in range(LENGTH)])
    return (is_vowel[places] == wanted).all(1)
