"""Looks for the tokens of an import wherever no value about a person may ever be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote

from tests.journeys.people import Sight, Walk
from tests.journeys.tokens import Tokens, ways

# Whatever a token can look like, in small letters; one pass over some megabytes instead of thousands. A day without
# strokes is one only where it stands alone: in an id, eight such digits in a row are chance.
_SHAPES = re.compile(
    rb"(?=(xq(?:[b-z]q){4}|wm\d\d ?\d[a-z]{2}|07700 ?900\d{3}|"
    rb"\d{4}-\d\d-\d\d|(?<![0-9a-f])19\d{6}(?![0-9a-f])|\d\d/\d\d/\d{4}|(?<!\d)\d{1,2} [a-z]{3,9} \d{4}))"
)


def words(tokens: Tokens, row: str = "") -> set[str]:
    """Return every word of the tokens (of one row, or of all), in all ways of writing it, in small letters."""
    rows = [row] if row else list(tokens.of)
    later = {word.lower() for about, typed in tokens.typed.items() if not row or about == row for word in typed}
    own = (written(column, token) for name in rows for column, token in tokens.of[name].items())
    return later.union(*own)


def written(column: str, token: str) -> set[str]:
    """Return a token in all ways of writing it, word by word, in small letters."""
    return {
        part.lower() for way in ways(column, token) for part in (way.split() if way.startswith("Xq") else [way])
    }


def found(words: set[str], hay: bytes | str) -> set[str]:
    """Return which of `words` stand in `hay`, however they are capitalised."""
    raw = hay.encode(errors="replace") if isinstance(hay, str) else hay
    return words & {match[1].decode() for match in _SHAPES.finditer(raw.lower())}


def mail_texts(letter: EmailMessage) -> Iterator[str]:
    """Return a letter's headers and every part of it, decoded."""
    for name, value in letter.items():
        yield f"{name}: {value}"
    for part in letter.walk():
        if not part.is_multipart():
            yield part.get_content() if part.get_content_maintype() == "text" else ""
            yield str(part.get_filename() or "")


def leaks(
    words: set[str], secrets: Iterable[str], *, folder: Path, letters: list[EmailMessage], calendars: list[str],
    walks: list[Walk],
) -> list[str]:
    """Return where a token, or a secret of a calendar address, is found where none may be."""
    places: list[tuple[str, bytes]] = []
    places += [(f"letter {letter['Message-ID']}", text.encode()) for letter in letters for text in mail_texts(letter)]
    places += [("a calendar", calendar.encode()) for calendar in calendars]
    for walk in walks:
        places += [("a title", sight.title.encode()) for sight in walk.sights]
        places += [("a file name", name.encode()) for name in walk.files]
        places += [("an address", url.encode()) for url in {*map(unquote, walk.urls), *walk.urls}]
    places += [(f"file {path.relative_to(folder)}", path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    hits = [f"{where} holds {sorted(hit)}" for where, hay in places if (hit := found(words, hay))]
    for secret in secrets:
        hits += [f"{where} holds a calendar address's secret" for where, hay in places
                 if secret.encode() in hay and where != "an address"]
    return hits


def shown(words: set[str], sights: Iterable[Sight]) -> set[str]:
    """Return which of `words` somebody was shown."""
    return set().union(*(found(words, sight.html) for sight in sights))
