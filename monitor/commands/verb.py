"""What a command is: the words it takes, and what it does."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from monitor.base.settings import Home


@dataclass(frozen=True)
class Verb:
    """``add_arguments``: declares the options on the command's own parser. ``do``: carries the command out, given the parsed
    arguments, the home, and the present moment (ISO 8601 with offset), at which everything the command writes is committed."""

    add_arguments: Callable[[argparse.ArgumentParser], None]
    do: Callable[[argparse.Namespace, Home, str], None]
