"""Dates and numbers of many languages: compares lines on standard input with Babel.

    language TAB date or number in ISO form TAB as it is written

Babel reads CLDR by itself. What differs between its version of CLDR, or its rules, and ours is named
here. `cldr.py tags` prints the languages that Babel has, for crates/content/src/cldr/tables.mjs.
"""

import datetime
import re
import sys
from decimal import Decimal

import babel
from babel import dates, localedata, numbers

# Babel writes Arabic digits by default; CLDR says which digits a language has.
DIGITS = {"numbering_system": "default"}
# Babel groups from four digits on; these languages begin at five (minimumGroupingDigits 2).
FIVE = {"bg", "es", "et", "hu", "it", "lv", "pl", "pt-PT", "sl", "sq"}


def written(language, value):
    """A value as Babel writes it, with our minus and spaces."""
    locale = babel.Locale.parse(language, sep="-")
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return dates.format_date(datetime.date.fromisoformat(value), "long", locale)
    number = Decimal(value)
    few = language in FIVE and abs(number) < 10000
    # Babel loses the apostrophes of a number that has two; the rest of de-CH is as in English.
    swiss = language == "de-CH"
    whole = numbers.format_decimal(
        abs(number),
        None,
        "en" if swiss else locale,
        decimal_quantization=False,
        group_separator=not few,
        **DIGITS,
    )
    whole = whole.replace(",", "'") if swiss else whole
    # Babel takes the separator of amounts of money (currencyGroup) for Austria.
    whole = whole.replace(".", "\u00a0") if language == "de-AT" else whole
    return f"\u2212{whole}" if number < 0 else whole


def tags():
    """Every tag that Babel has, and those with a script also without it."""
    found = set()
    for name in localedata.locale_identifiers():
        parts = name.split("_")
        found.add("-".join(parts))
        if len(parts) == 3 and len(parts[1]) == 4:
            found.add(f"{parts[0]}-{parts[2]}")
    return sorted(found)


if sys.argv[1:] == ["tags"]:
    print("\n".join(tags()))
    sys.exit()

wrong, languages = [], set()
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        language, value, ours = line.rstrip("\n").split("\t")
        languages.add(language)
        theirs = written(language, value)
        if ours.replace("\u00a0", " ") != theirs.replace("\u00a0", " "):
            wrong.append(f"{language} {value}: {ours!r}, Babel {theirs!r}")
if wrong or len(languages) < 30:
    sys.exit("\n".join([f"{len(languages)} languages", *wrong]))
