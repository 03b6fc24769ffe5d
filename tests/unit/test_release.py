"""`make release`: what stops it, and that the tag stands at the commit the archive was made of and names the archive."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("release", ROOT / "deploy" / "release.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


RELEASE = loaded()


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that could be released."""
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "样例")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "sample@example.invalid")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    root = tmp_path / "tree"
    (root / "monitor").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nversion = "0.2.0"\n', encoding="utf-8")
    (root / "monitor" / "__init__.py").write_text('"""x"""\n\n__version__ = "0.2.0"\n', encoding="utf-8")
    (root / "CHANGELOG.md").write_text("# Changes\n\n## 0.2.0 (2026-12-31)\n\n- x\n\n## 0.1.0 (2026-11-30)\n", encoding="utf-8")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "x")
    return root


def test_a_tree_in_order_can_be_released(tree: Path) -> None:
    assert RELEASE.findings(tree) == []


def replaced(name: str, old: str, new: str) -> Callable[[Path], object]:
    def change(root: Path) -> None:
        text = (root / name).read_text(encoding="utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        git(root, "commit", "--quiet", "--all", "--message", "y")

    return change


STOPS: dict[str, tuple[Callable[[Path], object], str]] = {
    "a changed file":          (lambda root: (root / "CHANGELOG.md").write_text("# Changes\n\n## 0.2.0 (2026-12-31)\n"), "1 changed files"),
    "a new file":              (lambda root: (root / "new").write_text(""), "1 changed files"),
    "another program version": (replaced("monitor/__init__.py", "0.2.0", "0.1.9"), "monitor/__init__.py says 0.1.9, pyproject.toml 0.2.0"),
    "no release's number":     (replaced("pyproject.toml", "0.2.0", "0.2.0.dev1"), "three numbers"),
    "no entry":                (replaced("CHANGELOG.md", "## 0.2.0 (2026-12-31)\n\n- x\n\n", ""), "begins with “0.1.0 (2026-11-30)”"),
    "no date":                 (replaced("CHANGELOG.md", " (2026-12-31)", ""), "“## 0.2.0 (YYYY-MM-DD)”"),
    "no such day":             (replaced("CHANGELOG.md", "2026-12-31", "2026-12-32"), "“## 0.2.0 (YYYY-MM-DD)”"),
    "something unreleased":    (replaced("CHANGELOG.md", "## 0.1.0", "## Unreleased: more\n\n## 0.1.0"), "an entry “Unreleased”"),
    "released already":        (lambda root: git(root, "tag", "v0.2.0"), "a tag v0.2.0 already"),
}


@pytest.mark.parametrize(("change", "why"), STOPS.values(), ids=STOPS.keys())
def test_what_stops_a_release(tree: Path, change: Callable[[Path], object], why: str) -> None:
    change(tree)
    assert any(why in sentence for sentence in RELEASE.findings(tree)), RELEASE.findings(tree)


def test_the_tag_names_the_archive_of_its_commit(tree: Path, tmp_path: Path) -> None:
    archive = tmp_path / "monitor-0.2.0-any.tar"

    def build(version: str) -> Path:
        assert version == "0.2.0"
        archive.write_bytes(b"packed")
        return archive

    assert RELEASE.release(tree, build) == "v0.2.0"
    assert git(tree, "cat-file", "-t", "v0.2.0").strip() == "tag", "annotated"
    assert git(tree, "rev-parse", "v0.2.0^{commit}") == git(tree, "rev-parse", "HEAD")
    message = git(tree, "tag", "--list", "--format=%(contents)", "v0.2.0")
    assert message.split() == ["monitor", "0.2.0", archive.name, "sha256", hashlib.sha256(b"packed").hexdigest()]
    assert RELEASE.findings(tree) == ["There is a tag v0.2.0 already: raise the version."]


def test_nothing_is_tagged_when_the_tree_changed_meanwhile(tree: Path, tmp_path: Path) -> None:
    def build(version: str) -> Path:
        (tree / "late").write_text(version)
        (tmp_path / "x.tar").write_bytes(b"")
        return tmp_path / "x.tar"

    with pytest.raises(SystemExit, match="nothing is tagged"):
        RELEASE.release(tree, build)
    assert git(tree, "tag") == ""


def test_untested_it_only_says_what_to_do(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(RELEASE, "ROOT", tree)
    monkeypatch.setattr("sys.argv", ["release.py"])
    assert RELEASE.main() == 1
    assert ".ci/run" in capsys.readouterr().err and git(tree, "tag") == ""


def test_a_dry_run_changes_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(RELEASE, "ROOT", tree)
    monkeypatch.setattr("sys.argv", ["release.py", "--tested", "--dry-run"])
    assert RELEASE.main() == 0
    assert "tag it v0.2.0" in capsys.readouterr().out and git(tree, "tag") == "" and not (tree / "dist").exists()


def test_this_tree_has_one_entry_for_its_version() -> None:
    """Between releases a part “Unreleased” stands above it."""
    entries = re.findall(r"^## (.*)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    released = [entry for entry in entries if not entry.startswith("Unreleased")]
    assert len(entries) - len(released) <= 1 and entries[len(entries) - len(released):] == released
    assert RELEASE._is_entry(released[0], RELEASE.version_of(ROOT))
