"""The resident identity number (GB 11643-1999) in plain Python: the reference the SQL is tested against.

Eighteen characters: six digits of region, eight of birth, three of order, one check character by ISO 7064 MOD 11-2.
Fifteen-digit numbers of the old form lack the century and the check character. A disability certificate's number has
twenty: the eighteen, then one digit of kind and one of degree.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

#: 2 ** (17 - place) modulo 11 for the 17 places from the left.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

#: The check character by the weighted sum modulo 11.
CHECK_CHARACTERS = "10X98765432"

#: First two digits that are no mistake: provinces, Hong Kong, Macao and Taiwan residents, permanent residents from abroad,
#: and 99, which is nobody's and marks sample data.
PROVINCES = frozenset(
    (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83, 91, 99)
)

#: What a spreadsheet writes where a formula found nothing: no number, though it stands in a number's place.
SHEET_ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#ERROR!", "#GETTING_DATA")
)


def check_character(first17: str) -> str:
    """The 18th character for the first 17 digits. ValueError when they are not 17 digits."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("17 digits wanted")
    return CHECK_CHARACTERS[sum(int(digit) * weight for digit, weight in zip(first17, WEIGHTS, strict=True)) % 11]


def normalise(text: str) -> tuple[str, tuple[str, ...]]:
    """The normal form of a certificate number and its flags (ids of ``checks.FLAGS``; ``destroyed_number`` is a reason).

    For a person whose certificate type is the resident identity card or is not given. The number comes back as written,
    half width and upper case, when it is none of the three forms.
    """
    folded = unicodedata.normalize("NFKC", text).strip(" \t'‘’`")
    written = re.sub(r"\s+", "", folded).upper()
    if re.fullmatch(r"[0-9](\.[0-9]+)?E\+[0-9]+|[0-9]\.[0-9]+E[0-9]+|[0-9]{12,}\.0+", written) or written in SHEET_ERRORS:
        return written, ("destroyed_number",)
    flags: list[str] = []
    if re.fullmatch(r"[0-9]{17}[0-9X]([0-9]{2})?", written):
        number = written[:18]
        if check_character(number[:17]) != number[17]:
            if written.endswith("000"):
                return number, ("destroyed_number",)
            flags.append("wrong_checksum")
    elif re.fullmatch(r"[0-9]{15}", written) and _is_day("19" + written[6:12]):
        number = written[:6] + "19" + written[6:]
        number += check_character(number)
        flags.append("converted_from_15")
    else:
        # Hong Kong and Macao residents' pass: two digits behind its number count the renewals.
        without = re.fullmatch(r"([HM][0-9]{8})([0-9]{2}|\([0-9]{2}\))", written)
        return without[1] if without else written, ("not_resident_number",) if written else ()
    if not _is_day(number[6:14]):
        flags.append("impossible_birth_date")
    if int(number[:2]) not in PROVINCES:
        flags.append("unknown_region_prefix")
    return number, tuple(flags)


def shorter_pass(number: str) -> str:
    """What a number is without the two digits behind it, were it a Taiwan resident's pass: eight digits; "" for any other number.

    Only the certificate's type tells such a pass from another paper of ten digits, and who comes with a number from outside has none.
    """
    found = re.fullmatch(r"([0-9]{8})(?:[0-9]{2}|\([0-9A-Z]{1,2}\))", number)
    return found[1] if found else ""


def _is_day(digits: str) -> bool:
    try:
        day = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    return dt.date(1850, 1, 1) <= day <= dt.date(2100, 12, 31)


def is_unsound(number: str) -> bool:
    """Whether a number in its normal form has eighteen characters and cannot be anybody's: its check character is wrong, or the
    day of birth is none."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return False
    return check_character(number[:17]) != number[17] or not _is_day(number[6:14])


def contradictions(one: str, other: str) -> tuple[str, ...]:
    """What two numbers in their normal forms say differently of their people: of "birth" and "sex".

    Eighteen digits hold birth and sex, the old card of a permanent resident from abroad (three letters, twelve digits) a day of
    birth without its century; other papers say nothing.
    """
    (born, sex), (other_born, other_sex) = _said(one), _said(other)
    shortest = min(len(born), len(other_born))
    differs = []
    if shortest and born[-shortest:] != other_born[-shortest:]:
        differs.append("birth")
    if sex and other_sex and sex != other_sex:
        differs.append("sex")
    return tuple(differs)


def _said(number: str) -> tuple[str, str]:
    """Day of birth (eight digits, six without the century) and sex of a number; "" where it does not say."""
    if re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return number[6:14], "male" if int(number[16]) % 2 else "female"
    if re.fullmatch(r"[A-Z]{3}[0-9]{12}", number):
        return number[7:13], ""
    return "", ""
