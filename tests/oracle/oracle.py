"""A reference implementation of docs/authoring.md that shares nothing with Raadspost.

`reckon(folder)` reads campaign.yaml and register.csv of a folder and says what a reader of the
finished files must see, which of them are posted, and what is refused. It is slow, knows no
layout, and trusts no other part of this repository.
"""

import re
import urllib.parse
from pathlib import Path

from pen import (
    BOX,
    DATE,
    ENCLOSURE,
    ENCLOSURES,
    REFERENCE,
    SUBJECT,
    TREATMENT,
    Doc,
    Pack,
    Pen,
    Reckoning,
    load_yaml,
    word,
)
from checks import check
from table import read_cells, read_register
from words import Line, Mistake, Refused, canonical


def postal(pen):
    """The lines of the postal address, or None where it is not complete."""
    values, phrases = pen.row.values, pen.campaign.tree.get("phrases", {})
    if not (values.get("postcode") and values.get("town")):
        return None
    if values.get("po_box"):
        first = f"{word(pen.language, BOX)} {values['po_box']}"
        first = pen.phrase("po-box") if "po-box" in phrases else first
    elif values.get("street") and values.get("house_number"):
        first = f"{values['street']} {values['house_number']}{values.get('addition') or ''}"
        first = pen.phrase("street-address") if "street-address" in phrases else first
    else:
        return None
    dutch = pen.campaign.tree["register"].get("country") == "NL"
    town = f"  {values['town'].upper()}" if dutch else f" {values['town']}"
    last = pen.phrase("postal-line") if "postal-line" in phrases else values["postcode"] + town
    return [first, last]


def write_letter(pen, doc, letter, getting):
    """The lines of a letter, in the order of its PDF; Word leaves out what `paper` marks."""
    tree, add = pen.campaign.tree, lambda text, **more: doc.lines.append(Line(text, **more))
    sender = tree.get("sender", {})
    private = sender.get("private", []) if pen.copy else []
    shown = {key: one for key, one in sender.items() if key not in private and key != "private"}
    for key in ("name", "tagline"):
        if key in shown:
            add(pen.text(shown[key]))
    for line in shown.get("address", []):
        add(pen.text(line))
    for key in ("telephone", "email", "website"):
        if key in shown:
            add(pen.text(shown[key]))
    wanted = letter.get("address", "required")
    if wanted != "none":
        lines = postal(pen)
        if lines is None and wanted == "required":
            raise Refused("the postal address is not complete")
        if shown.get("address"):
            add(", ".join(pen.text(one) for one in [shown["name"], *shown["address"]]), paper=True)
        own = tree.get("overrides", {}).get(pen.row.code, {})
        key = letter["addressee"]
        doc.address = pen.rows(own.get(key, tree["phrases"][key])) + (lines or [])
        for line in doc.address:
            add(line)
    block = letter.get("reference") != "none"
    for key, which in (("place-and-date", DATE), ("reference", REFERENCE), ("subject", SUBJECT), ("treatment", TREATMENT)):
        if key == "reference" and key not in letter:
            add(f"{word(pen.language, which)} {tree['id']}/{pen.row.code}")
        elif key in letter and letter[key] != "none":
            add(f"{word(pen.language, which)} {pen.text(letter[key])}" if block else pen.text(letter[key]))
    add(pen.text(letter["salutation"]))
    doc.lines += pen.body(letter["body"])
    add(pen.text(letter["closing"]))
    for signatory in letter["signatories"]:
        for key in ("name", "role", "email"):
            if key in signatory:
                if pen.copy and key in signatory.get("private", []):
                    if key == "name":
                        add(pen.withheld)
                else:
                    add(pen.source(signatory[key]))
    write_enclosures(pen, add, letter.get("enclosures"), getting)
    if "qr" in letter:
        url = re.sub(r"\{\{(.*?)\}\}", lambda tag: urllib.parse.quote(pen.value(tag[1].strip()), safe=""), letter["qr"]["url"])
        add(pen.text(letter["qr"]["caption"]))
        add(url)


def write_enclosures(pen, add, enclosures, getting):
    items = []
    for item in (enclosures or {}).get("items", []):
        doubts, shown = [], True
        for asked in [lambda: pen.holds(item.get("when", "true")), lambda: getting(item.get("document"))]:
            try:
                shown = shown and asked() if shown else shown
            except Refused as doubt:
                doubts.append(doubt)
        if not shown:
            continue
        if doubts:
            raise doubts[0]
        items.append(f"{pen.text(item['label'])} {pen.text(item['title'])}" if "label" in item else pen.text(item["title"]))
    if items:
        title = word(pen.language, ENCLOSURE if len(items) == 1 else ENCLOSURES)
        add(pen.text(enclosures["title"]) if "title" in enclosures else title)
        for item in items:
            add(item)


def write_motion(pen, doc, part):
    motion = pen.campaign.tree["motions"][part["motion"]]
    pen.motion, pen.variant = part["motion"], part.get("variant")
    add = lambda text, label="": doc.lines.append(Line(text, label))
    title = motion["variants"][pen.variant] if pen.variant else motion["title"]
    title = pen.text(title)
    if part.get("show-title") != "false":
        add(title)
    dash, letter = (lambda at: "–"), (lambda at: f"{chr(97 + at)})")
    for block in motion["body"]:
        if "when" in block and not pen.holds(block["when"]):
            continue
        below = []
        if "recital" in block:
            below = pen.items(block["items"], dash)
        elif "operative" in block and "items" in block:
            below = pen.items(block["items"], letter)
        elif "operative" in block:
            shown = [items for key, items in block["alternatives"].items() if pen.variant in (None, key)]
            for lines in [lines for lines in (pen.items(items, letter) for items in shown) if lines]:
                below += ([Line(pen.text(block["or"]))] if below else []) + lines
        for key in ("preamble", "heard", "closing", "recital", "operative", "old", "new", "explanation"):
            # A heading over items of which none is shown is not shown either.
            if key in block and (below or key not in ("recital", "operative")):
                add(pen.phrase(block[key]))
        doc.lines += below
        if "particulars" in block:
            for one in block["particulars"]:
                if "when" not in one or pen.holds(one["when"]):
                    add(pen.text(one["label"]))
                    add(pen.text(one["value"]))
        if "wording" in block:
            doc.lines += pen.body(block["wording"])
        elif "movers" in block:
            add(pen.text(block["movers"]))
            for _ in range(int(block["times"])):
                add(pen.text(block["line"]))
        elif "note" in block and not pen.variant:
            add(pen.text(block["note"]))
        elif "text" in block:
            doc.lines += pen.body(block["text"])
        elif "signatures" in block:
            add(pen.text(block["signatures"]))
            for _, cells in [(0, block["columns"])] + [(0, block["cells"])] * int(block["times"]):
                for cell in cells:
                    add(pen.text(cell))
        elif "voting" in block:
            add(pen.text(block["voting"]))
            for cell in block["columns"]:
                add(pen.text(cell))
            rows = pen.campaign.factions.get(pen.row.code)
            rows = rows or [(block["faction"], block["seats"])] * int(block["times"])
            for faction, seats in rows:
                for cell in (faction, seats, block["vote"]):
                    known = pen.campaign.factions.get(pen.row.code)
                    add(cell if known and cell is not block["vote"] else pen.text(cell))
    pen.motion = pen.variant = None


class Campaign:
    def __init__(self, folder):
        path = Path(folder) / "campaign.yaml"
        self.tree = load_yaml(path.read_text())
        self.rows, self.kinds = read_register(Path(folder), self.tree["register"])
        self.factions = {}
        if "factions" in self.tree["register"]:
            for code, faction, seats in read_cells(Path(folder) / self.tree["register"]["factions"], self.tree["register"].get("delimiter"))[1:]:
                self.factions.setdefault(code, []).append((faction, seats))
        self.documents = {one["id"]: one for one in self.tree["documents"]}
        self.envelopes = envelopes(self.tree, self.documents)

    def language(self, document, row):
        """The tag of a document for a row; a refusal where its cell names another language."""
        stated = document.get("language", self.tree["language"])
        if isinstance(stated, str):
            return stated
        cell = row.values.get(stated["column"])
        if cell is None:
            return stated["among"][0]
        try:
            parts = canonical(cell).split("-")
        except Mistake:
            raise Refused(f"language {cell}") from None
        tags = {canonical(tag): tag for tag in stated["among"]}
        while parts:
            if "-".join(parts) in tags:
                return tags["-".join(parts)]
            parts.pop()
        begun = [tag for key, tag in tags.items() if key.startswith(f"{canonical(cell)}-")]
        if len(begun) != 1:
            raise Refused(f"language {cell}")
        return begun[0]

    def gets(self, key, row):
        """Whether a municipality gets a document; a refusal where that is open."""
        document = self.documents[key] if key else {}
        if "when" in document and not Pen(self, row, "nl").holds(document["when"]):
            return False
        if "collects" in document:
            return any(self.gets(member, row) for member in document["collects"])
        return True

    def write(self, key, row):
        document = self.documents[key]
        language = self.language(document, row)
        doc = Doc(key, document["formats"], document.get("file", key), language)
        pen = Pen(self, row, language, document.get("publication-copy") == "true")
        # A title stands in the file's metadata, so what it needs must be there.
        for owner in (document, self.tree.get("letters", {}).get(document.get("letter"), {})):
            if "title" in owner:
                pen.text(owner["title"])
        if "letter" in document:
            write_letter(pen, doc, self.tree["letters"][document["letter"]], lambda one: self.gets(one, row))
        elif "parts" in document:
            if "annex" in document:
                annex = document["annex"]
                doc.lines.append(Line(f"{pen.text(annex['label'])} {pen.text(annex['title'])}"))
            for part in document["parts"]:
                if "when" in part and not pen.holds(part["when"]):
                    continue
                if "motion" in part:
                    write_motion(pen, doc, part)
                else:
                    text = self.tree["texts"][part["text"]]
                    if "title" in text:
                        doc.lines.append(Line(pen.text(text["title"])))
                    doc.lines += pen.body(text["body"])
        doc.notes = pen.notes
        return doc

    def pack(self, row):
        pack = Pack(row.code, {}, {})
        for key in self.documents:
            try:
                if self.gets(key, row):
                    pack.documents[key] = self.write(key, row)
            except Refused as refused:
                pack.refused[key] = str(refused)
        for key, document in self.documents.items():
            if "collects" in document and key in pack.documents:
                if pack.refused:
                    del pack.documents[key]
                else:
                    members = [pack.documents.get(one) for one in document["collects"]]
                    pack.documents[key].members = [one for one in members if one]
        if not pack.held:
            for name, keys in self.envelopes.items():
                # Nothing goes out without the letter that has the address.
                head = [one for one in self.documents[keys[0]].get("collects", keys[:1]) if one in pack.documents]
                if head and "letter" in self.documents[head[0]]:
                    pack.posted[name] = [one for one in keys if one in pack.documents]
        return pack


def envelopes(tree, documents):
    """What is posted: envelope -> ids of its documents (decision D6)."""

    def pdf(key):
        return "pdf" in documents[key]["formats"]

    def copy(key):
        return documents[key].get("publication-copy") == "true"

    def letter(key):
        return "letter" in documents[key] and not copy(key)

    post = tree.get("post")
    if post == "none":
        return {}
    if post is not None:
        for keys in post.values():
            check_envelope(keys, documents, pdf, copy, letter)
        return post
    letters = [key for key in documents if letter(key) and pdf(key)]
    collections = [key for key in documents if "collects" in documents[key]]
    if collections:
        first = [one for one in collections if letter(documents[one]["collects"][0])]
        if len(first) == 1 and set(letters) <= set(documents[first[0]]["collects"]):
            if not any(copy(one) for one in documents[first[0]]["collects"]):
                return {first[0]: first}
        return {}
    if len(letters) != 1:
        return {}
    items = tree["letters"][documents[letters[0]]["letter"]].get("enclosures", {}).get("items", [])
    named = [item["document"] for item in items if "document" in item]
    named = [one for at, one in enumerate(named) if pdf(one) and not copy(one) and one not in named[:at]]
    return {letters[0]: letters + [one for one in named if one != letters[0]]}


def check_envelope(keys, documents, pdf, copy, letter):
    if not keys or len(set(keys)) != len(keys) or not set(keys) <= documents.keys():
        raise Mistake("an envelope with a document twice, unknown, or none")
    members = [one for key in keys for one in documents[key].get("collects", [])]
    head = documents[keys[0]].get("collects", keys)[0]
    if not letter(head) or not all(pdf(key) for key in keys):
        raise Mistake("an envelope that does not begin with a letter, or is not PDF")
    if any(copy(key) for key in keys + members) or set(members) & set(keys):
        raise Mistake("an envelope with a publication copy, or a member beside its collection")


def reckon(folder):
    """What campaign.yaml and register.csv of a folder must give; raises Mistake."""
    try:
        campaign = Campaign(folder)
        check(campaign)
        packs = [campaign.pack(row) for row in campaign.rows if not row.mistake]
    except KeyError as missing:
        raise Mistake(f"{missing} is not known") from missing
    return Reckoning(packs, len(campaign.rows), campaign.envelopes)
