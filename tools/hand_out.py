"""Print the link that gives a student the notebooks and opens one of them.

    python tools/hand_out.py HUB REPOSITORY [NOTEBOOK] [--branch main]

    python tools/hand_out.py https://hub.example.org https://github.com/you/aeteach \\
        notebooks/02_identity_copying.ipynb

HUB is the address where students log in. The link is one of nbgitpuller's: it fetches the
repository into the student's folder, keeps what the student has changed, and opens the notebook.
"""

import argparse
import sys
from pathlib import Path, PurePosixPath
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[1]


class LinkError(ValueError):
    """What makes a link impossible, in words."""


def web_address(text: str, what: str) -> str:
    """`text` without a slash at its end; LinkError unless it is a web address."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise LinkError(f"{what} {text!r} is no web address; begin it with https://")
    return text.rstrip("/")


def folder_of(repository: str) -> str:
    """The student's folder: the last part of the address, without `.git`, as in class-start."""
    return PurePosixPath(urlsplit(repository).path).name.removesuffix(".git")


def link(hub: str, repository: str, notebook: str = "notebooks", branch: str = "main") -> str:
    """The link to hand out. `notebook` is a path below the repository, a folder or a file."""
    hub, repository = web_address(hub, "the hub"), web_address(repository, "the repository")
    folder = folder_of(repository)
    if not folder:
        raise LinkError(f"the repository {repository!r} has no name after its host")
    target = f"lab/tree/{folder}/{notebook}"
    query = {"repo": repository, "branch": branch, "targetPath": folder, "urlpath": target}
    return f"{hub}/hub/user-redirect/git-pull?{urlencode(query)}"


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hub")
    parser.add_argument("repository")
    parser.add_argument("notebook", nargs="?", default="notebooks")
    parser.add_argument("--branch", default="main")
    options = parser.parse_args(arguments)
    if not (ROOT / options.notebook).exists():
        parser.error(f"there is no {options.notebook} in this repository")
    try:
        print(link(options.hub, options.repository, options.notebook, options.branch))
    except LinkError as error:
        parser.error(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
