"""Say before the set-up, in one sentence, what would make it fail on this computer.

python tools/can_install.py
"""

import collections
import os
import platform
import sys
import sysconfig

OLDEST, NEWEST = (3, 11), (3, 14)
WITHOUT = (
    "; use the notebooks as web pages or on Binder, or open the repository in GitHub Codespaces, "
    "which needs nothing but a browser (README.md says how)"
)
COMPUTERS = {"Linux": ("x86_64", "aarch64"), "Darwin": ("arm64",), "Windows": ("amd64",)}

Computer = collections.namedtuple(
    "Computer", "system machine bits python macos glibc makes_environments command pinned"
)


def this_computer():
    """What decides whether PyTorch's wheels fit, as pip would see it."""
    return Computer(
        system=platform.system(),
        machine=machine(),
        bits=64 if sys.maxsize > 2**32 else 32,
        python=tuple(sys.version_info[:2]),
        macos=numbers(platform.mac_ver()[0]),
        glibc=glibc(),
        makes_environments=has_module("ensurepip") and has_module("venv"),
        command=os.path.basename(sys.executable),
        pinned=os.environ.get("PINNED", "yes") == "yes",
    )


def machine():
    """The processor that this Python was built for, which may differ from the computer's."""
    if platform.system() == "Windows":
        return sysconfig.get_platform().rpartition("-")[2].lower()
    return platform.machine()


def glibc():
    """Version of the C library, empty for musl and elsewhere than on Linux."""
    try:
        return numbers(os.confstr("CS_GNU_LIBC_VERSION").split()[-1])
    except (AttributeError, ValueError, OSError):
        return ()


def numbers(text):
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())


def has_module(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def obstacle(computer):
    """One sentence that names the cause and a way that works; empty where nothing is in the way."""
    c = computer
    if c.bits != 64:
        return "PyTorch needs a 64-bit Python, and this one has 32 bits: install the 64-bit Python."
    if c.system == "Windows" and c.machine == "arm64":
        return (
            "PyTorch has no build for Windows on ARM: install the x86-64 Python from python.org, "
            "which Windows runs there too, and start this again with it."
        )
    if c.machine not in COMPUTERS.get(c.system, ()):
        return f"PyTorch has no build for {c.system} on {c.machine}{WITHOUT}."
    if c.system == "Darwin" and c.macos < (14,) and c.pinned:
        return (
            f"The tested PyTorch needs macOS 14, and this is {written(c.macos)}: install with the "
            "newest versions that fit, `make lab PINNED=no`."
        )
    if c.system == "Linux" and c.glibc < (2, 28):
        found = f"glibc {written(c.glibc)}" if c.glibc else "another C library"
        return f"PyTorch needs glibc 2.28, and this system has {found}{WITHOUT}."
    return python_obstacle(c)


def python_obstacle(c):
    if c.python < OLDEST or (c.python > NEWEST and c.pinned):
        return (
            f"aeteach needs Python {written(OLDEST)} to {written(NEWEST)}, and '{c.command}' is "
            f"{written(c.python)}: name another one, such as `make lab PYTHON=python3.12` "
            "(Windows: `py -3.12` for `py`)."
        )
    if not c.makes_environments:
        return (
            "This Python cannot make environments: on Ubuntu and Debian run "
            "`sudo apt install python3-venv`, then start this again."
        )
    return ""


def written(version):
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(obstacle(this_computer()) or 0)
