"""The pen that writes the texts of one document for one municipality, and what it writes into."""

import datetime
from dataclasses import dataclass, field

import yaml

from words import NOTE, Line, Mistake, Refused, as_date, as_number, canonical, chosen, evaluate, markdown, parse_condition, slug

# What stands in no campaign, in the seven languages of docs/authoring.md.
WORDS = {
    "nl": "Datum:|Ons kenmerk:|Onderwerp:|Gevraagde behandeling:|Bijlage|Bijlagen|[niet openbaar]|Pagina|Postbus",
    "fy": "Datum:|Us skaaimerk:|Underwerp:|Frege behanneling:|Taheakke|Taheakken|[net iepenbier]|Side|Postbus",
    "en": "Date:|Our reference:|Subject:|Requested treatment:|Enclosure|Enclosures|[withheld]|Page|PO Box",
    "uk": "Дата:|Наш вих. №:|Тема:|Прохання щодо розгляду:|Додаток|Додатки|[не підлягає оприлюдненню]|Сторінка|а/с",
    "de": "Datum:|Unser Zeichen:|Betreff:|Erbetene Behandlung:|Anlage|Anlagen|[nicht öffentlich]|Seite|Postfach",
    "fr": "Date :|Notre référence :|Objet :|Suite souhaitée :|Annexe|Annexes|[non public]|Page|BP",
    "es": "Fecha:|Nuestra referencia:|Asunto:|Tratamiento solicitado:|Anexo|Anexos|[no público]|Página|Apartado",
}
DATE, REFERENCE, SUBJECT, TREATMENT, ENCLOSURE, ENCLOSURES, WITHHELD, PAGE, BOX = range(9)


def word(language, which):
    words = WORDS.get(canonical(language).split("-")[0], WORDS["en"])
    return words.split("|")[which]


@dataclass
class Doc:
    """One document of one municipality: its lines, and its notes in the order of their marks."""

    id: str
    formats: list
    name: str
    language: str = ""
    lines: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    members: list = field(default_factory=list)
    address: list = field(default_factory=list)
    postal: bool = False  # whether the address is one that post can be sent to


@dataclass
class Pack:
    code: str
    documents: dict  # by id
    refused: dict  # id -> reason
    posted: dict = field(default_factory=dict)  # envelope -> ids of documents

    @property
    def held(self):
        return bool(self.refused)


@dataclass
class Reckoning:
    packs: list
    rows: int
    envelopes: dict  # name -> ids


def load_yaml(text):
    try:
        twice(yaml.compose(text, Loader=yaml.BaseLoader))
        return yaml.load(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise Mistake(str(error)) from error


def twice(node):
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) != len(keys):
            raise Mistake("a key that stands twice")
    for child in node.value if isinstance(node.value, list) else []:
        for one in child if isinstance(child, tuple) else [child]:
            twice(one)


class Pen:
    """Writes the texts of one document for one municipality."""

    def __init__(self, campaign, row, language, copy=False):
        self.campaign, self.row, self.language, self.copy = campaign, row, language, copy
        self.variant = self.motion = None
        self.letters, self.notes, self.seen = [], [], {}
        self.withheld = word(language, WITHHELD)

    # Values stand in the Markdown as letters of the private area.

    def letter(self, text):
        self.letters.append(text)
        return chr(0xF0000 + len(self.letters) - 1)

    def speak(self, text):
        return "".join(
            self.letters[ord(sign) - 0xF0000] if ord(sign) >= 0xF0000 else sign for sign in text
        )

    def look(self, name):
        scope, _, name = name.partition(".")
        if scope == "municipality":
            value = self.row.values.get(name)
            return value.isoformat() if isinstance(value, datetime.date) else value
        if scope == "campaign" and name in ("id", "title", "date", "language"):
            value = self.campaign.tree[name] if name != "language" else self.language
            return self.text(value) if name == "title" else value
        raise Mistake(f"{scope}.{name}")

    def holds(self, condition):
        value = evaluate(parse_condition(condition), self.look)
        if value is None:
            raise Refused(f"{condition}: a value is missing")
        return value

    def value(self, words):
        path, *formatters = [part.strip() for part in words.split("|")]
        scope, _, name = path.partition(".")
        tree = self.campaign.tree
        if scope == "phrase":
            return self.loose(self.wording(name))
        if scope == "fill":
            return f"[{self.text(tree['fill-ins'][name]['label'])}]"
        if scope == "choice":
            choice = tree["motions"][self.motion]["choices"][name]
            options = {key: self.text(one) for key, one in choice["options"].items()}
            if self.variant:
                return options[self.variant]
            return " / ".join(options.values()) + choice.get("mark", "")
        if scope == "sender":
            if self.copy and name in tree["sender"].get("private", []):
                return self.withheld
            return self.text(tree["sender"][name])
        value = self.row.values.get(name) if scope == "municipality" else self.look(path)
        if value is None:
            raise Refused(f"{path} is missing")
        if isinstance(value, str) and "date" in formatters:
            value = datetime.date.fromisoformat(value)
        write = {"date": as_date, "number": as_number, "upper": lambda text, _: text.upper(), "slug": lambda text, _: slug(text)}
        for formatter in formatters:
            value = write[formatter](value, self.language)
        return str(value)

    def wording(self, name):
        """The source of a phrase: the council's own, or everyone's."""
        own = self.campaign.tree.get("overrides", {}).get(self.row.code, {})
        return own.get(name, self.campaign.tree["phrases"][name])

    def phrase(self, name):
        return self.text(self.wording(name))

    def shows(self, node):
        return "when" not in node or self.holds(node["when"])

    def source(self, node):
        if isinstance(node, dict):
            node = chosen(node, self.language)
            if node is None:
                raise Mistake(f"no text in {self.language}")
        return node

    def loose(self, node):
        """Running text of one paragraph, which may come out empty."""
        return " ".join(line.text for line in self.markdown(self.source(node))).strip()

    def text(self, node):
        """Running text that a document cannot be without."""
        text = self.loose(node)
        if not text:
            raise Refused("a text comes out empty")
        return text

    def rows(self, node):
        """Lines of an address: each line of the source is one."""
        source = self.source(node)
        rows = [row for row in (self.loose(one) for one in source.strip().split("\n")) if row]
        if not rows:
            raise Refused("an address comes out empty")
        return rows

    def markdown(self, source):
        before = len(self.notes)
        lines = markdown(source, self)
        # A note that is named in two texts is one; marks count in the order of reading.
        fresh = self.notes[before:]
        del self.notes[before:]
        for at, note in enumerate(fresh):
            mark = NOTE.format(before + at + 1)
            if not "".join(line.text for line in note).strip():
                # A note that comes out empty is left out with its mark.
                for line in lines:
                    line.text = line.text.replace(mark, "")
                continue
            # A note belongs to its part: another variant of a motion has notes of its own.
            text = " ".join(line.text for line in note)
            key = (source, at, text, self.motion, self.variant)
            if key not in self.seen:
                self.notes.append(text)
                self.seen[key] = len(self.notes)
            for line in lines:
                line.text = line.text.replace(mark, f"\ue210{self.seen[key]}\ue201")
        for line in lines:
            line.text = line.text.replace("\ue210", "\ue200")
        return [line for line in lines if line.text.strip()]

    def body(self, node):
        """Blocks of text: Markdown, by language, or a list with conditions and private blocks."""
        if not isinstance(node, list):
            return self.markdown(self.source(node))
        lines, hidden = [], False
        for block in node:
            block = block if isinstance(block, dict) and "text" in block else {"text": block}
            if not self.shows(block):
                continue
            if self.copy and block.get("private") == "true":
                # Private blocks side by side are withheld in one word.
                if not hidden:
                    lines.append(Line(self.withheld))
                hidden = True
                continue
            hidden = False
            lines += self.markdown(self.source(block["text"]))
        return lines

    def items(self, nodes, label):
        """Items of a list: each with this label, or a letter by its number among those shown."""
        nodes = [node if isinstance(node, dict) and "text" in node else {"text": node} for node in nodes]
        shown = [text for node in nodes if self.shows(node) and (text := self.loose(node["text"]))]
        return [Line(text, label or f"{chr(97 + at)})") for at, text in enumerate(shown)]
