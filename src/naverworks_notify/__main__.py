"""`python -m naverworks_notify` is `naverworks-notify`."""

from __future__ import annotations

import sys

from naverworks_notify.cli import main

if __name__ == "__main__":
    sys.exit(main())
