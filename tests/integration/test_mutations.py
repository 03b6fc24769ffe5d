"""Five hundred random changes to each import format: none ends in anything but rows or a refusal, none loses a line.

`make fuzz` does the same ten thousand times over; tests/fuzzing.py has what is changed and how it is counted again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import FORMATS, TRIES, fuzz

SEED = 20261122

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("form", FORMATS)
def test_changed_at_random(form: str, tmp_path: Path) -> None:
    found = fuzz(SEED, form, range(TRIES), tmp_path, loaded=50)
    assert found.wrong == []
    assert found.tried == sum(found.ended.values()) == TRIES
    # Neither all refused at the door nor all read: the changes go where they hurt.
    assert found.ended["refused"] > TRIES // 10 and found.ended["read whole"] > TRIES // 10
    assert found.rows["accepted"] > TRIES // 10 and found.rows["rejected"] > TRIES // 10
