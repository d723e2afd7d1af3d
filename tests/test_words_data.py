"""Made-up words, wines and tones."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_wine

from aeteach.data import LETTERS, letters, pronounceable, spelled, tones, wines, words


def test_words_alternate_and_use_every_letter():
    text = words(500, seed=1)
    assert text.shape == (500, 6) and pronounceable(text).all()
    assert sorted(set(text.flatten().tolist())) == list(range(len(LETTERS)))


def test_words_follow_the_seed():
    assert torch.equal(words(9, 4), words(9, 4)) and not torch.equal(words(9, 4), words(9, 5))


def test_letters_and_spelled_are_inverse():
    assert spelled(letters("tomato")) == "tomato"
    assert [spelled(word) for word in words(3, 7)] == [
        spelled(letters(spelled(word))) for word in words(3, 7)
    ]


def test_numbers_between_letters_are_rounded_and_held_in_range():
    assert spelled(torch.tensor([-3.0, 0.4, 0.6, 16.2, 99.0, 1.0])) == "aabuub"


def test_words_that_nobody_can_say_are_told_apart():
    text = torch.stack([letters("banana"), letters("abanan"), letters("bnaana")])
    assert pronounceable(text).tolist() == [True, False, False]


@pytest.mark.parametrize("word", ["tomatoes", "", "volume", "Tomato", "to mat"])
def test_a_word_of_other_letters_is_named(word):
    with pytest.raises(ValueError, match=f"word is '{word}'; it must have 6 letters out of abde"):
        letters(word)


@pytest.mark.parametrize("make", [words, tones])
def test_no_examples_are_refused(make):
    with pytest.raises(ValueError, match="n is 0; it must be a whole number from 1"):
        make(0)


def test_wines_are_scikit_learns():
    wine = wines(seed=2)
    assert wine.x_train.shape == (120, 13) and wine.x_test.shape == (58, 13)
    together = torch.cat([wine.x_train, wine.x_test]).numpy()
    rows = {row.tobytes() for row in load_wine().data.astype(np.float32)}
    assert {row.tobytes() for row in together} == rows
    assert wine.names[-1] == "proline" and len(wine.names) == 13
    assert not torch.equal(wine.x_train, wines(seed=3).x_train)


def test_tones_swing_between_200_and_900_times_a_second():
    waves = tones(300, seed=5)
    assert waves.shape == (300, 256) and waves.abs().max() <= 1
    pitch = torch.fft.rfft(waves * torch.hann_window(256)).abs().argmax(1) * 4096 / 256
    assert 180 < pitch.min() < 260 and 840 < pitch.max() < 920


def test_tones_follow_the_seed_and_start_anywhere():
    assert torch.equal(tones(5, 1), tones(5, 1)) and not torch.equal(tones(5, 1), tones(5, 2))
    assert tones(300)[:, 0].std() > 0.5
