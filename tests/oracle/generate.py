"""Campaigns and registers that use every construct of docs/authoring.md, as hypothesis strategies.

`cases()` gives a `Case`: plain data, which `write` turns into campaign.yaml, register.csv and
factions.csv. Most are valid; about one in seven has a mistake put into it on purpose.
"""

import csv
import datetime
import gzip
import io
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

import yaml
from PIL import Image
from hypothesis import strategies as st

NAMES = [
    "Aa",
    "Oss",
    "’s-Hertogenbosch",
    "Súdwest-Fryslân",
    "Nuenen, Gerwen en Nederwetten",
    "Bergen (NH)",
    "O’Brien & Zonen",
    "*Ster*",
    "{{ accolade }}",
    "a_b_c",
    "<b>vet</b>",
    "# Kop",
    "[haken](https://x.example)",
    "Łódź",
    "Київ",
    'Ee "de" Stad',
    "- streep",
    "1. Een",
    "Krimpen aan den IJssel",
    "\\schuin",
    "$x^2$",
    "=1+1",
    "Gasselterboerveenschemond",
    "Écija",
    "fiets",
    "_onder_",
    "`code`",
    "Sint-Katelijne-Waver",
    "Zürich",
    "#set x",
]
WORDS = (
    "water de het een stad gemeente raad rivier, dijk. kelder; wonen bouwen 50% € C&A wifi "
    "office fietsen e-mail ’s “groot”, (klein) vraag? ja! 3,5 10.000 § beleid… "
    "meerjarenbegroting en/of -klein- a<b R&D 1e TL;DR vergunningverlening Ro3kvit één "
    "coördinatie ’t @raad #water a&amp;b hispano-francesa"
).split()
LONG = [
    "arbeidsongeschiktheidsverzekeringsmaatschappijendirecteur",
    "https://www.binnenlandsbestuur.example/carriere/utrecht-stelt-oekraiense-ambtenaren-aan",
    "meervoudigepersoonlijkheidsstoornisbehandelingscentrum-en-adviesbureau",
]
LANGUAGES = [
    ["nl-NL"],
    ["nl-NL"],
    ["nl-NL"],
    ["nl-NL", "fy-NL"],
    ["nl", "nl-BE"],
    ["de", "fr"],
    ["en", "es", "uk"],
    ["fy-NL"],
    ["nl-NL", "de-AT"],
    ["en-GB"],
]
NUMBER_FORMS = {
    "1234.5": ("", "."),
    "1.234,5": (".", ","),
    "1,234.5": (",", "."),
    "1 234,5": (" ", ","),
    "1'234.5": ("'", "."),
}


DATE_FORMS = {"2027-12-31": "%Y-%m-%d", "31-12-2027": "%-d-%m-%Y", "12/31/2027": "%m/%d/%Y"}
# A window as wide as that of the default, somewhere else.
ENVELOPE = {
    "raadspost-envelope": 1,
    "title": "Eigen envelop",
    "source": "Tekening van de maker",
    "size": {"width": 220, "height": 110},
    "window": {"left": 30, "top": 45, "width": 100, "height": 40},
    "return-address": {"left": 33, "top": 47, "width": 94, "height": 4},
    "address": {"left": 33, "top": 52, "width": 94, "height": 31},
    "edge": 5,
    "folds": [107],
    "fold-marks": 9,
    "opening": 98,
}


@dataclass
class Case:
    tree: dict
    columns: list  # headings
    rows: list  # lists of cells
    factions: list = field(default_factory=list)
    delimiter: str = ","
    separator: bool = False  # whether a first line `sep=;` says it
    ends: str = "\n"
    encoding: str = "utf-8"
    # Whether the register ends with a byte that no encoding of a text has there.
    stray: bool = False
    quoting: int = csv.QUOTE_MINIMAL
    wrong: str = ""
    envelope: dict | None = None  # envelopes/eigen.yaml


class Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data):
        return True


Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None
    ),
)


def write(case, folder):
    folder.mkdir(parents=True, exist_ok=True)
    write_yaml(folder / "campaign.yaml", case.tree)
    if case.envelope:
        write_yaml(folder / "envelopes/eigen.yaml", case.envelope)
    register = case.tree["register"]
    for key, rows in (("file", [case.columns, *case.rows]), ("factions", case.factions)):
        if key in register:
            out = io.StringIO(newline="")
            if case.separator and key == "file":
                out.write(f"sep={case.delimiter}{case.ends}")
            writer = csv.writer(
                out, delimiter=case.delimiter, lineterminator=case.ends, quoting=case.quoting
            )
            writer.writerows(rows)
            data = out.getvalue().encode(case.encoding, "replace")
            if case.stray and key == "file":
                data = data.removesuffix(case.ends.encode()) + b"\x81" + case.ends.encode()
            name = register[key]
            data = gzip.compress(data, mtime=0) if name.endswith(".gz") else data
            (folder / name).write_bytes(data)
    pictures = [
        one["file"] for one in mappings(case.tree) if str(one.get("file", "")).endswith(".png")
    ]
    for name in pictures:
        (folder / name).write_bytes(PICTURE)


def write_yaml(path, tree):
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.dump(tree, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=100))


def mappings(node):
    """All mappings of a tree, the outer ones first."""
    if isinstance(node, dict):
        yield node
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    ):
        yield from mappings(child)


def picture():
    """A PNG file of 60 by 20 pixels."""
    out = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(out, "PNG")
    return out.getvalue()


PICTURE = picture()


def grouped(value, form, grouping):
    group, point = NUMBER_FORMS[form]
    whole, _, rest = format(abs(value), "f").partition(".")
    if grouping and group:
        whole = format(int(whole), ",").replace(",", group)
    return ("\u2212" if value < 0 else "") + whole + (point + rest if rest else "")


class Maker:
    """Draws the parts of one campaign."""

    def __init__(self, random):
        self.random = random
        self.languages = self.one(LANGUAGES)
        self.columns, self.kinds = [], {}
        self.fills, self.phrases, self.choices = [], [], []
        self.private = False
        self.sender = []

    def one(self, options):
        return self.random.choice(list(options))

    def maybe(self, percent=50):
        return self.random.randrange(100) < percent

    def some(self, most, least=0):
        return self.random.randint(least, most)

    def shuffled(self, options):
        return self.random.sample(options, len(options))

    # ---- the register

    def register(self):
        settings = {"file": self.one(["register.csv", "register.csv", "register.csv.gz"])}
        dutch = self.maybe()
        if dutch:
            settings["country"] = "NL"
        count = self.some(6, 2)
        names = self.shuffled(NAMES)[:count]
        table = {"code": [f"GM{at:04}" for at in range(1, count + 1)], "name": names}
        forms = self.one(NUMBER_FORMS)
        grouping = self.maybe()
        if self.maybe(60):
            settings["numbers"] = forms

        def number(most, places=0, least=0):
            value = Decimal(self.some(most, least))
            value = -value if least == 0 and value and self.maybe(10) else value
            return grouped(value.scaleb(-places) if places else value, forms, grouping)

        def column(name, make, gaps=15):
            table[name] = ["" if self.maybe(gaps) else make() for _ in range(count)]

        if self.maybe(60):
            column("running_name", lambda: self.one(NAMES), 40)
        if self.maybe(90):
            column("population", lambda: number(2_000_000, 0, 1), 12)
        if self.maybe(60):
            column("seats", lambda: str(self.some(45, 9)), 10)
        if self.maybe(70):
            column("province", lambda: self.one(["Utrecht", "Zeeland", "Fryslân", "Noord-Holland"]))
        if len(self.languages) > 1:
            column(
                "language",
                lambda: self.one(self.languages + self.languages + ["xx"] * self.maybe(15)),
                20,
            )
        gaps = self.one([0, 0, 0, 15])
        column("po_box", lambda: str(self.some(9999, 1)), 50)
        column(
            "street",
            lambda: self.one(["Kade", "Lange Laan", "Burgemeester van den Hoogenbandlaan"]),
            gaps,
        )
        column("house_number", lambda: str(self.some(300, 1)), gaps)
        column("addition", lambda: self.one(["a", "bis", "II"]), 70)
        column("postcode", lambda: self.one(["1234 AB", "1234AB", "9999 zz"]), gaps)
        column("town", lambda: self.one(["Utrecht", "’s-Hertogenbosch", "Oss", "Súdwest"]), gaps)
        if self.maybe(20):
            column("official_name", lambda: self.one(NAMES), 30)
        if self.maybe(10):
            table["tooi"] = [f"gm{at:04}" for at in range(1, count + 1)]
        dates = self.one(list(DATE_FORMS))
        if self.maybe(60):
            settings["dates"] = dates

        def date():
            day = datetime.date(self.some(2029, 2020), self.some(12, 1), self.some(28, 1))
            return day.strftime(DATE_FORMS[dates])

        if self.maybe(15):
            column("population_date", date, 10)
        typed = {}
        if self.maybe(60):
            column("gewicht", lambda: number(99_999_999, self.one([0, 1, 3])), 20)
            typed["gewicht"] = {"heading": "gewicht", "type": "number"}
            if self.maybe(20):
                typed["gewicht"]["numbers"] = forms
        if self.maybe(40):
            column("kleur", lambda: self.one(["rood", "groen", "Blauw", "100"]), 20)
        if self.maybe(30):
            column("datum_besluit", date, 20)
            typed["datum_besluit"] = {"heading": "datum_besluit", "type": "date"}
            if self.maybe(20):
                typed["datum_besluit"]["dates"] = dates
        if self.maybe(25) and "kleur" in table:
            table["Farbe des Hauses"] = table.pop("kleur")
            typed["kleur"] = "Farbe des Hauses"
        kinds = dict.fromkeys(("gewicht", "population", "seats"), "number")
        kinds |= dict.fromkeys(("datum_besluit", "population_date"), "date")
        self.kinds = {name: kinds.get(name, "text") for name in table if name != "language"}
        if "Farbe des Hauses" in table:
            self.kinds["kleur"] = self.kinds.pop("Farbe des Hauses")
        self.kinds |= {"running_name": "text", "official_name": "text"}
        if self.maybe(15):
            # A register with headings of its own.
            typed |= {"code": "Schlüssel", "name": {"heading": "Ort"}}
            table = {
                {"code": "Schlüssel", "name": "Ort"}.get(name, name): cells
                for name, cells in table.items()
            }
        if typed:
            settings["columns"] = typed
        headings = list(table)
        return settings, headings, [list(row) for row in zip(*table.values())]

    # ---- conditions

    def condition(self, depth=2):
        if depth and self.maybe(35):
            one, other = self.condition(depth - 1), self.condition(depth - 1)
            sign = self.one(["&&", "||"])
            return f"({one}) {sign} ({other})" if self.maybe() else f"{one} {sign} {other}"
        if depth and self.maybe(12):
            return f"!({self.condition(depth - 1)})"
        name = self.one(self.kinds)
        field = f"municipality.{name}"
        kind = self.kinds[name]
        if self.maybe(20):
            return f"has({field})"
        guard = f"has({field}) && " if self.maybe(60) else ""
        if kind == "number":
            value = self.one(["0", "15", "-3", "100000", "1000.5", "250000", "99999999"])
            return f"{guard}{field} {self.one(['>=', '<', '>', '<=', '==', '!='])} {value}"
        if kind == "date":
            return f'{guard}{field} {self.one([">=", "<"])} "2024-06-15"'
        value = {"province": ["Utrecht", "Zeeland"], "kleur": ["rood", "blauw", "100"]}.get(
            name, ["Aa", "Oss", "Utrecht"]
        )
        which = self.some(3)
        if which == 0:
            return f'{guard}{field} in ["{value[0]}", "{value[1]}"]'
        if which == 1:
            method = self.one(["startsWith", "endsWith", "contains"])
            return f'{guard}{field}.{method}("{self.one(["U", "s", "e", ""])}")'
        return f'{guard}{field} {self.one(["==", "!="])} "{self.one(value)}"'

    # ---- texts

    def words(self, most=6):
        return " ".join(self.one(WORDS) for _ in range(self.some(most, 1)))

    def value(self):
        options = ["name", "running_name"]
        for name, kind in self.kinds.items():
            options.append(name + {"number": " | number", "date": " | date"}.get(kind, ""))
        which = self.some(9)
        if which < 5 or which == 9:
            numbers = [one for one in options if "number" in one]
            path = f"municipality.{self.one(options[:2] * 3 + numbers * 2 + options)}"
            if "|" not in path and self.maybe(12):
                path += self.one([" | upper", " | slug"])
            return f"{{{{ {path} }}}}"
        if which == 5 and self.sender:
            return f"{{{{ sender.{self.one(self.sender)} }}}}"
        if which == 6 and self.fills:
            return f"{{{{ fill.{self.one(self.fills)} }}}}"
        if which == 7 and self.phrases:
            return f"{{{{ phrase.{self.one(self.phrases)} }}}}"
        if which == 8 and self.choices:
            return f"{{{{ choice.{self.one(self.choices)} }}}}"
        return self.one(
            [
                "{{ campaign.date | date }}",
                "{{ campaign.id }}",
                "{{ campaign.title }}",
                "{{ campaign.language }}",
                "{{ campaign.date }}",
            ]
        )

    def inline(self, most=5, depth=2, notes=None, rich=True):
        parts = []
        for _ in range(self.some(most, 1)):
            which = self.some(11)
            if which < 4 or not rich and which in (6, 7, 8):
                parts.append(self.words())
            elif which < 6:
                parts.append(self.value())
            elif which == 6:
                sign = self.one(["*", "**", "_", "***"])
                parts.append(f"{sign}{self.emphasised()}{sign}")
            elif which == 7:
                parts.append(
                    self.one(
                        [
                            f"[{self.emphasised()}](https://x.example/{self.some(99)})",
                            "<https://y.example/a-b>",
                        ]
                    )
                )
            elif which == 8 and notes is not None:
                notes.append(f"n{len(notes) + 1}")
                parts.append(f"{self.one(['water', 'stad,'])}[^{notes[-1]}]")
            elif which == 9 and depth:
                parts.append(self.branches(depth, notes, rich))
            elif which == 10 and depth and self.private:
                parts.append(f"{{{{ private }}}}{self.inline(2, 0, None, rich)}{{{{ end }}}}")
            elif which == 11 and self.maybe(20):
                parts.append(self.one(LONG))
            else:
                parts.append(self.one(WORDS))
        return " ".join(parts)

    def emphasised(self):
        return self.one(["vet", "Let op:", "heel erg", "Stop!", "{{ municipality.name }}", "a & b"])

    def branches(self, depth, notes, rich):
        one = self.inline(2, depth - 1, notes, rich)
        other = f"{{{{ else }}}}{self.inline(2, depth - 1, notes, rich)}" if self.maybe() else ""
        lead = self.one(["", "zo ", "\n" if rich else ""])
        return f"{lead}{{{{ if {self.condition(1)} }}}}{one}{other}{{{{ end }}}}"

    def paragraph(self, notes, most=5):
        text = self.inline(most, 2, notes)
        # What begins like a list or heading is another thing.
        return text if text[0].isalpha() or text[0] in "*{" and text[:2] != "* " else f"Zo {text}"

    def blocks(self, most=4):
        out, notes, level = [], [], 0
        for _ in range(self.some(most, 1)):
            which = self.some(9)
            if which < 5:
                out.append(self.paragraph(notes))
            elif which == 5:
                level = self.one(range(1, min(level + 1, 3) + 1))
                out.append(f"{'#' * level} {self.paragraph(None, 2)}".replace("\n", " "))
            elif which == 9 and self.maybe(30):
                out += [" ".join(self.words(9) for _ in range(12)) for _ in range(self.some(14, 2))]
            else:
                out.append(self.list(notes, 2, self.one("-*1")))
        for note in notes:
            out.append(f"[^{note}]: Noot {self.paragraph(None, 3)}".replace("\n", " "))
        return "\n\n".join(out) + "\n"

    def list(self, notes, depth, sign):
        lines = []
        for at in range(self.some(3, 1)):
            mark = f"{at + 1}." if sign == "1" else sign
            text = self.paragraph(notes, 2).replace("\n", " ")
            # An item of which nothing is left has no place in Word.
            lines.append(f"{mark} {'Zo ' if text[0] == '{' else ''}{text}")
            if depth and self.maybe(20):
                inner = self.list(notes, depth - 1, self.one("-*1"))
                lines += [" " * (len(mark) + 1) + line for line in inner.split("\n")]
        return "\n".join(lines)

    def said(self, make, languages=None):
        """A text, or one for each language by a tag that it is found by."""
        if len(self.languages) == 1 and self.maybe(85):
            return make()
        tags = []
        for tag in self.languages:
            parent = tag.split("-")[0]
            if (
                tag != parent
                and parent not in tags
                and parent not in self.languages
                and self.maybe()
            ):
                tags.append(parent)
            else:
                tags.append(tag)
        if self.maybe(10) and "pl" not in tags:
            tags.insert(self.some(len(tags)), "pl")
        return {
            tag: f"{make()}" if self.maybe(10) else self.mark(make(), tag)
            for tag in dict.fromkeys(tags)
        }

    @staticmethod
    def mark(text, tag):
        """The text with its language in it, so that another one cannot pass for it."""
        sign = tag.replace("-", "").upper()
        if text.startswith("Aan "):
            return text
        return f"{text} {sign}" if "\n" not in text else f"{sign} begint.\n\n{text}"

    def title(self):
        return self.said(
            lambda: self.inline(2, 1, None, False).replace("\n", " ").lstrip("-#§$ ") or "Titel"
        )

    def line(self):
        def make():
            text = self.inline(3, 1, None).replace("\n", " ")
            return (
                text if text[0].isalpha() or text[0] in "{*_[" and text[1] != " " else f"Zo {text}"
            )

        return self.said(make)

    def body(self):
        if self.maybe(55):
            return self.said(self.blocks)
        out = []
        for at in range(self.some(4, 1)):
            block = {"text": self.said(lambda: self.blocks(2))}
            if self.maybe(50):
                block["when"] = self.condition()
            if self.private and self.maybe(20):
                block["private"] = "true"
            out.append(block)
        return out

    # ---- what a campaign consists of

    def letter(self, annexes):
        self.private = self.maybe(60)
        letter = {
            "address": self.one(["required", "optional", "none", "required"]),
            "addressee": "aan-de-raad",
            "place-and-date": self.said(lambda: "Utrecht, {{ campaign.date | date }}"),
        }
        if letter["address"] == "required" and self.maybe(30):
            del letter["address"]
        if self.maybe(70):
            letter["subject"] = self.title()
        if self.maybe(30):
            letter["treatment"] = self.title()
        if self.maybe(30):
            letter["reference"] = self.one(
                [
                    "none",
                    "WS-{{ municipality.code }}",
                    self.said(lambda: "K {{ municipality.code }}"),
                ]
            )
        if letter.get("reference") == "none":
            letter.pop("treatment", None)
        if self.maybe(30):
            letter["title"] = self.title()
        if not self.address and self.maybe(25):
            # Below a return address there is not always room for it.
            letter["kix"] = "true"
        letter["salutation"] = self.line()
        letter["body"] = self.body()
        letter["closing"] = self.line()
        letter["signatories"] = []
        for at in range(self.some(3, 1)):
            one = {"name": f"Naam {at} van der Berg"}
            if self.maybe():
                role = self.one(["voorzitter", "Kwartiermaker: water", "lid"])
                one["role"] = self.said(lambda: role)
            if self.maybe(30):
                one["email"] = "a@x.example"
            if self.maybe(15):
                one["signature"] = {
                    "file": f"handtekening{at}.png",
                    "alternative": f"Handtekening {at}",
                }
            if self.maybe(30):
                one["private"] = [key for key in one if key != "signature" and self.maybe()]
                if not one["private"]:
                    del one["private"]
            letter["signatories"].append(one)
        items = []
        for key in annexes:
            if self.maybe(70):
                item = {
                    "document": key,
                    "label": f"Bijlage {len(items) + 1}:",
                    "title": self.title(),
                }
                items.append(item)
        if self.maybe(15):
            items.append({"label": "Los:", "title": self.title()})
            if self.maybe():
                items[-1]["when"] = self.condition(1)
        if items:
            letter["enclosures"] = {"items": items}
            if self.maybe(20):
                letter["enclosures"]["title"] = self.title()
        if self.maybe(10):
            letter["qr"] = {
                "url": "https://x.example/{{ municipality.name }}/{{ municipality.name | slug }}",
                "caption": self.title(),
            }
        self.private = False
        return letter

    def items(self, most=3):
        out = []
        for _ in range(self.some(most, 1)):
            if self.maybe(25):
                out.append({"text": self.line(), "when": self.condition(1)})
            else:
                out.append(self.line())
        return out

    def motion(self, at):
        motion = {"title": self.title()}
        if self.maybe(40):
            motion["kind"] = self.one(["motion", "off-agenda-motion", "amendment", "initiative"])
        variants = ["een", "twee"] if self.maybe() else []
        if variants:
            motion["variants"] = {key: self.title() for key in variants}
            if self.maybe(70):
                motion["choices"] = {
                    "wens": {
                        "options": {key: self.said(lambda: f"woord {key}") for key in variants},
                        "mark": "*",
                    }
                }
                self.choices = ["wens"]
        body = []
        # Each kind at most once, so that a movers' section is one.
        kinds = [
            "preamble",
            "heard",
            "recital",
            "recital",
            "text",
            "closing",
            "note",
            "old",
            "new",
            "explanation",
            "particulars",
            "movers",
            "signatures",
            "voting",
        ]
        for kind in self.shuffled(kinds)[: self.some(6, 1)] + ["operative"]:
            block = {}
            if kind in ("preamble", "heard", "closing"):
                block[kind] = "los"
            elif kind in ("old", "new", "explanation"):
                block = {kind: "los", "wording": self.said(lambda: self.blocks(2))}
            elif kind == "recital":
                block = {kind: "los", "items": self.items()}
            elif kind == "operative" and variants and (self.maybe(70)):
                block = {
                    kind: "los",
                    "alternatives": {key: self.items(2) for key in variants},
                    "or": self.said(lambda: "OF"),
                }
            elif kind == "operative":
                block = {kind: "los", "items": self.items()}
            elif kind == "text":
                block[kind] = self.said(lambda: self.blocks(2))
            elif kind == "note":
                block[kind] = self.said(lambda: "\\*doorhalen wat niet van toepassing is")
            elif kind == "particulars":
                block[kind] = [
                    {
                        "label": "Nummer:",
                        "value": self.line(),
                        **({"when": self.condition(1)} if self.maybe(30) else {}),
                    }
                    for _ in range(self.some(3, 1))
                ]
            elif kind == "movers":
                block = {kind: self.line(), "line": "{{ fill.indiener }}", "times": self.some(3, 1)}
            elif kind == "signatures":
                block = {
                    kind: self.line(),
                    "columns": ["Naam", "Fractie"],
                    "cells": ["{{ fill.indiener }}", ""],
                    "times": self.some(3, 1),
                }
            elif kind == "voting":
                third = self.one(
                    [
                        "Stem",
                        "Stemgedrag van de hele fractie",
                        "Uitslag voor, tegen of verdeeld volgens de griffie",
                    ]
                )
                block = {
                    kind: self.line(),
                    "columns": ["Fractie", "Zetels", third],
                    "faction": "{{ fill.fractie }}",
                    "seats": "{{ fill.zetels }}",
                    "vote": "{{ fill.stem }}",
                    "times": self.some(5, 1),
                }
            if kind in ("text", "recital", "operative") and self.maybe(12):
                block["when"] = self.condition(1)
            body.append(block)
        if self.choices:
            body.insert(0, {"text": "Zo {{ choice.wens }} het."})
        motion["body"] = body
        self.choices = []
        return motion

    def campaign(self):
        register, headings, rows = self.register()
        tree = {"raadspost": 1, "id": "geval-1", "title": "Een geval & meer"}
        by_column = len(self.languages) > 1 and self.maybe(75)
        tree["language"] = (
            {"column": "language", "among": self.languages} if by_column else self.languages[0]
        )
        tree["date"] = self.one(["2026-03-02", "2024-02-29", "2026-10-11"])
        sender = {"name": "Bureau Waterkant"}
        for key, value in (
            ("tagline", "Voor water"),
            ("telephone", "030 123 45 67"),
            ("email", "info@x.example"),
            ("website", "x.example"),
        ):
            if self.maybe(40):
                sender[key] = value
        self.sender = list(sender)
        if self.maybe(40):
            sender["address"] = ["Kade 1", "3511 AA Utrecht"]
        private = [key for key in sender if key not in ("name", "tagline") and self.maybe(30)]
        self.address = "address" in sender
        self.addressed = self.address and "address" not in private
        if private:
            sender["private"] = private
        tree["sender"] = sender
        tree["register"] = register
        factions = []
        if self.maybe(30):
            register["factions"] = self.one(["factions.csv", "factions.csv.gz"])
            factions = [["code", "faction", "seats"]]
            for row in rows[:: self.one([1, 2])]:
                factions += [
                    [row[0], name, str(self.some(9, 1))]
                    for name in ["PVV", "Lokaal & Co", "D66 (Democraten)"][: self.some(3, 1)]
                ]
        fills = {
            "datum": {"kind": "date", "label": self.said(lambda: "datum")},
            "indiener": {"kind": "person", "label": "Naam, (fractie)"},
            "fractie": {"kind": "faction", "label": "fractie"},
            "zetels": {"kind": "text", "label": "zetels", "field": "zetels"},
            "stem": {"kind": "options", "label": "stem", "options": ["voor", "tegen"]},
        }
        tree["fill-ins"] = fills
        phrases = {}
        for at in range(self.some(2, 1)):
            phrases[f"frase{at}"] = self.line()
        phrases["los"] = self.line()
        self.phrases = [key for key in phrases if key != "los"]
        phrases["aan-de-raad"] = self.said(
            lambda: "Aan de raad van {{ municipality.running_name }}\nt.a.v. de griffie\n"
        )
        for text in ("aan-de-raad",):
            if isinstance(phrases[text], dict):
                phrases[text] = {
                    tag: f"Aan {tag} raad\nt.a.v. de griffie\n" for tag in phrases[text]
                }
        for key, words in (
            ("po-box", "Bus {{ municipality.po_box }}"),
            ("street-address", "{{ municipality.street }} nr. {{ municipality.house_number }}"),
            ("postal-line", "{{ municipality.postcode }} te {{ municipality.town }}"),
        ):
            if self.maybe(8):
                phrases[key] = self.said(lambda: words)
        self.fills = ["datum", "stem"]
        tree["phrases"] = phrases
        if self.maybe(70):
            self.phrases, known = [], self.phrases
            tree["overrides"] = {
                self.one(rows)[0]: {
                    "los": self.line(),
                    **({"frase0": self.line()} if self.maybe() else {}),
                    **(
                        {"aan-de-raad": self.said(lambda: "Aan deze raad\nt.a.v. iemand\n")}
                        if self.maybe()
                        else {}
                    ),
                }
                for _ in "ab"
            }
            self.phrases = known
        texts = {}
        for at in range(self.some(2, 1)):
            texts[f"tekst{at}"] = {"body": self.body()}
            if self.maybe():
                texts[f"tekst{at}"]["title"] = self.title()
        tree["texts"] = texts
        motions = {f"motie{at}": self.motion(at) for at in range(self.some(2))}
        if motions:
            tree["motions"] = motions
        documents, annexes = [], []
        for at in range(self.some(3, 1)):
            document = {
                "id": f"bijlage{at}",
                "formats": self.one([["pdf"], ["pdf"], ["docx"], ["pdf", "docx"]]),
            }
            if self.maybe(25):
                document["when"] = self.condition()
            if self.maybe(40):
                document["annex"] = {"label": "Bijlage:", "title": self.title()}
            if self.maybe(30):
                document["file"] = f"stuk-{at}"
            if self.maybe(15) and not by_column:
                document["language"] = self.one(self.languages)
            document["parts"] = [self.part(texts, motions) for _ in range(self.some(2, 1))]
            documents.append(document)
            annexes.append(document["id"])
        letters = {}
        for at in range(self.one([0, 1, 1, 1, 2])):
            letters[f"brief{at}"] = self.letter(annexes)
            document = {
                "id": f"brief{at}",
                "formats": self.one([["pdf"], ["pdf"], ["pdf"], ["pdf", "docx"]]),
                "letter": f"brief{at}",
            }
            if self.maybe(15):
                document["when"] = self.condition(1)
            documents.insert(self.some(len(documents)), document)
            if self.maybe(35):
                documents.append(
                    {
                        "id": f"kopie{at}",
                        "formats": ["pdf"],
                        "letter": f"brief{at}",
                        "publication-copy": "true",
                    }
                )
        if letters:
            tree["letters"] = letters
        pdfs = [one["id"] for one in documents if "pdf" in one["formats"]]
        if len(pdfs) > 1 and self.maybe(45):
            members = self.shuffled(pdfs)[: self.some(len(pdfs), 2)]
            members = sorted(members, key=lambda key: not key.startswith("brief"))
            documents.append(
                {"id": "pak", "title": self.title(), "formats": ["pdf"], "collects": members}
            )
        tree["documents"] = documents
        self.post(tree, documents)
        used = {key for one in documents for part in one.get("parts", []) for key in part.values()}
        for kind in ("texts", "motions"):
            for key in list(tree.get(kind, {})):
                if key not in used:
                    del tree[kind][key]
            if kind in tree and not tree[kind]:
                del tree[kind]
        case = Case(tree, headings, rows, factions)
        self.stationery(case)
        case.delimiter = self.one([",", ",", ";", "\t", "|"])
        if case.delimiter != "," and self.maybe(70):
            register["delimiter"] = case.delimiter
        case.ends = self.one(["\n", "\n", "\r\n", "\r"])
        case.separator = "delimiter" not in register and self.maybe(15)
        case.encoding = self.one(["utf-8", "utf-8", "utf-8", "utf-8-sig"])
        if self.maybe(10):
            case.rows.insert(self.some(len(case.rows)), [""] * len(case.columns))
        if self.maybe(15):
            self.odd_row(case)
        case.quoting = self.one([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        if self.maybe(14):
            self.spoil(case)
        return case

    def stationery(self, case):
        """What the eye sees and the words do not: envelope, theme, logo, limits, archive."""
        tree = case.tree
        if self.maybe(30):
            names = ["nl-dl-left", "nl-dl-right", "nl-c5", "be", "uk", "din-5008-a", "din-5008-b"]
            names.append("eigen")
            tree["envelope"] = self.one(names)
            if self.maybe(40):
                rule = {"name": tree["envelope"], "when": self.condition(1)}
                tree["envelope"] = [rule, {"name": "nl-c5"}][: self.some(2, 1)]
            if "eigen" in str(tree["envelope"]):
                case.envelope = ENVELOPE
        if self.maybe(20):
            tree["theme"] = {"ink": "#1A1A1A", "accent": self.one(["#8A1538", "#1B4D3E"])}
            # The windows of these leave no room for a logo above them.
            high = any(name in str(tree.get("envelope")) for name in ("uk", "din-5008-a"))
            if self.maybe() and not high:
                tree["theme"]["logo"] = {"file": "logo.png", "alternative": "Logo", "width": 42}
            if self.maybe(30):
                tree["theme"] |= {"serif": "Source Sans 3", "word-text": "Georgia"}
        if self.maybe(10):
            tree["archive"] = {"waardering": self.one("BVN"), "trefwoord": ["water", "klimaat"]}
        if self.maybe(10):
            tree["allow"] = ["unused-phrase", "unused-fill-in"]
        for document in tree["documents"]:
            if "pdf" in document["formats"] and self.maybe(5):
                document["limits"] = {"pages": 99, "bytes": 20_000_000}

    def odd_row(self, case):
        """A row that is refused alone, at the end of the register."""
        last = list(case.rows[0])
        last[0] = "XX99"
        if self.maybe(30):
            last[1] += self.one(["\u200e", "\u0007", "\n", "\ufffd", "\u2028x", "\ue000", "\u3164"])
            case.rows.append(last)
        elif "population" in case.columns and self.maybe():
            last[case.columns.index("population")] = self.one(["0012", "onbekend", "1.2.3.4"])
            case.rows.append(last)
        elif self.maybe():
            case.rows.append([*last, "te veel"])
        elif self.maybe():
            last[0] = "geen code!"
            case.rows.append(last)
        else:
            case.rows += [last, [one if at else "xx99" for at, one in enumerate(last)]]

    def part(self, texts, motions):
        if motions and self.maybe():
            name = self.one(motions)
            part = {"motion": name}
            if "variants" in motions[name] and self.maybe(60):
                part["variant"] = self.one(motions[name]["variants"])
            if self.maybe(20):
                part["show-title"] = "false"
        else:
            part = {"text": self.one(texts)}
        if self.maybe(15):
            part["when"] = self.condition(1)
        return part

    def post(self, tree, documents):
        heads = [
            one["id"]
            for one in documents
            if one["id"].startswith("brief") and "pdf" in one["formats"]
        ]
        heads = [key for key in heads if tree["letters"][key].get("address") != "none"]
        if self.maybe(50) or not heads:
            return
        if self.maybe(10):
            tree["post"] = "none"
            return
        tree["post"] = {}
        rest = [
            one["id"]
            for one in documents
            if one["id"].startswith("bijlage") and "pdf" in one["formats"]
        ]
        for at, head in enumerate(heads):
            tree["post"][f"envelop{at}"] = [head, *[key for key in rest if self.maybe()]]

    # ---- mistakes on purpose

    def spoil(self, case):
        tree = case.tree
        text = tree["texts"][next(iter(tree["texts"]))] if tree.get("texts") else {"body": "x"}
        slips = {
            "field": "Zo {{ municipality.bestaat_niet }} is het.",
            "brace": "Zo { municipality.name } is het.",
            "open tag": "Zo {{ municipality.name is het.",
            "typed fill-in": "Op [stem] is het.",
            "sender": "Zo {{ sender.telephone }} is het."
            if "telephone" not in tree["sender"]
            else "Zo {{ sender.fax }} is het.",
            "phrase": "Zo {{ phrase.bestaat-niet }} is het.",
            "number in condition": "Zo {{ if municipality.name == 100.000 }}is{{ end }} het.",
            "condition": "Zo {{ if municipality.name = 1 }}is{{ end }} het.",
            "end": "Zo {{ if has(municipality.name) }}is het.",
            "else": "Zo {{ else }} is het.",
            "formatter": "Zo {{ municipality.name | number }} is het.",
            "text and number": "Zo {{ if municipality.name > 5 }}is{{ end }} het.",
            "unknown column": "Zo {{ if has(municipality.bestaat_niet) }}is{{ end }} het.",
            "nested phrase": "Zo.",
        }
        others = ["key", "language", "twice", "letter", "copy in post", "twice in post", "encoding"]
        wrong = self.one([*slips, *others])
        case.wrong = wrong
        if wrong == "nested phrase":
            tree["phrases"] |= {"fout": "Zo {{ phrase.los }}."}
        elif wrong == "encoding":
            case.stray = True
            case.rows[0][1] = "Écija"
        elif wrong in slips:
            text["body"] = slips[wrong]
        elif wrong == "key":
            tree["lettres"] = {}
        elif wrong == "language":
            text["body"] = {"pl": "Tak."}
        elif wrong == "twice":
            text["body"] = {
                **{tag: "Zo." for tag in self.languages},
                "pl-PL": "Tak.",
                "pl-pl": "Tak.",
            }
        elif wrong == "letter":
            tree["documents"].append({"id": "fout", "formats": ["pdf"], "letter": "bestaat-niet"})
        elif wrong == "copy in post":
            copies = [one["id"] for one in tree["documents"] if "publication-copy" in one]
            tree["post"] = {"envelop": [*copies[:1], "bijlage0"]}
        else:
            tree["post"] = {"envelop": ["brief0", "brief0"]}


def cases(start=0):
    """Evenly random cases, of which `start` is a part of the seed.

    A case is one draw, for drawing every choice apart takes longer than all the rest, and so often
    gives the ends of a range that a campaign has half of its constructs.
    """
    return st.integers(0, 2**64).map(lambda number: Maker(Random(f"{start}/{number}")).campaign())
