"""Who is looking, and what they may see. Accounts will come here; until then everybody at this machine is one viewer
who sees everything."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.access.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class Viewer:
    """``id`` is what downloads are bound to; ``scope`` narrows every query."""

    id: str
    scope: Scope


LOCAL = Viewer(id="local", scope=EVERYTHING)


def viewer() -> Viewer:
    """The viewer of this session. Pages ask here at every run of their script."""
    return LOCAL
