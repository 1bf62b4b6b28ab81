"""Data flows one way: the import contract of setup.cfg holds, without exemption."""

import configparser
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_points_the_way_the_contract_says():
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_contract_exempts_nothing():
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    for section in config.sections():
        if section.startswith("importlinter"):
            assert "ignore_imports" not in config[section], section
