"""A home whose loads were made by an earlier program: it kept whole refunds only, without a word on it, and is run like any other."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bureau import Bureau, certno, settlement

ROWS = [
    settlement(setl_id="S1", certno=certno(1), psn_part_amt="70000"),
    settlement(setl_id="S2", certno=certno(2), psn_part_amt="70000"),
    settlement(setl_id="R2", certno=certno(2), psn_part_amt="-70000", refd_setl_flag="1", init_setl_id="S2"),
]
LATER = [
    settlement(setl_id="S3", certno=certno(3), psn_part_amt="80000", setl_time="2025-04-01"),
    settlement(setl_id="R3", certno=certno(3), psn_part_amt="-80000", refd_setl_flag="1", init_setl_id="S3", setl_time="2025-04-02"),
    settlement(setl_id="S4", certno=certno(4), psn_part_amt="80000", setl_time="2025-04-01"),
]


def as_an_earlier_program_wrote(files: Iterable[Path]) -> int:
    changed = 0
    for path in files:
        kept = pq.read_table(path)
        path.chmod(0o600)
        pq.write_table(kept.drop_columns(["whole"]), path)
        changed += 1
    return changed


@pytest.mark.parametrize("mixed", [False, True])
def test_refunds_kept_by_an_earlier_program_are_whole(tmp_path: Path, home: Path, mixed: bool) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.settlements(*ROWS)
    store = bureau.store()
    assert as_an_earlier_program_wrote(store.files(list(store.manifest.of_table("settlements")), "refunded")) == 1
    if mixed:
        bureau.settlements(*LATER)
    flagged = {row["certno"] for row in bureau.alerts(bureau.run())}
    assert flagged == ({certno(1), certno(4)} if mixed else {certno(1)})
