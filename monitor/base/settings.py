"""Where things lie: the home of one bureau's installation, its keys, the documents.

Everything a bureau owns is below one home directory (``--home`` or MONITOR_HOME). The keys are not: they live in the
user's configuration directory, named by the home's id, so that a copied home alone is unreadable.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Home:
    """The directories and files of one installation. Nothing here creates them; ``store`` does."""

    path: Path

    @property
    def manifest(self) -> Path:
        """The one commit point: what it does not name does not exist."""
        return self.path / "manifest.json"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def spill(self) -> Path:
        """DuckDB's overflow; emptied by the next writer after a crash."""
        return self.path / "spill"

    @property
    def runs(self) -> Path:
        return self.path / "runs"

    @property
    def entitled(self) -> Path:
        """What people are due under a run's document, a directory a run."""
        return self.path / "entitled"

    @property
    def tables(self) -> Path:
        """The bureau's own copies of editable tables (category codes, med_type groups); they win over the shipped ones."""
        return self.path / "tables"

    @property
    def referral(self) -> Path:
        """The bureau's own layouts of lists to departments; they win over the shipped ones."""
        return self.path / "referral"

    @property
    def access_rules(self) -> Path:
        """The bureau's own rules of signing in, where it has any."""
        return self.path / "access.toml"

    @property
    def audit_head(self) -> Path:
        """The last entry of the audit, remembered outside the database."""
        return self.path / "audit.head"

    @property
    def database_url(self) -> str:
        """The case database: SQLite in the home unless MONITOR_DATABASE_URL names a PostgreSQL."""
        return os.environ.get("MONITOR_DATABASE_URL") or f"sqlite:///{self.path / 'casework.sqlite'}"


def home_from(argument: str | None) -> Home:
    """The home named on the command line, else MONITOR_HOME, else ``~/monitor-home``."""
    chosen = argument or os.environ.get("MONITOR_HOME") or str(Path.home() / "monitor-home")
    return Home(Path(chosen).expanduser().resolve())


def keys_directory() -> Path:
    """Where keys are kept: MONITOR_KEYS, else the user's configuration directory."""
    named = os.environ.get("MONITOR_KEYS")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "monitor" / "keys"


def policies_directory() -> Path:
    """The encoded documents: beside the packages, in a checkout and in an installation alike."""
    return Path(os.environ.get("MONITOR_POLICIES") or ROOT / "policies")
