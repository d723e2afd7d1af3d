"""python -m tools.website: write the site."""

import argparse
import sys
from pathlib import Path

from tools.website.build import Site
from tools.website.edition import EDITIONS, drafts

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.website", description="Write the site.")
    parser.add_argument("--to", type=Path, default=ROOT / "site", help="folder (default: site)")
    parser.add_argument("--repository", default="", help="OWNER/NAME on GitHub, for its links")
    options = parser.parse_args(arguments)
    try:
        pages = [
            page
            for language, edition in EDITIONS.items()
            for page in Site(ROOT, options.repository, language).write(options.to / edition.folder)
        ]
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 1
    for path in drafts(ROOT):
        print(f"not published, since git does not know it: {path}")
    print(f"{len(pages)} pages written; open {options.to / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
