"""A number that says who or what: certificate number, psn_no, setl_id, household. What stands around it is taken away, a filler
is a blank, and what cannot be read for certain is said to be so.

The plain reference, and what is done with the few cells the fast way does not know (scrubbing.py); the SQL knows the two marks.
"""

from __future__ import annotations

import re

from monitor.intake.fillers import half_width, is_filler, plain
from monitor.intake.identity_number import check_character

#: Written in the place of a number of which characters are hidden or missing. Everybody of one mask would be one person.
MASKED = "*"
#: Written in the place of a number that cannot be had out of what stands around it, or of two of them.
UNCLEAR = "!"

#: What stands for an X, and for nothing else, at the end of 17 digits; and what does when the digits ask for an X.
_LETTER_X = "XΧХⅩ"
_LIKE_X = "×✕✖╳⨯⨉*﹡∗⁎✗✘ㄨ乂"
_HIDING = "*×✕✖╳⨯⨉﹡∗⁎✗✘?●•∙⋅·○◯◎■□▇█▓▒░▪▫◆◇⊙#※☆★_~〇"

_DESTROYED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+|[0-9]\.[0-9]+E[0-9]+|[0-9]{12,}\.0+|#[A-Z][A-Z/0_]*[!?]?")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X](?:[0-9]{2})?|[0-9]{15}")
#: Words that may stand beside one's own number. Whose else it could be (户主, 监护人, 母亲) is not among them.
_BESIDE = re.compile(
    r"中华人民共和国|中国|第?[一二]代|居民|公民|身份证?件?|证件|户口[簿本]|残疾人?证|外国人|永久居留证?|护照|港澳台?|通行证|本人|有效|新|证件?"
    r"|号码|号|码|编号|ID|CARD|NUMBER|CERTNO|NO"
)
_AROUND = re.compile(r"[\s:;,.、。()\[\]{}【】「」『』《》〈〉<>\"'“”‘’`/\\|=+\-‐‑‒–—―_&]+")
_INNER = re.compile(r"[\s\-‐‑‒–—―−]+")
_TYPED = str.maketrans("OIL", "011")
_PLAIN = re.compile(r"[0-9A-Z]+")
#: A pass with its renewals in brackets, taken apart in the SQL, which knows the type.
_RENEWED = re.compile(r"[HM][0-9]{8}\([0-9]{2}\)|[0-9]{8}\([0-9A-Z]{1,2}\)")
_MILITARY = re.compile(r"[\u4e00-\u9fff]{1,4}第?[0-9]{4,10}号?")


def certificate_number(text: str) -> str:
    """The number a cell of a certificate number holds: in half width and capitals, without anything around it.

    Empty for a filler, ``MASKED``, ``UNCLEAR``; words without any digit, and what a spreadsheet destroyed, as they stand.
    """
    cell = plain(text.strip()).upper()
    bare = "".join(cell.split())
    if _DESTROYED.fullmatch(bare):
        return bare
    if not cell or _fills_a_number(bare):
        return MASKED if len(bare) > 3 and set(bare) <= set("*?") else ""
    if _RENEWED.fullmatch(bare):
        return bare
    joined = _with_x(_INNER.sub("", cell))
    if _PLAIN.fullmatch(joined):
        return _alone(joined, cell)
    if _hides(joined):
        return MASKED
    if not any(character.isdigit() for character in cell):
        return bare
    if _MILITARY.fullmatch(joined) and not _BESIDE.search(joined.rstrip("号")):
        return joined
    return _taken_out(cell)


def _fills_a_number(bare: str) -> bool:
    """A word for nothing, one digit over and over, or the digits in their order."""
    if is_filler(bare):
        return True
    if not re.fullmatch(r"[0-9]+X?", bare):
        return False
    digits = bare.rstrip("X")
    if len(set(digits)) == 1:
        return True
    return len(digits) > 14 and (digits in "1234567890" * 3 or digits in "0987654321" * 3)


def _with_x(joined: str) -> str:
    """Seventeen digits and a sign that stands for X: with an X."""
    if len(joined) != 18 or not joined[:17].isdecimal():
        return joined
    last = joined[17]
    if last in _LETTER_X or (last in _LIKE_X and check_character(joined[:17]) == "X"):
        return joined[:17] + "X"
    return joined


def _alone(joined: str, cell: str) -> str:
    """A cell of letters and digits only, with the blanks and hyphens between them taken out."""
    if _RESIDENT.fullmatch(joined):
        return joined
    if re.fullmatch(r"[A-Z][0-9]{17}[0-9X]", joined):
        # A pupil's number is the identity number behind a G, or an L for the time being.
        return joined[1:] if joined[0] in "GL" and check_character(joined[1:18]) == joined[18] else UNCLEAR
    if re.fullmatch(r"[0-9OIL]{17}[0-9XOIL]", joined) and not joined[:17].isdecimal():
        # Letters typed for digits, where the check character bears it out.
        digits = joined.translate(_TYPED)
        return digits if check_character(digits[:17]) == digits[17] else UNCLEAR
    if re.fullmatch(r"[0-9]+X+[0-9]+X?|[0-9]+X{2,}|.*X{4,}.*", joined):
        return MASKED
    if joined.isdigit():
        # A number of which only a beginning, an end or both are given: 0017, 990101 0017.
        return MASKED if len(joined) <= 6 or joined != cell else joined
    return joined


def _hides(joined: str) -> bool:
    """Digits of which some are covered."""
    left = joined.strip("()[]【】")
    hidden = re.sub(rf"[{re.escape(_HIDING)}]|\.{{2,}}", "*", left)
    if "*" not in hidden or not re.fullmatch(r"[0-9A-Z*\u4e00-\u9fff()]*", hidden):
        return False
    words = _BESIDE.sub("", re.sub(r"\*+", "*", hidden))
    return bool(re.fullmatch(r"[A-Z]{0,3}\(?[0-9]*X?\*[0-9X*]*\)?", words))


def _taken_out(cell: str) -> str:
    """The one number among words and marks; ``UNCLEAR`` where there are others, or words that may make it somebody else's."""
    parts = [_with_x(part) for part in _AROUND.sub(" ", _BESIDE.sub(" ", cell)).split()]
    if any(_hides(part) for part in parts):
        return MASKED
    if not all(_PLAIN.fullmatch(part) for part in parts):
        return UNCLEAR
    if len(set(parts)) == 1 and (_RESIDENT.fullmatch(parts[0]) or re.fullmatch(r"[A-Z]{1,3}[0-9]{6,10}", parts[0])):
        return parts[0]
    whole = "".join(parts)
    if re.fullmatch(r"[0-9]{17}[0-9X]", whole) and check_character(whole[:17]) == whole[17]:
        return whole
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{6}[0-9A]", whole):
        # A Hong Kong number has its last digit in brackets.
        return whole
    return UNCLEAR


def identifier(text: str, masks: bool = True) -> str:
    """What a cell of another number holds: half width, nothing around it, no blanks in it. Empty for a filler; ``MASKED``.

    ``masks``: whether a star in it hides something; in a disease's code it is part of the code.
    """
    cell = plain(text.strip())
    bare = "".join(cell.split())
    if _DESTROYED.fullmatch(bare.upper()):
        return bare
    if not bare or is_filler(bare) or is_filling_digits(bare):
        return ""
    if not masks:
        return bare
    # Three or more in a row, or some within: one star before a name is no mask.
    if re.search(r"[*?●•■█▇]{3,}", bare) or re.fullmatch(r"[0-9A-Za-z]+[*●■█▇]+[0-9A-Za-z]+", bare):
        return MASKED
    return bare


def is_filling_digits(text: str) -> bool:
    """Zeros, nines, or one digit eight times and more: no number anybody was given."""
    if not text.isdecimal() or len(set(text)) != 1:
        return False
    return text[0] == "0" or len(text) >= (4 if text[0] == "9" else 8)


def name(text: str) -> str:
    """A person's name so that two ways of writing it are equal: no blanks between Chinese characters, one kind of middle dot."""
    cell = half_width(text.strip())
    if is_filler(cell):
        return ""
    cell = re.sub(r"(?<=[^\x00-\xff])\s+(?=[^\x00-\xff])", "", cell)
    return re.sub(r"(?<=[^\x00-\xff])\s*[·•‧∙⋅・･.]\s*(?=[^\x00-\xff])", "·", cell)
