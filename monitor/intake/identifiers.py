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
_LIKE_X = "×✕✖╳⨯⨉⤫☓❌❎*﹡∗⁎✗✘ㄨ乂乘叉"
_HIDING = "*×✕✖╳⨯⨉﹡∗⁎✗✘?●•∙⋅·○◯◎■□▇█▓▒░▪▫◆◇⊙#※☆★_~〇"
#: The same sign three times and more hides too, whichever it is; and so does a word for somebody.
_HIDING_ROW = re.compile(r"([^0-9A-Z\u4e00-\u9fff\s()])\1{2,}|(?<=[0-9])某+(?=[0-9X])")
#: A letter three times and more among digits: NNNN; an O, I or L may be a digit typed as a letter, and four are none.
_HIDING_LETTERS = re.compile(r"[0-9]+(?:([A-HJKMNP-Z])\1{2,}|([OIL])\2{3,})[0-9]+X?")

_DESTROYED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+|[0-9]\.[0-9]+E[0-9]+|[0-9]{12,}\.0+|#[A-Z][A-Z/0_]*[!?]?")
_RESIDENT = re.compile(r"[0-9]{17}[0-9X](?:[0-9]{2})?|[0-9]{15}")
#: Words that may stand beside one's own number. Whose else it could be (户主, 监护人, 母亲) is not among them.
_BESIDE = re.compile(
    r"中华人民共和国|中国|第?[一二]代|居民|公民|身份证?件?|证件|户口[簿本]|残疾人?证|外国人|永久居留证?|护照|港澳台?|通行证|本人|有效|新|证件?"
    r"|社会保障|社保|患者|参保人|已?(?:核实|核对|验证|确认)|号码|号|码|编号|SFZH?M?|ZJHM|GMSFHM|ID|CARD|NUMBER|CERTNO|NO"
)
#: Letters people write before their number, without anything between.
_BEFORE = re.compile(r"(?:SFZ|SFZH|SFZHM|ZJHM|ZJH|GMSFHM|ID|IDNO|IDCARD|IDCARDNO|NO|CERTNO|CN)([0-9]{17}[0-9X])")
#: What programs leave of a web page or of another program's text around a number.
_MARKUP = re.compile(r"&(?:NBSP|QUOT|APOS|AMP|#[0-9]+);|<[^<>]*>|\\[TRN]")
#: The end of a number alone: 尾号0013, 后四位0013.
_END_ONLY = re.compile(r"(?:尾号?|末|后)[0-9一二三四五六七八两]*位?(?:数|号)?:?[0-9]{2,8}X?")
_BESIDE_END = re.compile(r"^(?:居民|公民)?(?:身份证|证件)(?:号码?)?:?")
_AROUND = re.compile(r"[\s:;,.、。()\[\]{}【】「」『』《》〈〉<>\"'“”‘’`/\\|=+\-‐‑‒–—―_&√✓✔☑!%@$^´]+")
_INNER = re.compile(r"[\s\-‐‑‒–—―−]+")
#: What covers characters of other numbers.
_COVERING = "*●■█▇×✕✖○◯◎□"
#: What stands at the ends of a number and is none of it.
_ENDS = re.compile(r"^[,;:。、]+|[,;:。、.]+$")
_BRACKETS = {"(": ")", "[": "]", "【": "】", "「": "」", "{": "}", "<": ">"}
_TYPED = str.maketrans("OIL", "011")
_PLAIN = re.compile(r"[0-9A-Z]+")
#: A pass with its renewals in brackets, taken apart in the SQL, which knows the type.
_RENEWED = re.compile(r"[HM][0-9]{8}\([0-9]{2}\)|[0-9]{8}\([0-9A-Z]{1,2}\)")
_MILITARY = re.compile(r"(?=[\u4e00-\u9fff]*[字军士武警兵文职])[\u4e00-\u9fff]{1,4}第?[0-9]{4,10}号?")
_PASSPORT = re.compile(r"[A-Z]{1,3}[0-9]{6,10}")


def certificate_number(text: str) -> str:
    """The number a cell of a certificate number holds: in half width and capitals, without anything around it.

    Empty for a filler, ``MASKED``, ``UNCLEAR``; words without any digit, and what a spreadsheet destroyed, as they stand.
    """
    cell = _without_markup(plain(text.strip()).upper())
    bare = "".join(cell.split())
    if _DESTROYED.fullmatch(bare):
        return bare
    if not cell or _fills_a_number(bare):
        return MASKED if len(bare) > 3 and set(bare) <= set("*?") else ""
    if _RENEWED.fullmatch(bare):
        return bare
    if whole := _whole(cell):
        return whole
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


def _without_markup(cell: str) -> str:
    """The cell without entities, tags and escaped blanks; only where there is a number beside them, since <null> is a filler."""
    bare = _MARKUP.sub(" ", cell)
    return bare.strip() if bare != cell and sum(character.isdigit() for character in bare) >= 6 else cell


def _is_resident(number: str) -> bool:
    """Whether these are eighteen characters of a resident's number whose check character is right."""
    return bool(re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number)) and check_character(number[:17]) == number[17]


def _whole(cell: str) -> str:
    """The resident number all of whose characters stand there with nothing but signs and words of its own around and between them:
    a star, an underscore that hides none of them. Empty for any other cell; a question mark doubts what it stands beside."""
    if "?" in cell:
        return ""
    bare = re.sub(r"[^0-9A-Z\u4e00-\u9fff]", "", _BESIDE.sub("", cell))
    halves = bare[:18], bare[18:]
    return halves[0] if _is_resident(halves[0]) and halves[1] in ("", halves[0]) else ""


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
    """Seventeen digits and a sign that stands for X, the two digits of a disability behind it or none: with an X."""
    found = re.fullmatch(r"([0-9]{17})([^0-9])([0-9]{2})?", joined)
    if found and (found[2] in _LETTER_X or (found[2] in _LIKE_X and check_character(found[1]) == "X")):
        return f"{found[1]}X{found[3] or ''}"
    return joined


def _alone(joined: str, cell: str) -> str:
    """A cell of letters and digits only, with the blanks and hyphens between them taken out."""
    if re.fullmatch(r"0{1,2}[1-9][0-9]{16}[0-9X]", joined) and _is_resident(joined[-18:]):
        # Filled up with noughts to the width of a column.
        return joined[-18:]
    if _RESIDENT.fullmatch(joined):
        # A day of birth of one digit all through is hidden.
        return MASKED if len(joined) == 18 and len(set(joined[6:14])) == 1 else joined
    if found := _BEFORE.fullmatch(joined):
        return found[1]
    parts = cell.split()
    if re.fullmatch("[0-9X]{21,}", joined) or (len(parts) > 1 and all(_PASSPORT.fullmatch(part) for part in parts)):
        # Two numbers, one behind the other.
        return parts[0] if len(parts) > 1 and len(set(parts)) == 1 else UNCLEAR
    if re.fullmatch(r"[A-Z]+[0-9]{17}[0-9X]", joined):
        # A pupil's number is the identity number behind a G, or an L for the time being.
        return joined[1:] if joined[0] in "GL" and _is_resident(joined[1:]) else UNCLEAR
    if _HIDING_LETTERS.fullmatch(joined) or re.fullmatch(r"[0-9]+X+[0-9]+X?|[0-9]+X{2,}|.*X{4,}.*", joined):
        return MASKED
    if re.fullmatch(r"[0-9OIL]{17}[0-9A-Z]", joined):
        # Letters typed for digits, where the check character bears it out.
        digits = joined.translate(_TYPED)
        return digits if _is_resident(digits) else UNCLEAR
    if joined.isdigit():
        # A number of which only a beginning, an end or both are given: 0017, 990101 0017.
        return MASKED if len(joined) <= 6 or joined != cell else joined
    return joined


def _hides(joined: str) -> bool:
    """Digits of which some are covered."""
    left = joined.strip("()[]【】")
    if _END_ONLY.fullmatch(_BESIDE_END.sub("", left)):
        return True
    hidden = re.sub(rf"[{re.escape(_HIDING)}]|\.{{2,}}", "*", _HIDING_ROW.sub("*", left))
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
        few = sum(character.isdigit() for character in cell) < 6
        # So few digits are no part of anybody's number: 新生儿2 is as much a word as 新生儿.
        return "".join(re.findall(r"[\u4e00-\u9fff]", cell)) if few else UNCLEAR
    if len(set(parts)) == 1 and (_RESIDENT.fullmatch(parts[0]) or _PASSPORT.fullmatch(parts[0])):
        return parts[0]
    whole = "".join(parts)
    if re.fullmatch(r"[0-9]{17}[0-9X]", whole) and check_character(whole[:17]) == whole[17]:
        return whole
    if re.fullmatch(r"[A-Z]{1,2}[0-9]{6}[0-9A]", whole):
        # A Hong Kong number has its last digit in brackets.
        return whole
    return UNCLEAR


def identifier(text: str, masks: bool = True, names: bool = False) -> str:
    """What a cell of another number holds: half width, nothing around it, no blanks in it. Empty for a filler; ``MASKED``.

    ``masks``: whether a star in it hides something; in a disease's code it is part of the code. ``names``: whether it may be a name,
    as a household's is; elsewhere words without a letter or digit (补录中, 见备注) would make one person of everybody they stand for.
    """
    cell = plain(text.strip())
    bare = "".join(cell.split())
    if masks and (whole := re.fullmatch(r"([0-9]{1,15})\.0+", bare)):
        # A number cell of so few digits has lost none of them.
        bare = whole[1]
    if _DESTROYED.fullmatch(bare.upper()):
        return bare
    if not bare or is_filler(bare) or is_filling_digits(bare):
        return ""
    if not masks:
        return bare
    # Three or more in a row, or some within: one star before a name is no mask.
    if re.search(rf"[?•{_COVERING}]{{3,}}", bare) or re.fullmatch(rf"[0-9A-Za-z]+[{_COVERING}]+[0-9A-Za-z]+", bare):
        return MASKED
    bare = _ENDS.sub("", bare)
    if bare[:1] in _BRACKETS and bare[-1:] == _BRACKETS[bare[0]] and not any(sign in bare[1:-1] for sign in "()[]【】"):
        bare = bare[1:-1]
    if bare == "-1" or not (names or re.search("[0-9A-Za-z计总]", bare)):
        # A total's words are left for whoever tells totals.
        return ""
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
