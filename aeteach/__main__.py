"""`python -m aeteach`: is this computer ready for the notebooks? Exit code 1 when it is not."""

import sys

from aeteach.health import findings
from aeteach.words import tr


def main() -> int:
    """Print each finding as it comes, with a remedy below what is not good."""
    bad = 0
    for finding in findings():
        print("✓" if finding.good else "✗", finding.text)
        if not finding.good:
            bad += 1
            print(f"  → {finding.remedy}")
    print(tr("All is well.") if not bad else tr("To mend: {count}", count=bad))
    return int(bad > 0)


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    sys.exit(main())
