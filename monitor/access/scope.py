"""Whose rows somebody may see: by insured district and township."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Whose rows a viewer may see: district prefixes (3710: all of 371000's) and townships; empty is all."""

    districts: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()

    def covers(self, district: str, town: str) -> bool:
        """Whether one person's rows are inside: the rule of ``casework.reading.narrowing.within``, for what is not read by SQL."""
        return (not self.districts or district.startswith(self.districts)) and (not self.towns or town in self.towns)


EVERYTHING = Scope()
#: What an account sees that was given no scope: no district begins like this.
NOWHERE = Scope(districts=("-",))
