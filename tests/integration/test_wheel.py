"""What is installed is what is tested: the wheel holds every file of the packages, and the program runs from it alone."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.build import build_wheel

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("monitor", "dashboard", "policies", "sample_data")

#: One of each sort that is no module, so that a list of files that comes out empty is noticed.
NEEDED = {
    "dashboard/.streamlit/config.toml",
    "dashboard/locale/zh.json",
    "dashboard/logo.svg",
    "monitor/assess/alerts.sql",
    "monitor/casework/migrations/script.py.mako",
    "monitor/casework/migrations/versions/0100_first.py",
    "monitor/casework/migrations/versions/0100_first.sqlite.sql",
    "monitor/casework/migrations/versions/0100_first.postgresql.sql",
    "monitor/intake/macros.sql",
    "monitor/py.typed",
    "monitor/store/verdicts.sql",
    "policies/category_codes.csv",
    "policies/med_types.csv",
    "policies/texts/weihai-2022-15.txt",
    "policies/weihai-2022-15.toml",
    "sample_data/generator/tables.sql",
}

#: Run where no checkout is in sight: what reads files at run time, one of each way to them.
FROM_THE_WHEEL = """
import sys
from importlib.resources import files
from pathlib import Path

import monitor
from dashboard import locale
from monitor.casework.database import migrate, open_database
from monitor.policy.codes import category_codes
from monitor.policy.library import load_library
from monitor.base.settings import policies_directory

here = Path.cwd()
assert Path(monitor.__file__).is_relative_to(here), monitor.__file__
assert policies_directory().is_relative_to(here), policies_directory()
assert len(load_library().documents) == len(list((here / "policies").glob("*.toml"))) > 0
assert category_codes(None)
assert locale.t("nav.alerts") != "nav.alerts"
assert files("monitor.intake").joinpath("settlements.sql").read_text(encoding="utf-8")
url = "sqlite:///" + sys.argv[1]
migrate(open_database(url), url)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built by the project's own backend within this process: nothing is fetched for it."""
    directory = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return directory / build_wheel(str(directory))


def ours() -> set[str]:
    """Files of the packages that are in git, or would be with the next commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *PACKAGES],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )
    return {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}


def test_the_wheel_holds_every_file_of_the_packages_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert held >= NEEDED
    assert held == ours()
    assert [name for name in held if "bench" in name] == []  # nor what the program is only measured against


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    done = subprocess.run(
        [sys.executable, "-c", FROM_THE_WHEEL, str(tmp_path / "casework.sqlite")],
        cwd=tmp_path / "installed", env=os.environ | {"PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_command_is_installed_with_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        (points,) = (name for name in packed.namelist() if name.endswith(".dist-info/entry_points.txt"))
        assert "monitor = monitor.__main__:main" in packed.read(points).decode()
