"""What a voice is given for what is written: numbers, dates and abbreviations in the words of the language.

Only the voice is: what is shown, kept, and compared with what was told before stays as it was written.
"""

import re

from fably.core.types import Language

_DIGITS = r"[\d&№½¼¾⅓⅔²³¹፩-፱᧚⁰-⁹₀-₉①-⒛⓪-⓿❶-➓\U00010a40-\U00010a43\U00010e60-\U00010e68\U00011052-\U0001105a\U0001f100-\U0001f10a]"
_MAY_NEED_READING = {
    "en": re.compile(
        rf"{_DIGITS}|\b(?:(?:Mrs?|Ms|Dr|Prof|Capt|Sgt|Lt|Gen|Rev|Mt|St|Rd|Ave|Ln|[JS]r)\b|(?i:vs|etc|e\.?g|i\.?e|approx)\b)"
        r"|[a-z] (?!I\b)[IVX]+\b"
        r"|(?:King|Queen|Emperor|Empress|Pope|Tsar|Prince|Princess|Pharaoh|Sultan|Kaiser) [A-Z][a-z]+(?: [A-Z][a-z]+)? I\b"
    ),
    "tr": re.compile(
        rf"{_DIGITS}|\b(?:[IVX]+|"
        r"Dr|Prof|Doç|Av|Öğr|Hz|Sn|Alb|Yzb|Gen|Müh|Ecz|"
        r"Sok|Sk|Ca?d|Ma?h|Apt|Bul|Blv|(?i:vb|vs|vd|örn|bkz|yy|m\.[ös]))\."
    ),
}


def spoken(text: str, language: Language) -> str:
    """`text` as it is to be said; the very same object where it is said as it is written. Never raises, and leaves no digit."""
    if _MAY_NEED_READING[language].search(text) is None:
        return text
    if language == "tr":
        from fably.story.reading.turkish import turkish  # the rules take memory, and most stories need none of them

        return turkish(text)
    from fably.story.reading.english import english

    return english(text)
