"""Tests, and notebooks run as tests, are strict: a claim that does not hold is an error."""

import os

os.environ.setdefault("AETEACH_STRICT", "1")
