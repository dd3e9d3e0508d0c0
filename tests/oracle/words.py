"""What a text says in a language: conditions, tags, Markdown, dates and numbers."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import babel.dates
import babel.numbers
import celpy
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from unidecode import unidecode

DOCS = Path(__file__).parents[2] / "docs/authoring.md"
QUOTED = r"\"[^\"]*\"|'[^']*'"
NUMBER = re.compile(rf"({QUOTED})|(?<![\w.])(\d+(?:\.\d+)?)")
TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.S)
MARK = re.compile("\ue200(\\d+)\ue201")  # of a note
PRIVATE = 0xF0000  # from here on a letter stands for a value, which Markdown must not read


class Mistake(Exception):
    """The campaign cannot be used."""


class Refused(Exception):
    """A document cannot be made for one municipality."""


def parents(tag):
    """A tag, without its last subtag, and so on: RFC 4647, 3.4."""
    parts = tag.replace("_", "-").lower().split("-")
    return ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]


def lookup(tag, among):
    """The one of several tags that stands for a tag, or None."""
    by_tag = {parents(one)[0]: one for one in among}
    return next((by_tag[one] for one in parents(tag) if one in by_tag), None)


@lru_cache(None)
def fixed(language, what):
    """Words that stand in no campaign, from the table of the docs."""
    table = re.search(r"^\| fixed words .*?(?=\n\n)", DOCS.read_text(), re.M | re.S)[0]
    heading, *rows = [re.split(r" *\| *", line.strip("| ")) for line in table.split("\n")]
    words = next(dict(zip(heading, row)) for row in rows if row[0] == what)
    return words.get(parents(language)[-1], words["en"])


def formatted(value, formatter, language):
    """A value as `| formatter` writes it."""
    primary = parents(language)[-1]
    if formatter == "upper":
        return value.upper()
    if formatter == "slug":
        text = unidecode(value).replace("'", "").lower()
        return re.sub("[^a-z0-9]+", "-", text).strip("-")[:60].rstrip("-")
    if formatter == "number":
        pattern = "#,##0." + "0" * max(0, -value.as_tuple().exponent)
        locale = babel.Locale.parse(language, sep="-")
        # Babel groups from four digits on; CLDR has languages that begin at five.
        few = primary in {"es"} and abs(value) < 10000
        text = babel.numbers.format_decimal(abs(value), pattern, locale, group_separator=not few)
        # Babel takes the separator of amounts of money (currencyGroup) for Austria.
        text = text.replace(".", "\u00a0") if str(locale) == "de_AT" else text
        return f"\u2212{text}" if value < 0 else text
    locale = babel.Locale.parse(language, sep="-")
    text = babel.dates.format_date(value, "long", locale)
    month = babel.dates.get_month_names("wide", locale=locale)[value.month]
    # Day and month are not parted.
    near = re.compile(rf"\b{value.day}\b\D*?{month}|{month}\D*?\b{value.day}\b")
    text = near.sub(lambda match: match[0].replace(" ", "\u00a0"), text)
    text = re.sub(r"^1\b", "1er", text) if primary == "fr" else text
    # CLDR has capitals in the months of Frisian, the docs have not.
    return text.lower() if primary == "fy" else text


@lru_cache(None)
def program(condition):
    """A condition that can be evaluated, its numbers exact and not CEL's floating ones."""
    exact = NUMBER.sub(lambda match: match[1] or f'number("{match[2]}")', condition)
    environment = celpy.Environment()
    try:
        tree = environment.compile(unicodedata.normalize("NFC", exact))
    except celpy.CELParseError as error:
        raise Mistake(f"condition {condition!r}") from error
    return environment.program(tree, functions={"number": Decimal})


def evaluate(condition, row):
    """True, False, or None where it is unknown, for that spreads as an error of CEL does."""
    known = {name: value for name, value in row.items() if value is not None}
    for name, value in known.items():
        if not isinstance(value, Decimal):
            known[name] = celpy.celtypes.StringType(unicodedata.normalize("NFC", str(value)))
    try:
        return bool(program(condition).evaluate({"municipality": celpy.celtypes.MapType(known)}))
    except celpy.CELEvalError:
        return None


def need(value, what):
    """A value without which a document cannot be made."""
    if not value:
        raise Refused(what)
    return value


def both(*values):
    """`&&` of any number of values, of which some may be unknown."""
    return False if False in values else None if None in values else True


@dataclass
class Line:
    """A paragraph, heading, item or cell, with the label that a list gives it."""

    text: str
    label: str = ""
    column: bool = False  # the head of a column, which a table repeats on the next page
    paper: bool = False  # the line above an address in a window, which Word does not have


def expand(source, doc):
    """A text with the branches that hold, and each value as one private letter."""
    out, branches = [], []
    for at, piece in enumerate(TAG.split(source)):
        shown = all(branches)
        if at % 2 == 0:
            out.append(piece if shown else "")
        elif piece.startswith("if "):
            branches.append(shown and doc.shows({"when": piece[3:]}))
        elif piece == "else":
            branches[-1] = not branches[-1]
        elif piece == "private":
            out.append(doc.letter(doc.withheld) if shown and doc.copy else "")
            branches.append(not doc.copy)
        elif piece == "end":
            branches.pop()
        elif shown:
            out.append(doc.letter(doc.value(piece)))
    return "".join(out)


def expand_tags(state):
    """Between blocks and inlines: what Markdown sees is what stands there in the end."""
    for token in state.tokens:
        if token.type == "inline":
            try:
                token.content = expand(token.content, state.env["doc"])
            except Refused as refused:
                token.content, token.meta = "", {"refused": refused}


MARKDOWN = MarkdownIt("commonmark").use(footnote_plugin, inline=False)
MARKDOWN.disable(["image", "html_inline", "html_block", "code", "fence", "backticks"])
MARKDOWN.core.ruler.after("block", "tags", expand_tags)


def markdown(source, doc):
    """The lines of a text, with marks for its notes, and these, or why they are refused."""
    lines, notes, lists, label = [], [], [], ""
    for token in MARKDOWN.parse(source, {"doc": doc}):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append([token.markup, int(token.attrs.get("start", 1))])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            sign, number = lists[-1]
            label = {"-": "–", "*": "•"}.get(sign, f"{number}{sign}")
            lists[-1][1] += 1
        elif token.type == "footnote_open":
            notes.append("")
        elif token.type == "inline":
            text = ""
            for child in token.children:
                text += " " if child.type.endswith("break") else child.content
                text += f"\ue200{child.meta['id']}\ue201" if child.type == "footnote_ref" else ""
            text = text.translate(doc.values)
            # The notes, of one paragraph each, stand behind all other lines.
            if notes:
                notes[-1] = token.meta.get("refused") or text.strip()
            elif token.meta:
                raise token.meta["refused"]
            else:
                lines.append(Line(text, label))
            label = ""
    return lines, notes
