"""What a text says: conditions, fields, Markdown. Written from docs/authoring.md alone."""

import ast
import operator
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import babel.dates
import babel.numbers
import celpy
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin


class Mistake(Exception):
    """The campaign cannot be used."""


class Refused(Exception):
    """A document cannot be made for one municipality."""


# ---- languages: lookup of RFC 4647, section 3.4


def canonical(tag):
    parts = re.split("[-_]", tag.strip())
    if not re.fullmatch("[A-Za-z]{2,3}", parts[0]):
        raise Mistake(f"language {tag!r}")
    for at, part in enumerate(parts):
        parts[at] = part.title() if len(part) == 4 else part.upper() if at else part.lower()
    return "-".join(parts)


def chosen(texts, language):
    """The text of a mapping that stands for this language, or None."""
    by_tag = {canonical(tag): text for tag, text in texts.items()}
    parts = canonical(language).split("-")
    while parts:
        if "-".join(parts) in by_tag:
            return by_tag["-".join(parts)]
        parts.pop()
    return None


def is_languages(node):
    """Whether a mapping is one of language tags to texts, where a text may stand."""
    return isinstance(node, dict) and bool(node) and all(
        re.fullmatch("[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*", key) for key in node
    )


# ---- values


def as_date(value, language):
    locale = babel.Locale.parse(language.replace("-", "_").split("_")[0])
    locale = "en_GB" if locale.language == "en" else locale
    text = babel.dates.format_date(value, "long", locale)
    return text.lower() if locale == "fy" or str(locale) == "fy" else text


def as_number(value, language):
    places = max(0, -value.as_tuple().exponent)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return babel.numbers.format_decimal(
        value, format=pattern, locale=language.split("-")[0], decimal_quantization=False
    )


def slug(text):
    text = unicodedata.normalize("NFKD", text)
    text = "".join(sign for sign in text if not unicodedata.combining(sign)).lower()
    return re.sub("[^a-z0-9]+", "-", re.sub("['’]", "", text)).strip("-")


# ---- conditions: parsed by cel-python; the logic of three values is ours, as the docs have it


@lru_cache(None)
def parse_condition(text):
    if re.search(r"(?<![\w.\"'])\d{1,3}\.\d{3}(?!\d)", re.sub(r"\"[^\"]*\"|'[^']*'", '""', text)):
        raise Mistake(f"{text}: a number with three digits behind its point")
    try:
        return celpy.Environment().compile(text)
    except Exception as error:
        raise Mistake(f"condition {text!r}") from error


def condition_fields(tree):
    """The fields that a condition names, as `municipality.name`."""
    if not hasattr(tree, "data"):
        return
    if tree.data == "member_dot":
        yield f"{name_of(tree.children[0])}.{tree.children[1]}"
        return
    for child in tree.children:
        yield from condition_fields(child)


def name_of(tree):
    while hasattr(tree, "data"):
        tree = tree.children[0]
    return str(tree)


SIGNS = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
METHODS = {"startsWith": str.startswith, "endsWith": str.endswith, "contains": str.__contains__}


def evaluate(tree, look):
    """True, False, a text, a number, or None where a missing value leaves it open."""
    kind, inside = tree.data, tree.children
    if kind in ("conditionalor", "conditionaland") and len(inside) == 2:
        strong, both = kind == "conditionalor", [evaluate(child, look) for child in inside]
        return strong if strong in both else None if None in both else not strong
    if kind == "relation" and len(inside) == 2:
        sign, one = inside[0].data.removeprefix("relation_"), evaluate(inside[0].children[0], look)
        if sign == "in":
            options = [evaluate(option, look) for option in find(inside[1], "exprlist").children]
            unknown = one is None or None in options
            return True if one is not None and one in options else None if unknown else False
        other = evaluate(inside[1], look)
        if None not in (one, other) and isinstance(one, str) != isinstance(other, str):
            raise Mistake("a text compared with a number")
        return None if None in (one, other) else SIGNS[sign](one, other)
    if kind == "unary" and len(inside) == 2:
        value = evaluate(inside[1], look)
        return None if value is None else -value if inside[0].data == "unary_neg" else not value
    if kind == "ident_arg" and str(inside[0]) == "has":
        return look(next(condition_fields(inside[1]))) is not None
    if kind == "member_dot_arg":
        value, part = evaluate(inside[0], look), evaluate(inside[2].children[0], look)
        return None if None in (value, part) else METHODS[str(inside[1])](value, part)
    if kind == "member_dot":
        return look(f"{name_of(inside[0])}.{inside[1]}")
    if kind == "literal":
        read = {"BOOL_LIT": "true".__eq__, "STRING_LIT": ast.literal_eval}
        return read.get(inside[0].type, Decimal)(str(inside[0]))
    if len(inside) != 1 or not hasattr(inside[0], "data"):
        raise Mistake(f"{kind} in a condition")
    return evaluate(inside[0], look)


def find(tree, kind):
    if tree.data == kind:
        return tree
    return find(tree.children[0], kind)


# ---- texts

TAG = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.S)
NOTE = "\ue200{}\ue201"
BREAK = "\ue202"


@dataclass
class Line:
    """A paragraph, heading, item or cell, with the label that a list gives it."""

    text: str
    label: str = ""
    column: bool = False  # the head of a column, which a table repeats on the next page
    paper: bool = False  # the line above an address in a window, which Word does not have


def expand(source, pen):
    """A text with the branches that hold, and each value as one private letter."""
    out, stack, place = [], [], 0

    def shown():
        return all(state["on"] for state in stack)

    for tag in TAG.finditer(source):
        if shown():
            out.append(source[place : tag.start()])
        place = tag.end()
        words = tag.group(1)
        if words.startswith("if "):
            state = {"kind": "if", "on": False, "value": False}
            if shown():
                state["value"] = pen.holds(words[3:])
                state["on"] = state["value"]
            stack.append(state)
        elif words == "else":
            if not stack or stack[-1]["kind"] != "if":
                raise Mistake("else without if")
            stack[-1]["on"] = not stack[-1]["value"]
        elif words == "private":
            if shown() and pen.copy:
                out.append(pen.letter(pen.withheld))
            stack.append({"kind": "private", "on": not pen.copy})
        elif words == "end":
            if not stack:
                raise Mistake("end without if")
            stack.pop()
        elif shown():
            out.append(pen.letter(pen.value(words)))
    if stack:
        raise Mistake("if without end")
    if shown():
        out.append(source[place:])
    return "".join(out)


def tags_rule(state):
    """Between blocks and inlines: what Markdown sees is what stands there in the end."""
    pen, waiting = state.env["pen"], None
    for token in state.tokens:
        if token.type == "footnote_reference_open":
            waiting = token.meta["label"]
        elif token.type == "footnote_reference_close":
            waiting = None
        elif token.type == "inline":
            try:
                token.content = expand(token.content, pen)
            except Refused as refused:
                # A note that is not printed refuses nothing.
                if waiting is None:
                    raise
                state.env["refused"][waiting] = refused
                token.content = ""


def parser():
    md = MarkdownIt("commonmark").use(footnote_plugin, inline=False)
    md.disable(["image", "html_inline", "html_block", "code", "fence", "backticks"])
    md.core.ruler.after("block", "tags", tags_rule)
    return md


MARKDOWN = parser()


def markdown(source, pen):
    """The lines of a text in Markdown; its notes are added to those of the document."""
    env = {"pen": pen, "refused": {}}
    lines, lists, label, first = [], [], "", len(pen.notes)
    target = lines
    for token in MARKDOWN.parse(source, env):
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open"):
            lists.append([token.markup, int(token.attrs.get("start", 1)) if kind[0] == "o" else 0])
        elif kind in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif kind == "list_item_open":
            sign, number = lists[-1]
            label = {"-": "–", "*": "•"}.get(sign) or f"{number}{sign}"
            lists[-1][1] += 1
        elif kind == "footnote_open":
            if token.meta["label"] in env["refused"]:
                raise env["refused"][token.meta["label"]]
            target = []
            pen.notes.append(target)
        elif kind == "inline":
            text = ""
            for child in token.children or []:
                if child.type == "footnote_ref":
                    text += NOTE.format(first + child.meta["id"] + 1)
                else:
                    text += {"softbreak": " ", "hardbreak": BREAK}.get(child.type, child.content)
            target.append(Line(pen.speak(text), label))
            label = ""
    return lines
