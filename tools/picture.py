"""Write the README's picture: one stored frame of the main slider of notebook 02."""

import base64
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "02_identity_copying.ipynb"
PICTURE = ROOT / "docs" / "noisy_digits.png"
FRAME = re.compile(r"latent size 8\..*\bnoisy\b")


def frame(notebook: dict) -> bytes:
    """PNG of the frame at latent size 8; LookupError when no such frame is stored."""
    state = notebook["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    for model in state.values():
        for each in model["state"].get("frames", []):
            if FRAME.match(each["alt"]):
                return base64.b64decode(each["png"])
    raise LookupError("no frame of latent size 8 is stored; run `make notebooks` first")


def main() -> int:
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_bytes(frame(json.loads(NOTEBOOK.read_text("utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
