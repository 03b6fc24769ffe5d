"""A home in which every page of the dashboard has something to show, made by the program's own functions.

Weihai's year 2025: eight people over the line whose list went to civil affairs and was answered, and others for what else there is:
identities and aid, somebody set aside, two numbers that may be one person, a settlement exported twice, the premium register.
"""

from __future__ import annotations

from pathlib import Path

from bureau import LIBRARY, Bureau, certno, settlement
from sentlist import REPLIED_AT, answer, answers, approve, opened, prepared, reply, send

from monitor.access import accounts
from monitor.access.actor import operating_system_user
from monitor.access.scope import EVERYTHING
from monitor.actions.entitlements import entitled_store
from monitor.base.vocabulary import Role
from monitor.review.duplicates import number_copies
from monitor.store.home import writing
from sample_data.inputs import FIGURES

#: What a department's file can hold besides good answers: no such answer, a conflict, another name, nobody's number, words of relief.
REPLIES = (
    answer(1, "不符合", "收入超标"), answer(2, "是", "", "低保对象", "2026-01-01", "3000", "已救助"),
    answer(3, "死亡", name="别人的名字"), answer(99, "死亡"), answer(4, "也许"), answer(5, ""), answer(6, "已认定"),
    answer(7, "已认定", "", "因病致贫重病患者", "2026-01-01"),
)
#: What an export says of a stay in hospital besides its amounts: nothing is left uncomputed for a missing column.
STAY = {
    "manl_reim_rea": "", "fixmedins_code": "H1", "fixmedins_name": "样例医院", "hosp_lv": "05", "fix_blng_admdvs": "371002", "pay_loc": "2",
    "referred": "1", "dise_codg": "", "dise_name": "", "mdtrt_id": "",
    **dict.fromkeys(("cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "oth_pay"), "0"),
}
MED_TYPES = ("11", "14", "1402", "2101", "41", "5201", "9901", "77")


def full(directory: Path) -> Bureau:
    """The home in ``directory``, its keys where MONITOR_KEYS says."""
    bureau = prepared(directory, **STAY)
    bureau.parameters("weihai-2022-15", **FIGURES)
    send(bureau.home, approve(bureau.home))
    reply(bureau.home, answers(directory / "反馈.csv", REPLIES))
    _others(bureau)
    record = bureau.run()
    entitled_store(bureau.home, record.run, LIBRARY)
    with writing(bureau.home, "test") as store:
        number_copies(store)
    with opened(bureau.home, REPLIED_AT) as (_, access):
        for role in Role:
            accounts.add(
                access, operating_system_user(), accounts.NewAccount(
                    f"test.{role.value.replace('_', '.')}", "样例", [role], None if role is Role.ADMINISTRATOR else EVERYTHING
                ), now=REPLIED_AT, where="command:accounts add",
            )
    return bureau


def _others(bureau: Bureau) -> None:
    bureau.people(
        *({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号", "town": "乙街道", "insu_admdvs": "371083"}
          for n in range(20, 30)),
        {"certno": certno(30), "psn_no": "P30", "psn_name": "样例30号", "insu_admdvs": "110101"},
        {"certno": certno(31), "psn_no": "P31", "psn_name": "样例31号", "surv_stas": "2"},
        {"certno": certno(32), "psn_no": "P32", "psn_name": "样例32号", "psn_insu_stas": "2"},
    )
    named = ("dibao", "tekun", "dibao_marginal", "illness_poor", "monitored_sudden", "other_hardship", "orphan")
    bureau.identities(
        *({"certno": certno(20 + n), "category": category} for n, category in enumerate(named)),
        {"certno": certno(20), "category": "dibao_marginal", "begin": "2025-07-01"},
        {"certno": certno(32), "category": "dibao"}, {"certno": certno(33), "category": "dibao"},
    )
    stay = {**STAY, "fulamt_ownpay_amt": "900", "preselfpay_amt": "80"}
    bureau.settlements(
        *(settlement(setl_id=f"T{n}", certno=certno(n), psn_part_amt=f"{30_000 + n}", insu_admdvs="371083", **stay) for n in range(20, 27)),
        *(settlement(setl_id=f"M{kind}", certno=certno(20), psn_part_amt="1234.56", med_type=kind, maf_pay="100", insu_admdvs="371083",
                     setl_time="2025-04-01", **stay) for kind in MED_TYPES),
        settlement(setl_id="W30", certno=certno(30), psn_part_amt="90000", insu_admdvs="110101", **stay),
        settlement(setl_id="W31", certno=certno(31), psn_part_amt="90000", **stay),
        settlement(setl_id="H1", certno=certno(21), psn_part_amt="2000", insu_admdvs="371083", **{**stay, "manl_reim_rea": "01"}),
        *(settlement(setl_id=f"J{n}", psn_no="P40", psn_name="样例甲", certno=certno(n), psn_part_amt="40000", **stay) for n in (40, 41)),
        *(settlement(setl_id=one, certno=certno(27), psn_part_amt="40000", setl_time="2025-05-05 10:23:11", **stay)
          for one in ("0127", "37100127")),
        settlement(setl_id="R1", certno=certno(28), psn_part_amt="500", **stay),
        settlement(setl_id="R2", certno=certno(28), psn_part_amt="-500", refd_setl_flag="1", init_setl_id="R1", **stay),
    )
    bureau.load("premium_support", [
        {"certno": certno(20), "psn_name": "样例20号", "year": "2025", "category": "dibao", "premium": "400", "supported": "360",
         "insured": "是", "optional_shares": ""},
        {"certno": certno(21), "psn_name": "样例21号", "year": "2025", "category": "tekun", "premium": "400", "supported": "400",
         "insured": "否", "optional_shares": ""},
    ])
    bureau.load("fund", [{"region": "371000", "year": "2025", "month": "12", "income": "30000000", "balance": "4800000",
                          "participants": "2826000", "expected_participants": "2900000"}])
    bureau.load("other_payments", [{"certno": certno(20), "psn_name": "样例20号", "paid_on": "2025-06-01", "payer": "样例保险公司",
                                    "amount": "1000", "setl_id": "T20"}])
    bureau.load("applications", [{"certno": certno(23), "psn_name": "样例23号", "category": "illness_poor", "applied_on": "2025-08-01",
                                  "outcome": "批准", "decided_on": "2025-08-20", "paper": "样例"}])
    bureau.none("case_decisions")
