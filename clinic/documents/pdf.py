"""Documents to keep on paper: a page of `pages/`, filled in and set as PDF/UA-1 (ISO 14289-1).

What goes in is data and never markup, so that what somebody typed can neither change the page nor reach a file.
It is set in a process of its own with a time limit, since no document may hold a page up.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MIME = "application/pdf"
_TYPESETTER = Path(__file__).with_name("typesetter.py")
_SECONDS = 20


def render(page: str, data: Mapping[str, Any]) -> bytes:
    """Return the file. `data` holds texts, numbers, lists and mappings of such.

    Raises subprocess.SubprocessError where the page cannot be set, or not in time.
    """
    done = subprocess.run(  # noqa: S603  our own file, by our own interpreter
        [sys.executable, "-I", str(_TYPESETTER)], input=json.dumps({"page": page, "data": data}).encode(),
        capture_output=True, check=True, timeout=_SECONDS, env={})
    return done.stdout
