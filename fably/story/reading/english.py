"""Numbers, dates and abbreviations as an English storyteller reads them."""

import re
from re import Match

from fably.story.reading.english_numbers import ONES, cardinal, number, ordinal, plural, year
from fably.story.reading.english_words import AFTER_A_NAME, BEFORE_A_NAME, KINGS, MONEY, MONTHS, PHRASES, SAINTS, TITLES, UNITS
from fably.story.reading.rules import PIECES, Rule, by_digits, by_groups, odd_digits, read, roman, sums, with_full_stop

_N = r"(?:\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?:\.\d+)?"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)}|(?:{'|'.join(one[:3] for one in MONTHS if one != 'May')}|Sept)\b\.?)"
_DAY = r"(?P<day>(?:0?[1-9]|[12]\d|3[01]))"
_YEAR = r"(?P<year>[12]\d{3})"
_PHONE = r"\+\d[\d -]{6,}\d|0\d{2,5}(?:[ -]\d{2,6})+|\d{3}[ -]\d{4}|(?:\d{3}-){2}\d{4}"
_UNIT = "|".join(re.escape(one) for one in sorted(set(UNITS) - {"s"}, key=len, reverse=True))  # 3s are threes, 3 s are seconds
_SUM = {"+": "plus", "=": "equals", "×": "times", "x": "times", "*": "times", "÷": "divided by"}
_PARTS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def _king(found: Match[str]) -> str | None:
    place = roman(found["place"])
    if place is None or (place in (1, 5, 10) and not found["title"]):  # when Henry I think of
        return None
    return f"{found['title'] or found['name']} the {ordinal(place).capitalize()}"


def _date(day: int, month: str, its_year: str | None) -> str:
    return f"{ordinal(day)} of {month}" + (f" {year(int(its_year))}" if its_year else "")


def _figures(found: Match[str]) -> str | None:
    """21/11/2026, and 11/21/2026 where there is no other way to read it."""
    day, month = int(found["day"]), int(found["month"])
    if month > 12 >= day:
        day, month = month, day
    return "the " + _date(day, MONTHS[month - 1], found["year"]) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _month(written: str) -> str:
    return next(one for one in MONTHS if one.startswith(written[:3]))


def _day_month(found: Match[str]) -> str:
    return (found["the"] or "the ") + _date(int(found["day"]), _month(found["month"]), found["year"])


def _month_day(found: Match[str]) -> str:
    said = f"{_month(found['month'])} the {ordinal(int(found['day']))}"
    return f"{said}, {year(int(found['year']))}" if found["year"] else said


def _clock(found: Match[str]) -> str | None:
    """7:30, 7.30 pm, 20:30, 12:00."""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()
    if hour > 24 or minute > 59 or (half and not 1 <= hour <= 12):
        return None
    if not half and (hour > 12 or hour == 0):
        if minute == 0 and hour in (0, 24):
            return "midnight"
        half, hour = ("p" if 12 < hour < 24 else "a"), hour % 12 or 12
    minutes = "" if not minute else f" oh {ONES[minute]}" if minute < 10 else f" {cardinal(minute)}"
    if half:
        ends = found.string[found.end() : found.end() + 1] == "."
        return f"{ONES[hour]}{minutes} {half}.m{'' if ends else '.'}"
    return ONES[hour] + (minutes or " o'clock")


def _money(found: Match[str]) -> str:
    one, many, cent, cents = MONEY[found["sign"] or found["behind"]]
    written = found["much"]
    if found["to"]:
        return f"{number(written)} to {number(found['to'])} {many}"
    if found["size"]:
        return f"{number(written)} {found['size']} {many}"
    whole, _point, small = written.replace(",", "").partition(".")
    if len(small) == 2 and int(small):
        change = cardinal(int(small))
        if not whole.strip("0"):
            return f"{change} {cent if int(small) == 1 else cents}"
        return f"{number(whole)} {one if whole == '1' else many} {change}"
    said = number(written.split(".")[0] if not small.strip("0") else written)
    return f"{said} {one if said == 'one' else many}"


def _unit(found: Match[str]) -> str:
    one, many = UNITS[found["unit"].replace(" ", "")]
    said = number(found["much"])
    return f"{said} {one if said == 'one' else many}"


def _part(above: int, below: int) -> str:
    if below in (0, 1) or below > 100 or above >= below:
        return f"{cardinal(above)} over {cardinal(below)}"
    one, many = _PARTS.get(below) or (ordinal(below), f"{ordinal(below)}s")
    return f"{cardinal(above)} {one if above == 1 else many}"


def _fraction(found: Match[str]) -> str | None:
    above, below = PIECES[found["piece"]] if found["piece"] else (int(found["above"]), int(found["below"]))
    if (above, below) == (24, 7):
        return "twenty-four seven"
    if not found["whole"] and 13 <= above <= 31 and 1 <= below <= 12:
        return f"the {ordinal(above)} of {MONTHS[below - 1]}"
    said = _part(above, below)
    return f"{number(found['whole'])} and {re.sub('^one ', 'a ', said)}" if found["whole"] else said


def _years(found: Match[str]) -> str | None:
    count = int(found["year"])
    if found["many"]:
        return plural(year(count))
    things = found["things"] is not None and not found["when"]  # 1984 apples
    return (found["when"] or "") + (cardinal(count) if things or (count < 1_100 and not found["when"]) else year(count))


def _phrase(found: Match[str]) -> str | None:
    said = PHRASES.get(f"{found[0].lower().rstrip('.')}.")  # ıe. is none, though it looks so to a pattern that ignores case
    return said and with_full_stop(found, said)


def _street(found: Match[str]) -> str | None:
    """Elm St, but not: said Dr. Fox."""
    if found["kind"] == "Dr" and re.match(r" [A-Z]", found.string[found.end() :]):
        return None
    if found["name"].strip() in ("Saint", *BEFORE_A_NAME.values()):
        return None
    begins = re.search(r"(?:^|[.!?…]|[\"'“‘(])\s*$", found.string[: found.start()])
    if found["kind"] == "St" and begins and re.match(r" [A-Z]", found.string[found.end() :]):  # Visit St. Mungo
        return None
    return with_full_stop(found, found["name"] + AFTER_A_NAME[found["kind"]])


_RULES: tuple[Rule, ...] = (
    (re.compile(rf"\b{_YEAR}-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)\b"), _figures),
    (re.compile(rf"\b(?P<day>\d\d?)([/.])(?P<month>\d\d?)\2{_YEAR}\b"), _figures),
    (re.compile(rf"(?P<the>\b[Tt]he )?(?<![\w.,]){_DAY}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?!\w)(?:,? {_YEAR}\b)?"), _day_month),
    (re.compile(rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?\b(?![.,:]?\d)(?:,? {_YEAR}\b)?"), _month_day),
    (re.compile(rf"(?<![\w.,])(?:{_PHONE})(?!\w)"), lambda found: by_digits(found[0], ONES)),
    by_groups(number),
    *sums("minus", _SUM),
    (re.compile(r"(?<=\d)[-–—](?=[$£€]?\d)"), lambda _found: " to "),
    (re.compile(r"(?<![\d:.,])(?P<hour>\d\d?)(?:[:.](?P<minute>\d\d))? ?(?P<half>[aApP])(?:\.[mM]\b\.?|[mM]\b)"), _clock),
    (re.compile(r"(?<![\d:.,])(?P<hour>\d\d?):(?P<minute>\d\d)(?P<half>)(?![\d:])"), _clock),
    (re.compile(r"(?<=\b[Aa]t )(?P<hour>\d\d?)\.(?P<minute>[0-5]\d)(?P<half>)(?![\d:,%]| ?(?:km|kg|cm|m)\b)"), _clock),
    (re.compile(r"(?<![\d:])\d+(?::\d\d){2,}"), lambda found: " ".join(number(one.lstrip("0") or "0") for one in found[0].split(":"))),
    (re.compile(r"(?<=\d):(?=\d)"), lambda _found: " to "),
    (re.compile(r"(?<=\d),(?=\d)(?!(?<!\d{4},)\d{3}(?!\d))"), lambda _found: ", "),
    (
        re.compile(rf"(?P<sign>[$£€₺]) ?(?P<much>{_N})(?: to [$£€₺]?(?P<to>{_N}))?(?: (?P<size>thousand|million|billion)\b)?(?P<behind>)"),
        _money,
    ),
    (re.compile(rf"(?P<sign>)(?P<to>)(?P<size>)(?<![\d.,])(?P<much>{_N}) ?(?P<behind>[$£€₺])"), _money),
    (re.compile(r"(?:\b[Nn]o\. ?|№ ?|#)(?=\d)"), lambda _found: "number "),
    (re.compile(r"\b[Nn]os\. ?(?=\d)"), lambda _found: "numbers "),
    (
        re.compile(r"(?<![\d.,/])(?:(?P<whole>\d+) ?)?(?:(?P<piece>[½¼¾⅓⅔])|(?<![\d])(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d/]))"),
        _fraction,
    ),
    (re.compile(r"(?P<whole>)(?P<piece>[½¼¾⅓⅔])"), _fraction),
    (
        re.compile(r"(?<![\d.,])(\d{1,3}(?:,\d{3}){1,4}|\d{1,15})(?:st|nd|rd|th)\b", re.IGNORECASE),
        lambda found: ordinal(int(found[1].replace(",", ""))),
    ),
    (re.compile(r"(?<![\w.])[-−](?=\.?\d)"), lambda _found: "minus "),
    (
        re.compile(rf"(?<![\d.,])(?P<much>{_N})[ -]?(?P<unit>{_UNIT}|° [CF]|(?<= )s)(?!\w|['’]\w)"),
        _unit,
    ),
    (
        re.compile(
            r"(?P<when>\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Tt]ill|[Bb]y|[Ff]rom|[Yy]ear|[Dd]uring|[Bb]efore|[Aa]fter|[Tt]he|[Oo]f) )?"
            r"(?<![\d.,\w])(?P<year>1[1-9]\d\d|20\d\d|10[1-9]\d)(?:['’]?(?P<many>s)\b|(?![\w]|[.,]\d))"
            r"(?P<things>(?= (?!(?:was|is|has|does|as|its|this)\b)[a-z]+s\b))?"
        ),
        _years,
    ),
    (re.compile(r"['’]?(?<![\d.,\w])(?P<tens>[2-9]0)['’]?s\b"), lambda found: plural(cardinal(int(found["tens"])))),
    (re.compile(r"(?<![\d.,\w])(\d\d?)s\b"), lambda found: plural(cardinal(int(found[1])))),
    (re.compile(r"(?<![\d.,])\d+(?:\.\d+){2,}"), lambda found: " point ".join(number(one) for one in found[0].split("."))),
    (re.compile(rf"(?<![\d.]){_N}|(?<![\w.])\.\d+|\d+"), lambda found: number(found[0])),
    odd_digits(ONES, {"²": "squared", "³": "cubed"}),
    (re.compile(r" ?& ?"), lambda _found: " and "),
    (re.compile(rf"\b(?:(?P<title>(?:{TITLES}) [A-Z][a-z]+(?: [A-Z][a-z]+)?)|(?P<name>{KINGS})) (?P<place>[IVX]+)\b"), _king),
    (re.compile(rf"\bSt\b\.? (?=(?:{SAINTS})\b)"), lambda _found: "Saint "),
    (
        re.compile(rf"(?P<name>\b[A-Z][a-z]+ )(?P<kind>{'|'.join(AFTER_A_NAME)})\b\.?"),
        _street,
    ),
    (re.compile(r"\bSt\b\.? (?=[A-Z])"), lambda _found: "Saint "),
    (re.compile(rf"\b({'|'.join(BEFORE_A_NAME)})\b(?:\.|(?= [A-Z]))(?= ?[A-Z]|$|\s)"), lambda found: BEFORE_A_NAME[found[1]]),
    (
        re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(one) for one in PHRASES)}|vs\b|etc\b)", re.IGNORECASE),
        _phrase,
    ),
)


def english(text: str) -> str:
    """`text` with nothing left in it that a voice would have to guess at."""
    return read(text, _RULES)
