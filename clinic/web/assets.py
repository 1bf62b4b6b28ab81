"""Where style sheets and scripts are served: at an address that changes when any of them does.

A browser may then keep them for a year and still never mix a new page with an old script. The
version is a folder of the address, so that scripts which import one another by relative
addresses, and style sheets their pictures, stay within one version.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


def path(folder: Path) -> str:
    """Return the address of the folder: `/static/` and twelve digits over its files' names and bytes."""
    digest = sha256()
    for file in sorted(each for each in folder.rglob("*") if each.is_file()):
        digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
        digest.update(sha256(file.read_bytes()).digest())
    return f"/static/{digest.hexdigest()[:12]}"
