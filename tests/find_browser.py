"""Find the browser that the journeys use, and install it where that can be done.

Run as a script it prints the browser's path, or ends with the command to type. Playwright's own download is
not used: the machine's browser is the one to test with.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = Path("/usr/share/fonts/truetype")


def find() -> str | None:
    """Return the path of a Chromium: the one that CLINIC_CHROMIUM names, else the machine's."""
    named = os.environ.get("CLINIC_CHROMIUM")
    return shutil.which(named) if named else next(filter(None, map(shutil.which, NAMES)), None)


def lacking() -> list[str]:
    """Name the Debian packages that the browser tests still need here."""
    packages = []
    if not find() and not os.environ.get("CLINIC_CHROMIUM"):
        packages.append("chromium")
    if not any(FONTS.glob("liberation*")):
        packages.append("fonts-liberation")  # else every width differs from what users of Arial see
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        packages.append("libatomic1")  # else Playwright's driver dies without a reason
    return packages


def install(packages: list[str]) -> None:
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        # What apt says goes to stderr: stdout is for the path alone.
        subprocess.run([*apt, *words], check=True, env=quiet, stdin=subprocess.DEVNULL, stdout=sys.stderr)  # noqa: S603


def main() -> int:
    on_debian = Path("/etc/debian_version").exists()
    packages = lacking() if on_debian else []
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing for the browser tests: {' '.join(packages)}", file=sys.stderr)
        try:
            install(packages)
        except subprocess.CalledProcessError as failed:
            print(f"apt-get ended with {failed.returncode}.", file=sys.stderr)
        packages = lacking()
    if on_debian and packages:
        command = f"sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(packages)}"
        print(f"The browser tests need what is not here. Type:\n    {command}", file=sys.stderr)
        return 1
    found = find()
    if not found:
        print(
            "The browser tests need Chromium or Chrome. Install one, or name it:\n"
            "    make test CLINIC_CHROMIUM=/path/to/chromium",
            file=sys.stderr,
        )
        return 1
    print(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
