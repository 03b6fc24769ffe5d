"""A release: what has to hold before it, `make bundle`'s archive of the commit, and an annotated tag that names the archive.

`make release` does all of it; `make release DRY=1` only checks and says what it would do. The tests are not run from here:
they take minutes and belong to the commit, so whoever releases says with TESTED=1 that `.ci/run` has passed on it.
Pushing the tag is left to a person.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_PROGRAM_VERSION = re.compile(r'^__version__ = "([^"]*)"', re.MULTILINE)
_ENTRY = re.compile(r"^## (.*)$", re.MULTILINE)


def git(root: Path, *arguments: str) -> str:
    """What git answers. Raises SystemExit with git's own words when it fails."""
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def version_of(root: Path) -> str:
    """The version in pyproject.toml."""
    version: str = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return version


def findings(root: Path) -> list[str]:
    """Why this commit cannot be released, one sentence each; empty when it can."""
    version, found = version_of(root), []
    if changed := git(root, "status", "--porcelain"):
        found.append(f"The tree is not clean: commit or remove {len(changed.splitlines())} changed files.")
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        found.append(f"pyproject.toml has version {version}: three numbers make a release.")
    program = _PROGRAM_VERSION.search((root / "monitor" / "__init__.py").read_text(encoding="utf-8"))
    if program is None or program.group(1) != version:
        found.append(f"monitor/__init__.py says {program and program.group(1)}, pyproject.toml {version}: make them the same.")
    entries = _ENTRY.findall((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    first = entries[0] if entries else ""
    if not _is_entry(first, version):
        found.append(f"CHANGELOG.md begins with “{first}”: its first entry is to be “## {version} (YYYY-MM-DD)”.")
    if any(entry.startswith("Unreleased") for entry in entries):
        found.append("CHANGELOG.md has an entry “Unreleased”: put it into the release's.")
    if git(root, "tag", "--list", f"v{version}").strip():
        found.append(f"There is a tag v{version} already: raise the version.")
    return found


def _is_entry(heading: str, version: str) -> bool:
    name, _, rest = heading.partition(" ")
    try:
        return name == version and date.fromisoformat(rest.removeprefix("(").removesuffix(")")).isoformat() == rest[1:-1]
    except ValueError:
        return False


def release(root: Path, build: Callable[[str], Path]) -> str:
    """Builds the archive and tags HEAD; the tag's message names the archive and its SHA-256. Returns the tag."""
    version = version_of(root)
    commit = git(root, "rev-parse", "HEAD").strip()
    archive = build(version)
    if git(root, "rev-parse", "HEAD").strip() != commit or git(root, "status", "--porcelain"):
        raise SystemExit("The tree changed while the archive was made: nothing is tagged.")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    git(root, "tag", "--annotate", f"v{version}", "--message", f"monitor {version}\n\n{archive.name}\nsha256 {digest}", commit)
    return f"v{version}"


def _bundle(version: str) -> Path:
    from bundle import make

    return make(version, ROOT / "dist", None)


def main() -> int:
    """The command behind `make release`."""
    parser = argparse.ArgumentParser(description="check, bundle and tag a release")
    parser.add_argument("--dry-run", action="store_true", help="check, and say what would be done")
    parser.add_argument("--tested", action="store_true", help=".ci/run has passed on this commit")
    arguments = parser.parse_args()
    found = findings(ROOT)
    if not arguments.tested:
        found.append("Run .ci/run on this commit, then say so: make release TESTED=1.")
    for sentence in found:
        print(sentence, file=sys.stderr)
    version, commit = version_of(ROOT), git(ROOT, "rev-parse", "--short", "HEAD").strip()
    if arguments.dry_run:
        print(f"Would make dist/monitor-{version}-….tar of {commit} and tag it v{version}.")
    if found:
        return 1
    if not arguments.dry_run:
        print(f"{release(ROOT, _bundle)} is {commit}. To publish it: git push origin v{version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
