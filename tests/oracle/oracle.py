"""A reference implementation of docs/authoring.md: what a reader of the finished files must see,
which of them are posted, and what is refused. It knows no layout, and nothing of the crates.
"""

import datetime
from pathlib import Path
from types import SimpleNamespace

import yaml

from checks import check
from document import Document
from table import read_cells, read_register
from words import Line, Mistake, Refused, both, evaluate, lookup, need


def reckon(folder):
    """The campaign of a folder with its `packs` and `envelopes`, `total` rows; raises Mistake."""
    try:
        campaign = Campaign(Path(folder))
        check(campaign)
        campaign.packs = [campaign.pack(row) for row in campaign.rows]
    except KeyError as missing:
        raise Mistake(f"{missing} is not known") from missing
    return campaign


class Campaign:
    def __init__(self, folder):
        self.tree = yaml.load((folder / "campaign.yaml").read_bytes(), yaml.CBaseLoader)
        self.date = datetime.date.fromisoformat(self.tree["date"])
        register = self.tree["register"]
        self.rows, self.kinds, self.total = read_register(folder, register)
        self.answers, self.written = {}, {}  # of conditions, and documents, by the code of a row
        self.factions = {}
        if "factions" in register:
            cells = read_cells(folder / register["factions"], register, {"code", "faction"})
            for code, *faction in cells[1:]:
                self.factions.setdefault(code, []).append(faction)
        self.documents = {one["id"]: one for one in self.tree["documents"]}
        self.envelopes = envelopes(self.tree, self.documents)

    def language(self, stated, row):
        """The tag of a document for a row; None where its cell names another language."""
        language = stated.get("language", self.tree["language"])
        if isinstance(language, str):
            return language
        among, cell = language["among"], row.get(language["column"])
        if cell is None:
            return among[0]
        begun = [tag for tag in among if tag.lower().startswith(f"{cell.lower()}-")]
        return lookup(cell, among) or (begun[0] if len(begun) == 1 else None)

    def asks(self, node, row):
        """Whether the `when` of a node holds: True, False, or None where that is unknown."""
        key = node.get("when", "true"), row["code"]
        if key not in self.answers:
            self.answers[key] = evaluate(key[0], row)
        return self.answers[key]

    def gets(self, key, row):
        """Whether a municipality gets a document; None where that is unknown."""
        stated = self.documents[key]
        shown = self.asks(stated, row)
        # One that is refused for what is in it counts as one that the municipality gets.
        if shown and not self.language(stated, row):
            return True
        if shown and "parts" in stated:
            doc = self.write(key, row)
            return isinstance(doc, Refused) or bool(doc.lines)
        if "collects" in stated:
            members = [self.gets(one, row) for one in stated["collects"]]
            return both(shown, True if True in members else None if None in members else False)
        return shown

    def write(self, key, row):
        """A document, or its refusal."""
        if (key, row["code"]) not in self.written:
            try:
                self.written[key, row["code"]] = self.document(self.documents[key], row)
            except Refused as refused:
                self.written[key, row["code"]] = refused
        return self.written[key, row["code"]]

    def document(self, stated, row):
        doc = Document(self, row, need(self.language(stated, row), "unknown language"), stated)
        for part in stated.get("parts", []):
            doc.add(doc.part_lines(part) if doc.shows(part) else [])
        if "parts" in stated and not doc.lines:
            return doc
        letter = self.tree["letters"][stated["letter"]] if "letter" in stated else {}
        # A title stands in the file's metadata, so what it needs must be there.
        doc.text(stated.get("title", letter.get("title", "none")))
        doc.add(doc.letter_lines(letter) if letter else [])
        if "annex" in stated:
            annex = " ".join(doc.text(stated["annex"][key]) for key in ("label", "title"))
            doc.lines.insert(0, Line(annex))
        doc.number_notes()
        return doc

    def pack(self, row):
        """Documents by id; reasons by id for which it is held; ids that are posted by envelope."""
        pack = SimpleNamespace(code=row["code"], documents={}, refused={}, posted={})
        made = pack.documents
        for key in self.documents:
            got = self.gets(key, row)
            doc = got and self.write(key, row)
            if doc is None or isinstance(doc, Refused):
                pack.refused[key] = str(doc)
            elif doc:
                made[key] = doc
        for key, stated in self.documents.items():
            if pack.refused and "collects" in stated:
                made.pop(key, None)
            elif key in made:
                made[key].members = [made[one] for one in stated.get("collects", []) if one in made]
        for name, keys in self.envelopes.items() if not pack.refused else []:
            # Nothing goes out without a letter in front that has a whole address.
            front = made[keys[0]].members or [made[keys[0]]] if keys[0] in made else []
            if front and front[0].postal:
                pack.posted[name] = [one for one in keys if one in made]
        return pack


def envelopes(tree, documents):
    """What is posted: envelope -> ids of its documents."""
    pdf = {key for key, one in documents.items() if "pdf" in one["formats"]}
    copies = {key for key, one in documents.items() if one.get("publication-copy") == "true"}
    collects = {key: one["collects"] for key, one in documents.items() if "collects" in one}
    stated = {key: one["letter"] for key, one in documents.items() if "letter" in one}
    sources = {key: tree["letters"][name] for key, name in stated.items()}
    letters = {key for key, one in sources.items() if one.get("address") != "none"} - copies
    if "post" in tree:
        return {} if tree["post"] == "none" else tree["post"]
    letters &= pdf
    # A campaign that leaves no choice has one envelope.
    if collects:
        first = [key for key, members in collects.items() if members[0] in letters]
        whole = len(first) == 1 and letters <= set(collects[first[0]]) <= pdf - copies
        return {first[0]: first} if whole else {}
    if len(letters) != 1:
        return {}
    (letter,) = letters
    items = sources[letter].get("enclosures", {}).get("items", [])
    named = [item["document"] for item in items if item.get("document") in pdf - copies]
    return {letter: list(dict.fromkeys([letter, *named]))}
