"""Players of sounds."""

import base64
import io
import re
import wave

import numpy as np
import pytest
import torch

from aeteach.sounds import listen

LOW, HIGH = torch.sin(torch.arange(400) / 10), 0.5 * torch.sin(torch.arange(400) / 3)


def recordings(html):
    """{name: samples} of every player."""
    found = {}
    for name, sound in re.findall(r'aria-label="([^"]+)".*?base64,([^"]+)"', html, flags=re.S):
        with wave.open(io.BytesIO(base64.b64decode(sound))) as file:
            assert file.getframerate() == 8000
            found[name] = np.frombuffer(file.readframes(-1), np.int16) / 32767
    return found


def test_each_wave_has_a_named_player_with_its_own_sound():
    played = recordings(listen({"low_tone": LOW, "high": HIGH}, 8000)._repr_html_())
    assert list(played) == ["low tone", "high"]
    loudest = LOW.abs().max().item()
    assert np.allclose(played["low tone"], LOW.numpy() / loudest, atol=1e-3)
    assert np.allclose(played["high"], HIGH.numpy() / loudest, atol=1e-3)


def test_silence_can_be_played():
    assert (recordings(listen({"none": torch.zeros(50)}, 8000)._repr_html_())["none"] == 0).all()


def test_names_are_words_for_every_viewer():
    players = listen({'<b>"': LOW}, 8000)
    assert "<b>" not in players._repr_html_() and repr(players) == 'sounds to play: <b>"'


@pytest.mark.parametrize(
    "waves, rate, words",
    [
        ({}, 8000, "give named tensors"),
        ({"a": torch.zeros(2, 5)}, 8000, r"'a': \(2, 5\)"),
        ({"a": torch.zeros(0)}, 8000, "give named tensors"),
        ({"a": LOW}, 0, "rate is 0; it must be positive"),
        ({"a": LOW}, "fast", "rate is 'fast'; it must be a finite number"),
        ({"a": LOW.masked_fill(LOW > 0.5, torch.nan)}, 8000, "the wave 'a' holds NaN"),
        ({"a": "tone"}, 8000, "give named tensors"),
        (LOW, 8000, "give named tensors"),
    ],
)
def test_bad_input_is_named(waves, rate, words):
    with pytest.raises((ValueError, TypeError), match=words):
        listen(waves, rate)
