"""Numbers, dates and abbreviations as a Turkish storyteller reads them."""

import re
from re import Match

from fably.lore.turkish import capital, lower
from fably.story.reading.rules import PIECES, Rule, by_digits, by_groups, odd_digits, read, roman, sums, with_full_stop
from fably.story.reading.turkish_numbers import ENDING, ONES, cardinal, fitted, number, ordinal, with_ending
from fably.story.reading.turkish_words import AFTER_A_NAME, AFTER_A_NUMBER, BEFORE_A_NAME, KINGS, MONEY, MONTHS, PHRASES, UNITS

_N = r"(?:\d{1,3}(?:\.\d{3})+(?!\d)|\d+)(?:,\d+)?"
_ALONE = r"(?<![\d.,])"
_END = rf"(?:['’](?P<end>[a-zçğıöşüA-ZÇĞİÖŞÜ]+)|(?P<glued>(?!(?:l|m|a|e)\b){ENDING.pattern})(?<=\D))?"
_SUM = {"+": "artı", "=": "eşittir", "×": "çarpı", "x": "çarpı", "*": "çarpı", "÷": "bölü"}


def _ended(found: Match[str], said: str) -> str:
    ending = found["end"] or found["glued"] or ""
    return with_ending(said.replace("buçuk", "virgül beş") if ending else said, ending)


def _king(found: Match[str]) -> str | None:
    place = roman(found["place"])
    return capital(ordinal(cardinal(place))) + " " if place else None


def _figures(found: Match[str]) -> str | None:
    day, month = int(found["day"]), int(found["month"])
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return _ended(found, f"{cardinal(day)} {MONTHS[month - 1]} {cardinal(int(found['year']))}")


def _clock(found: Match[str]) -> str | None:
    hour, minute = int(found["hour"]), int(found["minute"])
    if hour > 24 or minute > 59:
        return None
    minutes = "" if not minute else f" sıfır {ONES[minute]}" if minute < 10 else f" {cardinal(minute)}"
    named = re.search(r"\b(?:saat|saati|saatler)[ :]*$", lower(found.string[max(0, found.start() - 12) : found.start()]))
    return _ended(found, f"{'' if named else 'saat '}{cardinal(hour)}{minutes}")


def _percent(found: Match[str]) -> str:
    """%5, and %10-15, whose dash is gone by now."""
    to = f" {number(found['to'])}" if found["to"] else ""
    return _ended(found, f"yüzde {number(found['much'])}{to}")


def _unit(found: Match[str]) -> str:
    unit = found["unit"].replace(" ", "")
    much, end = found["much"], found["end"] or ""
    whole, _comma, small = much.partition(",")
    if unit in MONEY and len(small) == 2:
        if not int(small):
            much = whole
        else:
            change = f"{cardinal(int(small))} {MONEY[unit]}"
            return fitted(f"{number(whole)} {UNITS[unit]} {change}" if whole.strip("0.") else change, end)
    if unit.startswith("km/"):
        return fitted(f"saatte {number(much)} kilometre", end)
    said = f"{number(much)} {UNITS[unit]}"
    return with_full_stop(found, fitted(said, end))


def _fraction(found: Match[str]) -> str | None:
    above, below = PIECES[found["piece"]] if found["piece"] else (int(found["above"]), int(found["below"]))
    if found["whole"] and (above, below) == (1, 2):
        return f"{number(found['whole'])} buçuk"
    if (above, below) == (1, 2):
        said = "yarım"
    elif above >= below or below > 100:
        said = f"{cardinal(above)} bölü {cardinal(below)}"
    else:
        words = cardinal(below)
        said = f"{fitted(words, 'te' if words[-1] in 'fstkçşhp' else 'de')} {cardinal(above)}"
    return f"{number(found['whole'])} tam {said}" if found["whole"] else said


def _place(found: Match[str]) -> str:
    words = ordinal(number(found["place"]))
    return words + lower(found["its"] or "") if found["its"] is not None else words


def _phrase(found: Match[str]) -> str | None:
    said = PHRASES.get(lower(found[0]))  # none for letters that are others in Turkish, though a pattern that ignores case takes them
    return said and with_full_stop(found, said)


def _address(found: Match[str]) -> str | None:
    words = AFTER_A_NAME if found["name"][0].isupper() else {**AFTER_A_NAME, **AFTER_A_NUMBER}
    return with_full_stop(found, found["name"] + words[found["kind"]])


_UNIT = "|".join(re.escape(one) for one in sorted(UNITS, key=len, reverse=True))
_PHONE = r"\+\d[\d -]{6,}\d|0 ?\(?\d{3}\)?(?:[ -]\d{2,4}){2,3}|\d{3} \d{3} \d{2} \d{2}|\d{3}[ -]\d{2}[ -]\d{2}|\d{3}[ -]\d{4}"
_RULES: tuple[Rule, ...] = (
    (re.compile(rf"\b(?P<year>[12]\d{{3}})-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)\b{_END}"), _figures),
    (re.compile(rf"{_ALONE}\b(?P<day>\d\d?)([/.])(?P<month>\d\d?)\2(?P<year>[12]\d{{3}})(?!\d){_END}"), _figures),
    (re.compile(rf"(?<![\w.,])(?:{_PHONE})(?!\w)"), lambda found: by_digits(found[0], ONES)),
    by_groups(number),
    *sums("eksi", _SUM),
    (re.compile(r"(?<=\d[.:]\d\d)[-–—](?=\d\d?[.:]\d\d(?!\d))"), lambda _found: " ile "),
    (re.compile(rf"{_ALONE}(?P<hour>\d\d?):(?P<minute>\d\d)(?![\d:]){_END}"), _clock),
    (
        re.compile(rf"(?<![\d.,%₺$€£])(?<!% )(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\d.,:]\d|\d| ?(?:{_UNIT})(?!\w)){_END}"),
        _clock,
    ),
    (re.compile(r"(?<=\d{3})[-–—](?=\d)"), lambda _found: " ile "),
    (re.compile(r"(?<=\d)[-–—](?=\d)"), lambda _found: " "),
    (re.compile(r"(?<=\d):(?=\d)"), lambda _found: " "),
    (re.compile(rf"% ?(?P<much>{_N})(?: (?P<to>\d+)\b)?{_END}"), _percent),
    (re.compile(rf"{_ALONE}(?P<much>{_N}) ?%(?P<to>)(?P<end>)(?P<glued>)"), _percent),
    (re.compile(rf"(?P<unit>[₺$€£]) ?(?P<much>{_N})(?:['’](?P<end>[a-zçğıöşü]+))?"), _unit),
    (re.compile(r"(?<!\w)(?:[Nn]o(?:\.|:|\.:) ?|№ ?|#)(?=\d)"), lambda _found: "numara "),
    (re.compile(r"(?P<place>\d+) ?[Nn]o['’.]?lu\b"), lambda found: f"{number(found['place'])} numaralı"),
    (
        re.compile(r"(?<![\d.,/])(?:(?P<whole>\d+) ?)?(?:(?P<piece>[½¼¾⅓⅔])|(?<!\d)(?P<above>\d{1,3})/(?P<below>\d{1,3})(?![\d/]))"),
        _fraction,
    ),
    (re.compile(r"(?P<whole>)(?P<piece>[½¼¾⅓⅔])"), _fraction),
    (re.compile(r"(?<![\w.])[-−](?=\d)"), lambda _found: "eksi "),
    (re.compile(rf"{_ALONE}(?P<much>{_N}) ?(?P<unit>° C|{_UNIT})(?!\w)(?:['’](?P<end>[a-zçğıöşü]+))?"), _unit),
    (re.compile(rf"{_ALONE}(?P<place>\d{{1,6}})\.['’]?(?P<its>(?!sınıf)s[iıuü](?:n?[a-zıiuü]{{0,4}})?)\b"), _place),
    (
        re.compile(
            rf"{_ALONE}(?P<place>\d{{1,6}})\.(?P<its>)(?=\s+[a-zçğıöşü]|[a-zçğıöşü]{{3}}| (?:{KINGS}|Dünya|Bölüm|Sınıf|Gün|Gece|Kat|Kitap|"
            rf"Cilt|Yıl|Ay|Hafta|Masal|{'|'.join(AFTER_A_NUMBER)}|Sokak|Cadde)\b)"
        ),
        _place,
    ),
    (
        re.compile(rf"{_ALONE}(?!{_N}(?!\.\d))\d+(?:\.\d+)+"),
        lambda found: " nokta ".join(number(one) for one in found[0].split(".")),
    ),
    (re.compile(rf"{_ALONE}(?P<much>{_N}){_END}"), lambda found: _ended(found, number(found["much"]))),
    (re.compile(rf"(?P<much>\d+){_END}"), lambda found: _ended(found, number(found["much"]))),
    odd_digits(ONES, {"²": "kare", "³": "küp"}),
    (re.compile(r" ?& ?"), lambda _found: " ve "),
    (re.compile(rf"\b(?P<place>[IVX]+)\. ?(?=(?:{KINGS})\b|Dünya Sava|yüzyıl|yy\b)"), _king),
    (
        re.compile(rf"(?P<name>\b(?:[A-ZÇĞİÖŞÜ][a-zçğıöşü]+|\w+nc[ıiuü]) )(?P<kind>{'|'.join(AFTER_A_NAME)})\."),
        _address,
    ),
    (re.compile(rf"\b({'|'.join(BEFORE_A_NAME)})\.(?= ?[A-ZÇĞİÖŞÜ])"), lambda found: BEFORE_A_NAME[found[1]]),
    (
        re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(one) for one in PHRASES)})", re.IGNORECASE),
        _phrase,
    ),
)


def turkish(text: str) -> str:
    """`text` with nothing left in it that a voice would have to guess at."""
    return read(text, _RULES)
