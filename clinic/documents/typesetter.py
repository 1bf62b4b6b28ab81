"""The compiler's own process: reads what to set from standard input as JSON, writes the file to standard output.

Run as a file, by `clinic.documents.pdf` alone: nothing of the service is loaded beside it.
"""

import json
import sys
from pathlib import Path

import typst

PAGES = Path(__file__).parent / "pages"
FONTS = Path(__file__).parents[1] / "static" / "vendor" / "fonts"


def main() -> None:
    asked = json.load(sys.stdin)
    sys.stdout.buffer.write(typeset(asked["page"], json.dumps(asked["data"])))


def typeset(page: str, data: str) -> bytes:
    """Return the file: PDF/UA-1, but without its seal where somebody typed what the typeface has no sign for.

    There a box stands in its place, and the words can still be read out and copied. No file would be worse.
    """
    def compiled(standards: list[str]) -> bytes:
        return typst.compile(PAGES / f"{page}.typ", root=PAGES, font_paths=[FONTS], ignore_system_fonts=True,
                             pdf_standards=standards, sys_inputs={"data": data})
    try:
        return compiled(["ua-1"])
    except typst.TypstError:
        return compiled([])


if __name__ == "__main__":
    main()
