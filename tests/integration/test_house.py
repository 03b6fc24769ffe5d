"""The house's own promises: its two commands, its CI, and the guards every other test leans on."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: The tests themselves run below make, whose variables must not reach the make they look at.
OUTSIDE_MAKE = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
TARGETS = ("setup", "demo", "test", "quick", "kills", "soak", "mutate", "check", "bench", "sample", "fuzz", "bundle", "release", "papers", "lock", "clean")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def dry_run(*arguments: str) -> str:
    """What make would run for these targets, without running it."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True, env=OUTSIDE_MAKE,
    )
    return done.stdout


@pytest.mark.parametrize("target", TARGETS)
def test_each_target_is_there_and_explained_by_make_alone(target: str) -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT, capture_output=True, text=True, check=True, env=OUTSIDE_MAKE,
    )
    assert re.search(rf"^  make {target} +\S", listed.stdout, re.MULTILINE)


def test_sample_and_bench_take_their_sizes() -> None:
    assert "--people 20000 " in dry_run("sample")
    assert "--people 7 " in dry_run("sample", "PEOPLE=7")
    assert "--settlements" not in dry_run("bench")
    assert "-m bench --settlements 1000" in dry_run("bench", "SETTLEMENTS=1000")


def test_the_targets_that_test_say_what_took_longest_and_take_their_sizes() -> None:
    assert [target for target in ("test", "quick", "kills", "soak") if "--durations=20" not in dry_run(target)] == []
    assert '-m "not kills" tests/spec tests/unit tests/dashboard' in dry_run("quick")
    assert "MONITOR_TEST_KILLS=all" in dry_run("kills") and "MONITOR_TEST_EXAMPLES=3 " in dry_run("soak", "EXAMPLES=3")
    assert "mutate.py --seed 7" in dry_run("mutate", "SEED=7")


def test_ci_runs_the_checks_and_the_readmes_test_command() -> None:
    lines = filter(None, read(".ci/run").splitlines())
    assert [line for line in lines if not line.startswith(("#", "set", "cd"))] == ["make check", "make test"]
    assert "make test" in read("README.md")
    assert "make test" in read("README.zh-CN.md")


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_what_the_tests_install(readme: str) -> None:
    packages = re.findall(r"^(?:BROWSER|SERVER)_PACKAGES := (.+)$", read("Makefile"), re.MULTILINE)
    assert len(packages) == 2
    assert [name for name in " ".join(packages).split() if f"`{name}`" not in read(readme)] == []


@pytest.mark.parametrize("script", [".ci/run", ".ci/environment", ".ci/system-packages", "deploy/install.sh", "deploy/switch.sh"])
def test_scripts_stop_at_the_first_failure_and_parse(script: str) -> None:
    assert "set -euo pipefail" in read(script)
    subprocess.run(["bash", "-n", script], cwd=ROOT, check=True)


def test_the_tree_is_in_order() -> None:
    done = subprocess.run(
        [sys.executable, ".ci/check_tree.py"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_lock_is_noticed(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/check_tree.py").write_text(read(".ci/check_tree.py"), encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[project]\ndependencies = ["alembic>=99", "brand-new-thing"]\n[dependency-groups]\ndev = []\n',
        encoding="utf-8",
    )
    (tmp_path / "requirements.lock").write_text(
        "alembic==1.0 \\\n    --hash=sha256:00\n    # via monitor (pyproject.toml)\n"
        "gone==2.0 \\\n    --hash=sha256:00\n    # via monitor (pyproject.toml:dev)\n"
        "bare==1.0\n    # via alembic\n"
        "--index-url somewhere\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, ".ci/check_tree.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for finding in (
        "alembic 1.0", "lacks brand-new-thing", "has gone", "has bare without a hash", "--index-url",
    ):
        assert finding in done.stderr


def test_system_packages_says_what_to_install_when_it_may_not(tmp_path: Path) -> None:
    """A machine with no apt-get and nothing installed: one sentence, exit code 1, and nothing tried."""
    (tmp_path / "dpkg-query").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (tmp_path / "dpkg-query").chmod(0o755)
    (tmp_path / "grep").symlink_to("/usr/bin/grep" if Path("/usr/bin/grep").exists() else "/bin/grep")
    done = subprocess.run(
        ["/bin/bash", str(ROOT / ".ci/system-packages"), "chromium", "fonts-noto-cjk"],
        env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "chromium fonts-noto-cjk" in done.stderr


PROPERTY = """
    import hypothesis

    tried = []

    @hypothesis.given(hypothesis.strategies.integers())
    @hypothesis.settings(max_examples=3)
    def test_counted(n):
        tried.append(n)

    def test_that_counts():
        assert 3 < len(tried) <= 12
"""


def test_a_soak_tries_more_examples(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_TEST_EXAMPLES", "4")
    pytester.makeconftest(read("tests/conftest.py").replace("Path(__file__).resolve().parent.parent", repr(ROOT).replace("PosixPath", "Path")))
    pytester.makepyfile(PROPERTY)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=2)


GUARDS = """
    import socket
    import pytest

    def test_left_out():
        pytest.skip("no browser here")

    @pytest.mark.xfail(reason="known")
    def test_known():
        assert False

    def test_shrugs_off_the_network():
        try:
            socket.create_connection(("192.0.2.1", 80))
        except OSError:
            pass
"""


@pytest.mark.parametrize(("ci", "expected"), [
    ("true", {"failed": 1, "xfailed": 1, "passed": 1, "errors": 1}),
    ("", {"skipped": 1, "xfailed": 1, "passed": 1, "errors": 1}),
])
def test_a_skip_fails_under_ci_and_a_swallowed_refusal_fails_everywhere(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, expected: dict[str, int]
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest(read("tests/conftest.py"))
    pytester.makepyfile(GUARDS)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(**expected)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_module_skipped_whole_fails_under_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest(read("tests/conftest.py"))
    pytester.makepyfile("import pytest\npytest.skip('not here', allow_module_level=True)\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    assert result.ret != 0
    result.stdout.fnmatch_lines(["*skipped, which is a failure under CI=true*"])


def test_loopback_is_open() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_homes_and_keys_of_a_test_are_its_own(home: Path, tmp_path: Path) -> None:
    from monitor.base.settings import home_from, keys_directory

    assert home_from(None).path == home == tmp_path / "home"
    assert keys_directory() == tmp_path / "keys"
