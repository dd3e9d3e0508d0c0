"""A reference implementation of docs/authoring.md that shares nothing with Raadspost.

`reckon(folder)` reads campaign.yaml and register.csv of a folder and says what a reader of the
finished files must see, which of them are posted, and what is refused. It is slow, knows no
layout, and trusts no other part of this repository.
"""

import re
import urllib.parse
from pathlib import Path

from checks import check
from pen import BOX, DATE, ENCLOSURE, ENCLOSURES, REFERENCE, SUBJECT, TREATMENT, Doc, Pack, Pen, Reckoning, load_yaml, word
from table import read_cells, read_register
from words import Line, Mistake, Refused, canonical


def postal(pen):
    """The lines of the postal address, or None where it is not complete."""
    values, phrases = pen.row.values, pen.campaign.tree.get("phrases", {})
    box, house = values.get("po_box"), values.get("street") and values.get("house_number")
    if not (values.get("postcode") and values.get("town") and (box or house)):
        return None
    first = f"{word(pen.language, BOX)} {box}" if box else f"{values['street']} {house}{values.get('addition') or ''}"
    dutch = pen.campaign.tree["register"].get("country") == "NL"
    last = values["postcode"] + (f"  {values['town'].upper()}" if dutch else f" {values['town']}")
    key = "po-box" if box else "street-address"
    return [pen.phrase(name) if name in phrases else line for name, line in ((key, first), ("postal-line", last))]


def write_letter(pen, doc, letter, getting):
    """The lines of a letter, in the order of its PDF; Word leaves out what `paper` marks."""
    tree, add = pen.campaign.tree, lambda text, **more: doc.lines.append(Line(text, **more))
    sender = tree.get("sender", {})
    shown = {key: one for key, one in sender.items() if not (pen.copy and key in sender.get("private", []))}
    for key in ("name", "tagline", "address", "telephone", "email", "website"):
        for one in shown.get(key, []) if key == "address" else [shown[key]] if key in shown else []:
            add(pen.text(one))
    wanted = letter.get("address", "required")
    if wanted != "none":
        lines = postal(pen)
        if lines is None and wanted == "required":
            raise Refused("the postal address is not complete")
        if shown.get("address"):
            add(", ".join(pen.text(one) for one in [shown["name"], *shown["address"]]), paper=True)
        doc.address, doc.postal = pen.rows(pen.wording(letter["addressee"])) + (lines or []), lines is not None
        for line in doc.address:
            add(line)
    block = letter.get("reference") != "none"
    for key, which in (("place-and-date", DATE), ("reference", REFERENCE), ("subject", SUBJECT), ("treatment", TREATMENT)):
        label = f"{word(pen.language, which)} " if block else ""
        if key == "reference" and key not in letter:
            add(f"{label}{tree['id']}/{pen.row.code}")
        elif key in letter and letter[key] != "none":
            add(label + pen.text(letter[key]))
    add(pen.text(letter["salutation"]))
    doc.lines += pen.body(letter["body"])
    add(pen.text(letter["closing"]))
    for signatory in letter["signatories"]:
        for key in [key for key in ("name", "role", "email") if key in signatory]:
            hidden = pen.copy and key in signatory.get("private", [])
            if not hidden or key == "name":
                add(pen.withheld if hidden else pen.source(signatory[key]))
    write_enclosures(pen, add, letter.get("enclosures", {}), getting)
    if "qr" in letter:
        add(pen.text(letter["qr"]["caption"]))
        add(re.sub(r"\{\{(.*?)\}\}", lambda tag: urllib.parse.quote(pen.value(tag[1].strip()), safe=""), letter["qr"]["url"]))


def write_enclosures(pen, add, enclosures, getting):
    items = []
    for item in enclosures.get("items", []):
        if pen.shows(item) and ("document" not in item or getting(item["document"])):
            items.append(" ".join(pen.text(item[key]) for key in ("label", "title") if key in item))
    if items:
        title = word(pen.language, ENCLOSURE if len(items) == 1 else ENCLOSURES)
        for line in [pen.text(enclosures["title"]) if "title" in enclosures else title, *items]:
            add(line)


def write_motion(pen, doc, part):
    motion, factions = pen.campaign.tree["motions"][part["motion"]], pen.campaign.factions.get(pen.row.code)
    pen.motion, pen.variant = part["motion"], part.get("variant")
    title = pen.text(motion["variants"][pen.variant] if pen.variant else motion["title"])
    if part.get("show-title") != "false":
        doc.lines.append(Line(title))
    for block in motion["body"]:
        doc.lines += write_block(pen, block, factions) if pen.shows(block) else []
    pen.motion = pen.variant = None


KINDS = "recital operative preamble heard closing old new explanation text note particulars movers signatures voting".split()


def write_block(pen, block, factions):
    """The lines of one block of a motion."""
    kind = next(key for key in KINDS if key in block)
    times = int(block.get("times", 0))
    if kind in ("recital", "operative"):
        lists = [block["items"]] if "items" in block else []
        lists += [items for key, items in block.get("alternatives", {}).items() if pen.variant in (None, key)]
        lists = [pen.items(items, "–" if kind == "recital" else "") for items in lists]
        lists = [lines for lines in lists if lines]
        between = [Line(pen.text(block["or"]))] if len(lists) > 1 else []
        below = [line for at, lines in enumerate(lists) for line in (between if at else []) + lines]
        # A heading over items of which none is shown is not shown either.
        return [Line(pen.phrase(block[kind])), *below] if below else []
    if kind in ("old", "new", "explanation"):
        below = pen.body(block["wording"])
        return [Line(pen.phrase(block[kind])), *below] if below else []
    if kind == "text":
        return pen.body(block["text"])
    if kind in ("preamble", "heard", "closing", "note"):
        text = pen.loose(block["note"] if kind == "note" else pen.wording(block[kind]))
        return [Line(text)] if text and not (kind == "note" and pen.variant) else []
    if kind == "particulars":
        return [Line(pen.text(one[key])) for one in block[kind] if pen.shows(one) for key in ("label", "value")]
    heads = [Line(pen.text(block[kind])), *(Line(pen.text(one), column=True) for one in block.get("columns", []))]
    cells = {"movers": [block.get("line")] * times, "signatures": block.get("cells", []) * times}.get(kind)
    if kind == "voting":
        rows = [["", "", block["vote"]] for _ in factions or []] or [[block[key] for key in ("faction", "seats", "vote")]] * times
        known = [cell for faction in factions or [] for cell in (*faction, None)]
        cells = [cell for row in rows for cell in row]
        said = [known[at] if at < len(known) and known[at] else pen.loose(cell) for at, cell in enumerate(cells)]
        return heads + [Line(one) for one in said]
    return heads + [Line((pen.text if kind == "movers" else pen.loose)(one)) for one in cells]


class Campaign:
    def __init__(self, folder):
        self.tree = load_yaml((Path(folder) / "campaign.yaml").read_text())
        register = self.tree["register"]
        self.rows, self.kinds = read_register(Path(folder), register)
        self.factions = {}
        if "factions" in register:
            for code, *faction in read_cells(Path(folder) / register["factions"], register.get("delimiter"))[1:]:
                self.factions.setdefault(code, []).append(faction)
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
        tags = {canonical(tag): tag for tag in stated["among"]}
        try:
            parts = canonical(cell).split("-")
        except Mistake:
            raise Refused(f"language {cell}") from None
        heads = ["-".join(parts[:end]) for end in range(len(parts), 0, -1)]
        found = [tags[head] for head in heads if head in tags]
        found = found or [tag for key, tag in tags.items() if key.startswith(f"{heads[0]}-")]
        if not found or heads[-1] not in tags and len(found) > 1:
            raise Refused(f"language {cell}")
        return found[0]

    def gets(self, key, row):
        """Whether a municipality gets a document; a refusal where that is open."""
        document = self.documents[key]
        if not Pen(self, row, "nl").shows(document):
            return False
        return any(self.gets(member, row) for member in document.get("collects", [])) or "collects" not in document

    def write(self, key, row):
        document = self.documents[key]
        language = self.language(document, row)
        doc = Doc(key, document["formats"], document.get("file", key), language)
        pen = Pen(self, row, language, document.get("publication-copy") == "true")
        letter = self.tree["letters"][document["letter"]] if "letter" in document else {}
        # A title stands in the file's metadata, so what it needs must be there.
        for owner in (document, letter):
            pen.text(owner.get("title", "none"))
        if letter:
            write_letter(pen, doc, letter, lambda one: self.gets(one, row))
        if "annex" in document:
            doc.lines.append(Line(" ".join(pen.text(document["annex"][key]) for key in ("label", "title"))))
        for part in [part for part in document.get("parts", []) if pen.shows(part)]:
            if "motion" in part:
                write_motion(pen, doc, part)
            else:
                text = self.tree["texts"][part["text"]]
                doc.lines += [Line(pen.text(text["title"]))] if "title" in text else []
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
            if "collects" in document and pack.refused:
                pack.documents.pop(key, None)
            elif "collects" in document and key in pack.documents:
                pack.documents[key].members = [pack.documents[one] for one in document["collects"] if one in pack.documents]
        for name, keys in self.envelopes.items() if not pack.refused else []:
            # Nothing goes out without a letter in front that has a whole address.
            head = [one for one in self.documents[keys[0]].get("collects", keys[:1]) if one in pack.documents]
            if head and pack.documents[head[0]].postal:
                pack.posted[name] = [one for one in keys if one in pack.documents]
        return pack


def envelopes(tree, documents):
    """What is posted: envelope -> ids of its documents."""
    pdf = {key for key, one in documents.items() if "pdf" in one["formats"]}
    copies = {key for key, one in documents.items() if one.get("publication-copy") == "true"}
    addressed = [key for key, one in tree.get("letters", {}).items() if one.get("address") != "none"]
    letters = [key for key, one in documents.items() if one.get("letter") in addressed and key not in copies]
    collects = {key: one["collects"] for key, one in documents.items() if "collects" in one}
    post = tree.get("post")
    if post == "none":
        return {}
    for keys in (post or {}).values():
        members = [one for key in keys for one in collects.get(key, [])]
        if not keys or len(set(keys)) != len(keys) or not set(keys) <= pdf or set(members) & set(keys):
            raise Mistake("an envelope with a document twice, unknown, not PDF, beside its collection, or none")
        if collects.get(keys[0], keys)[0] not in letters or copies & {*keys, *members}:
            raise Mistake("an envelope that does not begin with a letter, or with a publication copy")
    if post is not None:
        return post
    letters = [key for key in letters if key in pdf]
    if collects:
        first = [key for key, members in collects.items() if members[0] in letters]
        whole = len(first) == 1 and set(letters) <= set(collects[first[0]]) and not copies & set(collects[first[0]])
        return {first[0]: first} if whole else {}
    if len(letters) != 1:
        return {}
    items = tree["letters"][documents[letters[0]]["letter"]].get("enclosures", {}).get("items", [])
    named = [item["document"] for item in items if item.get("document") in pdf - copies]
    return {letters[0]: list(dict.fromkeys(letters + named))}


def reckon(folder):
    """What campaign.yaml and register.csv of a folder must give; raises Mistake."""
    try:
        campaign = Campaign(folder)
        check(campaign)
        packs = [campaign.pack(row) for row in campaign.rows if not row.mistake]
    except KeyError as missing:
        raise Mistake(f"{missing} is not known") from missing
    return Reckoning(packs, len(campaign.rows), campaign.envelopes)
