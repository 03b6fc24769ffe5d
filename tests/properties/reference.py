"""The rules once more, in slow and obvious Python, to hold against the SQL.

Takes rows as they stood in the files (dicts of text), in order of loading, and gives who is over which line. It shares
nothing with the program but the documents' own data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Row = Mapping[str, str]

ORDER = [
    "tekun", "orphan", "dibao", "child_in_need", "returned_to_poverty", "monitored_unstable", "monitored_marginal",
    "monitored_sudden", "dibao_marginal", "lifted_out", "illness_poor", "veteran_hardship", "severe_disability",
    "other_hardship", "ordinary",
]
FOCUS = ["monitored_unstable", "monitored_marginal", "monitored_sudden", "dibao_marginal"]
NAMED = {
    "weihai-2022-15": ["tekun", "orphan", "dibao", "returned_to_poverty", *FOCUS, "illness_poor", "other_hardship"],
    "hebei-city-2022": ["tekun", "dibao", "returned_to_poverty", *FOCUS, "lifted_out", "illness_poor", "other_hardship"],
    "dongyang-2020-24": ["tekun", "dibao", "child_in_need", "dibao_marginal", "illness_poor", "veteran_hardship",
                         "severe_disability", "other_hardship"],
}


@dataclass
class Rule:
    kind: str
    categories: Sequence[str]
    threshold: Decimal
    scheme: str = ""
    in_policy: bool = False


def rules(document: str, benchmark: Decimal) -> list[Rule]:
    """The three kinds of standard, typed here from the texts a second time."""
    if document == "weihai-2022-15":
        return [
            Rule("return_to_poverty", FOCUS, benchmark * Decimal("0.5")),
            Rule("poverty_due_to_illness", ["ordinary"], benchmark * Decimal("1.5")),
        ]
    if document == "hebei-city-2022":
        return [
            Rule("return_to_poverty", FOCUS, benchmark * Decimal("0.5")),
            Rule("poverty_due_to_illness", ["ordinary"], benchmark, scheme="39"),
        ]
    return [Rule("high_expense", [*NAMED[document], "ordinary"], Decimal(20000), in_policy=True)]


@dataclass
class Facts:
    """Everything loaded, in order."""

    settlements: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    identities: list[Row] = field(default_factory=list)


def current(rows: Sequence[Row], key: Sequence[str]) -> list[Row]:
    """The last version of each key, in the order those were loaded."""
    latest: dict[tuple[str, ...], Row] = {}
    for row in rows:
        identifier = tuple(row[name] for name in key)
        # An equal row again is a duplicate: the version there is keeps its place.
        if latest.get(identifier) != row:
            latest.pop(identifier, None)
            latest[identifier] = row
    return list(latest.values())


AMOUNTS = ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")


def counted(settlements: Sequence[Row]) -> list[Row]:
    """The settlements that count: current, valid, not flagged, not given back; what is left of those given back in part; and
    reversals that do not say what they give back, where it cannot be told."""
    rows = current(settlements, ("setl_id", "insu_admdvs"))
    valid = [row for row in rows if row["vali_flag"] != "0"]
    reversals: dict[tuple[str, str], list[Row]] = {}
    for row in valid:
        if row["refd_setl_flag"] == "1" and row["init_setl_id"] and row["init_setl_id"] != row["setl_id"]:
            reversals.setdefault((row["init_setl_id"], row["insu_admdvs"]), []).append(row)
    keys = {(row["setl_id"], row["insu_admdvs"]) for row in rows}
    named = {(row["setl_id"], row["insu_admdvs"]) for name, named in reversals.items() if name in keys for row in named}
    found = []
    for row in rows:
        key = (row["setl_id"], row["insu_admdvs"])
        if key in named:
            continue  # a reversal of something there is: part of that
        if key in reversals:
            left = remaining(row, reversals)
            found += [left] if left and row["vali_flag"] != "0" else []
        elif counts_by_itself(row):
            found.append(row)
    loose, gone = loose_ones(valid, {key: named for key, named in reversals.items() if key in keys})
    return [row for row in found if not any(row is one for one in gone)] + loose


def burden(row: Row) -> Decimal:
    return Decimal(row["psn_part_amt"]) + Decimal(row["maf_pay"])


def given(row: Row) -> Decimal:
    """Which way a row's money goes."""
    return burden(row) or Decimal(row["medfee_sumamt"] or 0)


def is_whole(original: Row, reversal: Row) -> bool:
    if burden(reversal) or not burden(original):
        return abs(burden(reversal)) >= abs(burden(original))
    totals = [Decimal(row["medfee_sumamt"] or 0) for row in (original, reversal)]
    nothing = not totals[1] and not Decimal(reversal["fund_pay_sumamt"] or 0)
    return nothing or (bool(totals[0]) and abs(totals[1]) >= abs(totals[0]))


def remaining(original: Row, reversals: Mapping[tuple[str, str], Sequence[Row]]) -> Row | None:
    """What is left of an original, as a settlement of its time; None where nothing is."""
    def below(row: Row) -> list[Row]:
        return list(reversals.get((row["setl_id"], row["insu_admdvs"]), ()))

    if original["refd_setl_flag"] == "1" and original["init_setl_id"]:
        return None
    if all(is_whole(original, one) and not below(one) for one in below(original)):
        return None
    total = {name: Decimal(0) for name in AMOUNTS}

    def add(row: Row, direction: int, factor: int, seen: Sequence[Row], seconds: set[tuple[str, ...]]) -> None:
        for name in AMOUNTS:
            total[name] += factor * Decimal(row[name])
        shown: set[tuple[str, ...]] = set()
        for child in below(row):
            if any(child is one for one in seen) or child is row:
                continue
            mark = tuple(child[name] for name in ("setl_time", "psn_part_amt", "maf_pay", "medfee_sumamt"))
            if " " in child["setl_time"] and mark in shown:
                continue
            shown.add(mark)
            same = direction != 0 and sign(given(child)) == direction
            add(child, -direction, -1 if same else 1, [*seen, row], shown)

    add(original, sign(given(original)), 1, [], set())
    left = (total["psn_part_amt"] + total["maf_pay"]) * sign(burden(original))
    if left <= 0:
        return None
    amounts = original if left > abs(burden(original)) else total
    return {**original, **{name: str(amounts[name]) for name in AMOUNTS}}


def sign(amount: Decimal) -> int:
    return (amount > 0) - (amount < 0)


def loose_ones(
    valid: Sequence[Row], reversals: Mapping[tuple[str, str], Sequence[Row]]
) -> tuple[list[Row], list[Row]]:
    """Reversals that name nobody and, by person and amounts, cannot be told to give back one settlement: they count with their
    sign. Those that can take it away: it is removed from what counts."""
    loose = [row for row in valid if row["refd_setl_flag"] == "1" and not row["init_setl_id"] and given(row) < 0
             and (row["setl_id"], row["insu_admdvs"]) not in reversals]
    found, gone = [], []
    for mark in {bucket(row) for row in loose}:
        own = sorted((row for row in loose if bucket(row) == mark), key=lambda row: row["setl_time"])
        originals = [
            row for row in valid
            if not row["init_setl_id"] and (row["setl_id"], row["insu_admdvs"]) not in reversals and Decimal(row["psn_part_amt"]) >= 0
            and any(gives_back(one, row) for one in own)
        ]
        flagged = [row for row in originals if row["refd_setl_flag"] == "1"]
        unflagged = [row for row in originals if row["refd_setl_flag"] != "1"]
        left = own[len(flagged):]
        if len(left) >= len(unflagged):
            gone += unflagged if left else []
            left = left[len(unflagged):]
        found += left
    return found, gone


def bucket(row: Row) -> tuple[str, Decimal, Decimal]:
    return row["psn_no"], Decimal(row["psn_part_amt"]), Decimal(row["maf_pay"])


def gives_back(reversal: Row, row: Row) -> bool:
    same = all(Decimal(row[name] or 0) == -Decimal(reversal[name] or 0) for name in ("psn_part_amt", "maf_pay", "medfee_sumamt"))
    return same and row["psn_no"] == reversal["psn_no"] and row["setl_time"][:10] <= reversal["setl_time"][:10]


def counts_by_itself(row: Row) -> bool:
    return row["vali_flag"] != "0" and row["refd_setl_flag"] != "1"


@dataclass(frozen=True)
class Over:
    """One expected alert."""

    kind: str
    certno: str
    category: str
    burden: Decimal
    excess: Decimal
    crossed_on: str
    crossing_setl_id: str


def amount(row: Row, in_policy: bool) -> Decimal:
    value = Decimal(row["psn_part_amt"]) + Decimal(row["maf_pay"])
    if in_policy:
        value -= sum(Decimal(row[name]) for name in ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"))
    return value


def key_of(row: Row) -> str:
    """What a row is stored under: its number, else its psn_no."""
    return row["certno"] or f"psn_no {row['psn_no']}"


def same_people(facts: Facts, decided: Mapping[tuple[str, str], bool] | None = None) -> dict[str, str]:
    """The person of every key the files ever showed: a number, or "psn_no …". The rows of the register come first, then settlements.

    ``decided``: an officer's word on two keys, that they are one person or are not.
    """
    words = {frozenset(pair): together for pair, together in (decided or {}).items()}
    register = {row["psn_no"]: row["certno"] for row in current(facts.people, ("psn_no",)) if row["psn_no"]}
    registered = set(register.values()) | {row["certno"] for row in current(facts.people, ("psn_no",))}
    first: dict[str, int] = {}
    names: dict[tuple[str, str], set[str]] = {}
    for place, row in enumerate([*facts.people, *facts.settlements]):
        first.setdefault(key_of(row), place)
        if row["psn_no"]:
            names.setdefault((row["psn_no"], key_of(row)), set()).update({row["psn_name"]} - {""})

    def agree(psn_no: str, one: str, other: str) -> bool:
        its, others = names[psn_no, one], names[psn_no, other]
        return not its or not others or bool(its & others)

    groups = {key: {key} for key in first}

    def bring_together(links: Sequence[tuple[str, str]]) -> dict[str, set[str]]:
        found = {key: set(group) for key, group in groups.items()}
        for one, other in links:
            both = found[one] | found[other]
            for key in both:
                found[key] = both
        return found

    by_word = [tuple(pair) for pair, together in words.items() if together]
    by_register = []
    for psn_no, _ in {(psn_no, ""): None for psn_no, _ in names}:
        keys = [key for its, key in names if its == psn_no]
        numbers, right = [key for key in keys if not key.startswith("psn_no ")], register.get(psn_no, "")
        for number in numbers:
            if (
                right and number != right and len(numbers) <= 6 and number not in registered and agree(psn_no, number, right)
                and frozenset((number, right)) not in words and not speak_against(number, right)
            ):
                by_register.append((number, right))
    joined = bring_together([*by_word, *by_register])
    apart = [pair for pair, together in words.items() if not together]
    torn = [joined[min(pair)] for pair in apart if pair <= joined[min(pair)]]
    joined = bring_together([*by_word, *(link for link in by_register if not any(link[0] in group for group in torn))])
    person = {
        key: min(group, key=lambda one: (one not in registered, one.startswith("psn_no "), is_wrong(one), -first[one]))
        for key, group in joined.items()
    }
    resolved = dict(person)
    for key in first:
        psn_no = key.removeprefix("psn_no ")
        if psn_no == key or len(joined[key]) > 1:
            continue
        numbers = [one for its, one in names if its == psn_no and one != key]
        if register.get(psn_no):
            resolved[key] = person.get(register[psn_no], register[psn_no])
        elif (
            len({person[one] for one in numbers}) == 1 and any(agree(psn_no, key, one) for one in numbers)
            and not any(frozenset((key, one)) in words for one in numbers)
        ):
            resolved[key] = person[numbers[0]]
    return resolved


def speak_against(one: str, other: str) -> bool:
    """Whether two numbers, both without a mistake, say another day of birth or another sex."""
    if is_wrong(one) or is_wrong(other):
        return False
    born = [number[6:14] if len(number) == 18 else number[7:13] if is_old_card(number) else "" for number in (one, other)]
    length = min(map(len, born))
    sexes = {int(number[16]) % 2 for number in (one, other) if len(number) == 18}
    return bool(length and born[0][-length:] != born[1][-length:]) or len(sexes) == 2


def is_old_card(number: str) -> bool:
    return len(number) == 15 and number[:3].isalpha()


def is_wrong(number: str) -> bool:
    """Whether the last character of eighteen is wrong: counted from the right, digits by powers of two leave 1."""
    if len(number) != 18 or number.startswith("psn_no "):
        return False
    digits = [10 if digit == "X" else int(digit) for digit in number]
    return sum(digit * 2 ** (17 - place) for place, digit in enumerate(digits)) % 11 != 1


def by_person(facts: Facts, as_of: date) -> dict[str, list[Row]]:
    """Each person's settlements that count, from the year's beginning to the day."""
    person = same_people(facts)
    found: dict[str, list[Row]] = {}
    for row in counted(facts.settlements):
        if in_year(row, as_of):
            found.setdefault(person[key_of(row)], []).append(row)
    return found


def in_year(row: Row, as_of: date) -> bool:
    return date(as_of.year, 1, 1) <= date.fromisoformat(row["setl_time"][:10]) <= as_of


def assess(facts: Facts, document: str, as_of: date, benchmark: Decimal, region: str) -> list[Over]:
    """Everybody over a line, sorted by kind, excess descending, certno."""
    register = {row["psn_no"]: row for row in current(facts.people, ("psn_no",))}
    people = same_people(facts)
    found = []
    for person, rows in by_person(facts, as_of).items():
        rows.sort(key=lambda row: (row["setl_time"], row["setl_id"].encode()))
        own = [row for row in register.values() if people[key_of(row)] == person]
        insured = [row for row in own if row["psn_insu_stas"] == "1"] or own
        scheme = insured[-1]["insutype"] if insured else rows[-1]["insutype"]
        district = insured[-1]["insu_admdvs"] if insured else rows[-1]["insu_admdvs"]
        if any(row["surv_stas"] == "2" for row in own) or not district.startswith(region):
            continue
        listed = [{**row, "certno": people.get(row["certno"], row["certno"])} for row in facts.identities]
        categories = in_force(listed, person, as_of, NAMED[document])
        for rule in rules(document, benchmark):
            fitting = [category for category in categories if category in rule.categories]
            if not fitting or not scheme.startswith(rule.scheme):
                continue
            running, crossing = Decimal(0), None
            for row in rows:
                running += amount(row, rule.in_policy)
                if running > rule.threshold and crossing is None:
                    crossing = row
            if running > rule.threshold and crossing is not None:
                certno = "" if person.startswith("psn_no") else person
                found.append(Over(rule.kind, certno, fitting[0], running, running - rule.threshold,
                                  crossing["setl_time"][:10], crossing["setl_id"]))
    return sorted(found, key=lambda one: (one.kind, -one.excess, one.certno))


def in_force(identities: Sequence[Row], person: str, as_of: date, named: Sequence[str]) -> list[str]:
    """The person's named categories in force on the day, in the table's order; ordinary where there is none."""
    found = set()
    for row in current(identities, ("certno", "category", "begin")):
        if row["certno"] != person or row["category"] not in named:
            continue
        begun = date.fromisoformat(row["begin"]) <= as_of
        not_ended = not row["end"] or date.fromisoformat(row["end"]) >= as_of
        eliminated = row["category"].startswith("monitored_") and row["risk_eliminated"] == "是"
        if begun and not_ended and not eliminated:
            found.add(row["category"])
    return sorted(found, key=ORDER.index) or ["ordinary"]
