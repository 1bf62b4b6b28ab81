"""Where somebody goes on to who was stopped on their way: a page of ours, whatever the address says."""

from __future__ import annotations

from urllib.parse import urlsplit


def own_path(path: str, otherwise: str = "/") -> str:
    """Return the path if it leads to a page of ours, else another."""
    try:
        parts = urlsplit(path)
    except ValueError:
        return otherwise
    ours = path.startswith("/") and not path.startswith("//") and not parts.netloc and not parts.scheme
    # Browsers read a backslash as a slash and leave line breaks out.
    return path if ours and path.isprintable() and "\\" not in path else otherwise
