#!/usr/bin/env python3
"""What no linter sees: the lock file agrees with pyproject.toml, and no file names an address it should not.

Both need no network. `make check` runs this; findings go to stderr, one a line, and the exit code is 1.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ \\;]+)")
#: The lock file's own note of what asked for a package: pyproject.toml itself, or its dev group.
ASKED_FOR = re.compile(r"# +(?:via )?monitor \(pyproject\.toml(?::\w+)?\)")

ADDRESS = re.compile(r"https?://([\w.\-\[\]:]+)")
#: Bureaus' networks are closed, and a package's origin is the machine's business, not the repository's. So
#: every address in the tree is here for a reason, and any other is an error.
KNOWN_HOSTS = {
    "127.0.0.1",  # the dashboard
    "localhost",
    "monitor",  # what deploy/nginx.conf calls the dashboard behind it
    "www.apache.org",  # the licence's text
    "schemas.openxmlformats.org",  # names of XML namespaces, never fetched
    "purl.oclc.org",  # the same of strict OOXML
    "www.w3.org",
}
#: Sources of documents and incomes that a policy file cites; .example and .invalid never resolve (tests).
KNOWN_ENDINGS = (".gov.cn", ".example", ".invalid")


def lock_problems(root: Path) -> Iterator[str]:
    """Where requirements.lock no longer answers pyproject.toml, as far as names, ranges and hashes tell."""
    lock = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    asked_for = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    wanted = [Requirement(line) for line in asked_for]

    versions: dict[str, list[Version]] = defaultdict(list)
    hashed: set[str] = set()
    direct: set[str] = set()
    current = canonicalize_name("")
    for line in lock:
        if pinned := PINNED.match(line):
            current = canonicalize_name(pinned[1])
            versions[current].append(Version(pinned[2]))
        elif "--hash=sha256:" in line:
            hashed.add(current)
        elif ASKED_FOR.search(line):
            direct.add(current)
        elif line.strip() and not line.lstrip().startswith("#"):
            yield f"requirements.lock: a line that is neither package nor hash: {line.strip()}"

    for requirement in wanted:
        name = canonicalize_name(requirement.name)
        if name not in versions:
            yield f"requirements.lock lacks {requirement.name}, which pyproject.toml asks for: make lock"
        for version in versions[name]:
            if not requirement.specifier.contains(version, prereleases=True):
                yield f"requirements.lock: {name} {version}, pyproject.toml wants {requirement}: make lock"
    for stale in sorted(direct - {canonicalize_name(requirement.name) for requirement in wanted}):
        yield f"requirements.lock has {stale} for pyproject.toml, which no longer asks for it: make lock"
    for bare in sorted(set(versions) - hashed):
        yield f"requirements.lock has {bare} without a hash: make lock"


def files(root: Path) -> Iterator[Path]:
    """The files that are, or are about to be, in the repository.

    Raises OSError or subprocess.CalledProcessError where this is no checkout or there is no git.
    """
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root, capture_output=True, check=True, text=True,
    )
    for name in sorted(filter(None, listed.stdout.split("\0"))):
        if (root / name).is_file():
            yield root / name


def address_problems(root: Path) -> Iterator[str]:
    """Every address whose host is not one of the known ones."""
    for path in files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a workbook, a picture, an export in another encoding
        for number, line in enumerate(text.splitlines(), 1):
            for found in ADDRESS.finditer(line):
                host = found[1].rsplit(":", 1)[0].rstrip(".").lower()
                if host not in KNOWN_HOSTS and not host.endswith(KNOWN_ENDINGS):
                    yield f"{path.relative_to(root)}:{number}: an address nobody has declared: {found[0]}"


def main() -> int:
    """0 when the tree is in order, else 1."""
    problems = [*lock_problems(ROOT)]
    try:
        problems += address_problems(ROOT)
    except (OSError, subprocess.CalledProcessError):
        sys.stderr.write("Not a git checkout, so nobody knows which files are its: addresses not checked.\n")
    for problem in problems:
        sys.stderr.write(problem + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
