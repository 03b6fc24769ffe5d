"""The life of a case, as an officer reads it: what leads where, who may do it, how it comes about, what it takes.

tests/spec holds the program against this table; the life of a case as a whole is held against it in tests/properties.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.spec.tables import read_table

LIFE = read_table("""
    | act              | from                                                                                                    | to              | who                   | how      | needs          |
    |------------------|---------------------------------------------------------------------------------------------------------|-----------------|-----------------------|----------|----------------|
    | review           | new                                                                                                     | under_review    | officer               | hand     |                |
    | exclude          | under_review ready                                                                                      | excluded        | officer               | hand     | reason remark  |
    | restore          | excluded                                                                                                | under_review    | officer               | hand     |                |
    | mark_ready       | under_review                                                                                            | ready           | officer               | hand     |                |
    | send_back        | ready                                                                                                   | under_review    | officer               | hand     |                |
    | send             | ready                                                                                                   | sent            | approver              | pack     |                |
    | recall           | sent                                                                                                    | ready           | approver              | pack     |                |
    | receive          | sent                                                                                                    | received        | officer data_manager  | pack     |                |
    | accept           | sent received back_under not_recognised unreachable                                                     | accepted        | officer data_manager  | hand     | category       |
    | refuse           | sent received back_under unreachable                                                                    | not_recognised  | officer data_manager  | hand     | reason         |
    | find_covered     | sent received back_under under_review not_recognised unreachable                                        | already_covered | officer data_manager  | hand     |                |
    | find_unreachable | sent received back_under                                                                                | unreachable     | officer data_manager  | hand     |                |
    | find_deceased    | new under_review ready sent received back_under accepted not_recognised already_covered unreachable relief_arranged | deceased | officer data_manager | hand run |              |
    | arrange_relief   | accepted already_covered not_recognised                                                                 | relief_arranged | officer               | hand     | relief         |
    | clear            | sent received                                                                                           | back_under      |                       | run      |                |
    | close            | accepted not_recognised already_covered deceased unreachable relief_arranged back_under                 | closed          | officer               | hand     | reason         |
    | reopen           | not_recognised unreachable back_under closed                                                            | under_review    | officer               | hand run | remark         |
    | reopen           | deceased relief_arranged already_covered accepted                                                       | under_review    | officer               | hand     | remark         |
""")
MEANT = {(source, row["act"]): row for row in LIFE for source in row["from"].split()}
#: What makes each act complete, whether it is possible or not.
COMPLETE: dict[str, dict[str, Any]] = {
    "exclude": {"reason": "data_error", "remark": "核对过"}, "refuse": {"reason": "income"}, "accept": {"category": "dibao"},
    "close": {"reason": "other", "remark": "核对过"}, "reopen": {"remark": "核对过"},
    "arrange_relief": {"relief_kind": "temporary", "relief_fen": 500_00, "relief_on": date(2026, 5, 8)},
}
