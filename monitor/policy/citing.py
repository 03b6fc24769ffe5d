"""What a text says where, and how we read it: the small values everything encoded stands on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reading:
    """A reading taken where the text leaves room (``text``, Chinese, shown on screens), and why."""

    id: str
    text: str
    why: str


@dataclass(frozen=True)
class Cited:
    """A clause and its words, and what they set, in Chinese (``about``)."""

    about: str
    clause: str
    quote: str


@dataclass(frozen=True)
class Clause:
    """A clause with its words and the readings taken of them."""

    clause: str
    quote: str
    readings: tuple[Reading, ...]
