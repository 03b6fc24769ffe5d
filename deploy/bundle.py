"""One archive with everything a machine without a network needs: `make bundle`.

Holds the program's wheel, the wheels of what it needs at run time (from requirements.lock, each by its hash), pip itself,
the documents, the examples for nginx and systemd, an install script, and a list of checksums. It fits machines of this
one's architecture and this Python's minor version; the install script says so where it does not.

Run by the .venv that `make setup` makes, on a machine that reaches the package index pip is set up for.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ("README.md", "README.zh-CN.md", "GLOSSARY.md", "CHANGELOG.md", "DECISIONS.md", "LICENSE")
#: Copied as they are; bundle.py makes bundles and is no part of one.
EXAMPLES = ("nginx.conf", "monitor.service")
SCRIPTS = ("install.sh", "switch.sh")


def fits() -> str:
    """What the archive's wheels are for: ``cp311-linux-x86_64``."""
    return f"cp{sys.version_info.major}{sys.version_info.minor}-{sysconfig.get_platform()}"


def needed() -> set[str]:
    """Canonical names of what the program needs at run time on this machine, itself left out."""
    found: set[str] = set()
    waiting = ["monitor"]
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found.add(name)
        for line in metadata.requires(name) or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return found - {"monitor"}


def locked(lock: str) -> dict[str, str]:
    """Text (versions, hashes) of requirements.lock by canonical name. A package can have an entry for each of several
    Pythons, with the condition it is for; pip chooses."""
    found: dict[str, str] = {}
    for entry in re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL):
        lines = [line for line in entry.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        name = canonicalize_name(re.split(r"[=\s;]", entry, maxsplit=1)[0])
        found[name] = found.get(name, "") + "\n".join(lines) + "\n"
    return found


def run(*command: object) -> None:
    """A command, its output let through. Raises SystemExit with one sentence when it fails."""
    if subprocess.run(list(map(str, command)), cwd=ROOT, check=False).returncode:
        raise SystemExit(f"Making the bundle stopped at: {' '.join(map(str, command))[:200]}")


def program_wheel(version: str, into: Path) -> Path:
    """The program's own wheel under that version, built by the backend of the lock, from the files in git."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, tree / name)
        for name in ("pyproject.toml", "monitor/__init__.py"):
            text = (tree / name).read_text(encoding="utf-8")
            text, changed = re.subn(r'^((?:__)?version(?:__)? = )"[^"]*"', rf'\1"{version}"', text, count=1, flags=re.MULTILINE)
            assert changed, name
            (tree / name).write_text(text, encoding="utf-8")
        run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", into, tree)
    (wheel,) = into.glob("monitor-*.whl")
    return wheel


def pip_alone(into: Path) -> None:
    """pip as one file that needs no installing: Debian's Python may have none."""
    package = Path(str(metadata.distribution("pip").locate_file("pip")))
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(package.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                packed.write(path, Path("pip") / path.relative_to(package))
        packed.writestr("__main__.py", "import runpy\nrunpy.run_module('pip', run_name='__main__', alter_sys=True)\n")


def checksums(directory: Path) -> str:
    """As sha256sum writes and checks them."""
    lines = []
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(directory)}\n")
    return "".join(lines)


def make(version: str, output: Path, wheels: Path | None) -> Path:
    """The archive in ``output``. ``wheels``: a directory with the wheels already, instead of the index."""
    name = f"monitor-{version}-{fits()}"
    with tempfile.TemporaryDirectory() as scratch:
        bundle = Path(scratch) / name
        (bundle / "wheels").mkdir(parents=True)
        wanted, lock = needed(), locked((ROOT / "requirements.lock").read_text(encoding="utf-8"))
        if missing := wanted - lock.keys():
            raise SystemExit(f"requirements.lock lacks {', '.join(sorted(missing))}: make lock, make setup")
        requirements = "".join(lock[package] for package in sorted(wanted))
        (bundle / "requirements.txt").write_text(requirements, encoding="utf-8")
        source = ("--no-index", "--find-links", wheels) if wheels else ()
        run(
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
            "--only-binary", ":all:", *source, "-r", bundle / "requirements.txt", "-d", bundle / "wheels",
        )
        own = program_wheel(version, bundle / "wheels")
        # In the install the program's wheel is held against a hash like every other.
        entry = f"./wheels/{own.name} \\\n    --hash=sha256:{hashlib.sha256(own.read_bytes()).hexdigest()}\n"
        (bundle / "requirements.txt").write_text(requirements + entry, encoding="utf-8")
        pip_alone(bundle / "pip.pyz")
        for document in (*DOCUMENTS, *sorted(path.name for path in ROOT.glob("SECURITY*.md"))):
            shutil.copyfile(ROOT / document, bundle / document)
        shutil.copytree(ROOT / "docs", bundle / "docs")
        (bundle / "deploy").mkdir()
        for example in EXAMPLES:
            shutil.copyfile(ROOT / "deploy" / example, bundle / "deploy" / example)
        for script in SCRIPTS:
            shutil.copyfile(ROOT / "deploy" / script, bundle / script)
            (bundle / script).chmod(0o755)
        (bundle / "BUNDLE").write_text(f"version={version}\nfits={fits()}\n", encoding="utf-8")
        (bundle / "SHA256SUMS").write_text(checksums(bundle), encoding="utf-8")
        output.mkdir(parents=True, exist_ok=True)
        archive = output / f"{name}.tar"
        # Wheels are packed already: packing them again would cost time and save nothing.
        with tarfile.open(archive, "w") as packed:
            packed.add(bundle, name)
    return archive


def main() -> int:
    """The command behind `make bundle`."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    parser = argparse.ArgumentParser(description="one archive that installs without a network")
    parser.add_argument("--output", type=Path, default=ROOT / "dist")
    parser.add_argument("--version", default=project["version"], help="another version number than pyproject.toml's")
    parser.add_argument("--wheels", type=Path, help="take the wheels from this directory instead of the package index")
    arguments = parser.parse_args()
    archive = make(arguments.version, arguments.output.resolve(), arguments.wheels and arguments.wheels.resolve())
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    archive.with_suffix(".tar.sha256").write_text(f"{digest}  {archive.name}\n", encoding="utf-8")
    print(f"{archive} ({archive.stat().st_size / 1e6:.0f} MB)\nsha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
