"""One document for one municipality: the source of its texts, and the resulting lines."""

import re
import urllib.parse

from words import MARK, PRIVATE, TAG, Line, Refused
from words import both, fixed, formatted, lookup, markdown, need

LISTS = ("recital", "operative")
KINDS = [*LISTS, "old", "new", "explanation", "preamble", "heard", "closing", "text", "note"]
KINDS += ["particulars", "movers", "signatures", "voting"]


class Document:
    def __init__(self, campaign, row, language, stated):
        self.campaign, self.tree, self.row, self.language = campaign, campaign.tree, row, language
        self.stated = stated
        self.copy = stated.get("publication-copy") == "true"
        self.withheld = fixed(language, "withheld")
        self.motion = self.variant = None  # which is being written
        self.titled = "title" in stated or "annex" in stated  # whether the file has a title
        self.values = {}  # those that were written, by their private letters
        self.lines, self.members, self.address = [], [], []
        self.notes = {}  # those that are referred to; in the end, those that are printed
        self.postal = False  # whether the address is one that post can be sent to

    def letter(self, value):
        """The private-use character that replaces a value while Markdown is parsed."""
        self.values[PRIVATE + len(self.values)] = value
        return chr(PRIVATE + len(self.values) - 1)

    def shows(self, node):
        value = self.campaign.asks(node, self.row)
        return need(value is not None, "a value is missing in a condition") and value

    def value(self, words):
        """The replacement of `{{ words }}`."""
        path, *formatters = re.split(r"\s*\|\s*", words)
        scope, _, name = path.partition(".")
        if scope == "phrase":
            return self.loose(self.wording(name))
        if scope == "fill":
            return f"[{self.text(self.tree['fill-ins'][name]['label'])}]"
        if scope == "choice":
            choice = self.tree["motions"][self.motion]["choices"][name]
            options = {key: self.text(one) for key, one in choice["options"].items()}
            every = " / ".join(options.values()) + choice.get("mark", "")
            return options[self.variant] if self.variant else every
        if scope == "sender":
            hidden = self.copy and name in self.tree["sender"].get("private", [])
            return self.withheld if hidden else self.text(self.tree["sender"][name])
        if path == "campaign.title":
            return self.text(self.tree["title"])
        head = {**self.tree, "date": self.campaign.date, "language": self.language}
        value = (head if scope == "campaign" else self.row).get(name)
        need(value is not None, f"{path} is missing")
        for formatter in formatters:
            value = formatted(value, formatter, self.language)
        return str(value)

    def wording(self, name):
        """The source of a phrase: the council's own, or everyone's."""
        own = self.tree.get("overrides", {}).get(self.row["code"], {})
        return own.get(name, self.tree["phrases"][name])

    def source(self, node):
        """The text of a mapping of languages, or the text for all languages."""
        return node[lookup(self.language, node)] if isinstance(node, dict) else node

    def loose(self, node):
        """Running text of one paragraph, which may be empty."""
        return " ".join(line.text for line in self.markdown(self.source(node))).strip()

    def text(self, node):
        """Running text that a document requires."""
        return need(self.loose(node), "a text comes out empty")

    def markdown(self, source):
        """The lines of a text, with a mark for each note that has words."""
        lines, notes = markdown(source, self)
        # A note belongs to its text, and another variant of a motion has notes of its own.
        keys = [(source, at, self.motion, self.variant) for at in range(len(notes))]
        self.notes |= dict(zip(keys, notes))
        marks = {key: f"\ue200{at}\ue201" for at, key in enumerate(self.notes) if self.notes[key]}
        for line in lines:
            line.text = MARK.sub(lambda mark: marks.get(keys[int(mark[1])], ""), line.text)
        return [line for line in lines if line.text.strip()]

    def number_notes(self):
        """Numbers the notes in the order of their marks; what is not printed refuses nothing."""
        texts, printed = list(self.notes.values()), {}
        for line in self.lines:
            for at in MARK.findall(line.text):
                printed.setdefault(at, len(printed) + 1)
            line.text = MARK.sub(lambda mark: f"\ue200{printed[mark[1]]}\ue201", line.text)
        self.notes = [texts[int(at)] for at in printed]
        for note in self.notes:
            if isinstance(note, Refused):
                raise note

    def blocks(self, node):
        """The blocks of a text, or the items of a list, that are shown."""
        nodes = node if isinstance(node, list) else [node]
        whole = lambda one: one if isinstance(one, dict) and "text" in one else {"text": one}
        return [block for block in map(whole, nodes) if self.shows(block)]

    def body(self, node):
        """Blocks of text: Markdown, by language, or a list with conditions and private blocks."""
        lines, hidden = [], False
        for block in self.blocks(node):
            before, hidden = hidden, self.copy and block.get("private") == "true"
            if not hidden:
                lines += self.markdown(self.source(block["text"]))
            elif not before:
                # Private blocks side by side are withheld in one word.
                lines.append(Line(self.withheld))
        return lines

    # ---- what a document consists of: lines, their texts, or None for none

    def add(self, lines):
        self.lines += [Line(one) if isinstance(one, str) else one for one in lines if one]

    def letter_lines(self, letter):
        """In the order of the PDF; Word leaves out what `paper` marks."""
        envelope = self.tree.get("envelope", "nl-dl-left")
        if isinstance(envelope, list):
            # The first rule that holds counts; those behind it are not asked.
            envelope = next((rule["name"] for rule in envelope if self.shows(rule)), "nl-dl-left")
        sender = self.tree["sender"]
        hidden = sender.get("private", []) if self.copy else []
        shown = {key: one for key, one in sender.items() if key not in hidden}
        for key in ("name", "tagline", "address", "telephone", "email", "website"):
            for one in shown.get(key, []) if key == "address" else [shown.get(key)]:
                yield one and self.text(one)
        if letter.get("address") != "none":
            if "address" in shown and envelope != "uk":
                own = [self.text(one) for one in [sender["name"], *shown["address"]]]
                yield Line(", ".join(own), paper=True)
            self.address = self.address_lines(letter)
            yield from self.address
        stated = {"reference": f"{self.tree['id']}/{self.row['code']}", **letter}
        block = letter.get("reference") != "none"
        for key in ("place-and-date", "reference", "subject", "treatment"):
            if stated.get(key, "none") != "none":
                label = f"{fixed(self.language, key)} " if block else ""
                yield label + self.text(stated[key])
        yield self.text(letter["salutation"])
        yield from need(self.body(letter["body"]), "the body comes out empty")
        yield self.text(letter["closing"])
        for signatory in letter["signatories"]:
            hidden = signatory.get("private", []) if self.copy else []
            yield self.withheld if "name" in hidden else signatory["name"]
            for key in ("role", "email"):
                if key in signatory and key not in hidden:
                    yield self.source(signatory[key])
        yield from self.enclosure_lines(letter.get("enclosures", {}))
        if "qr" in letter:
            encode = lambda tag: urllib.parse.quote(self.value(tag[1]), safe="")
            yield from (self.text(letter["qr"]["caption"]), TAG.sub(encode, letter["qr"]["url"]))

    def address_lines(self, letter):
        """The addressee, and where post is delivered, if that is known."""
        addressee = self.source(self.wording(letter["addressee"]))
        lines = [line for line in map(self.loose, addressee.splitlines()) if line]
        need(lines, "an address comes out empty")
        row, phrases = self.row, self.tree.get("phrases", {})
        number = row.get("po_box") or (row.get("street") and row.get("house_number"))
        self.postal = bool(number and row.get("postcode") and row.get("town"))
        if not self.postal:
            need(letter.get("address") == "optional", "the postal address is not complete")
            return lines
        dutch = self.tree["register"].get("country") == "NL"
        # The word of the country, whatever the letter is written in; else of the letter.
        box = "Postbus" if dutch else fixed(self.language, "po-box")
        delivery = {"po-box": f"{box} {number}"}
        if not row.get("po_box"):
            delivery = {"street-address": f"{row['street']} {number}{row.get('addition') or ''}"}
        town = row["town"].upper() if dutch else row["town"]
        for key, line in (*delivery.items(), ("postal-line", f"{row['postcode']} {town}")):
            lines.append(self.text(self.wording(key)) if key in phrases else line)
        if letter.get("kix") == "true":
            need(re.fullmatch(r"\d{4} ?[A-Za-z]{2}", row["postcode"]), "no KIX code")
        return lines

    def enclosure_lines(self, stated):
        shown = []
        for item in stated.get("items", []):
            got = "document" not in item or self.campaign.gets(item["document"], self.row)
            value = both(self.campaign.asks(item, self.row), got)
            need(value is not None, "a value is missing in the condition of an enclosure")
            shown += [item] if value else []
        titles = [" ".join(self.text(item[key]) for key in ("label", "title")) for item in shown]
        heading = fixed(self.language, "enclosure" if len(shown) == 1 else "enclosures")
        return [self.text(stated.get("title", heading)), *titles] if shown else []

    def part_lines(self, part):
        """A text, or a motion in one variant or in all; nothing where its body is empty."""
        if "text" in part:
            stated = self.tree["texts"][part["text"]]
            lines, title = self.body(stated["body"]), stated.get("title")
        else:
            stated = self.tree["motions"][part["motion"]]
            self.motion, self.variant = part["motion"], part.get("variant")
            lines = [line for block in stated["body"] for line in self.block_lines(block) if line]
            title = stated["variants"][self.variant] if self.variant else stated["title"]
        hidden = part.get("show-title") == "false"
        if lines and title and not (hidden and self.titled):
            heading, self.titled = self.text(title), True  # of the file, too
            lines = lines if hidden else [heading, *lines]
        self.motion = self.variant = None
        return lines

    def block_lines(self, block):
        """One block of a motion."""
        kind = next(key for key in KINDS if key in block)
        stated, times = block[kind], int(block.get("times", 0))
        if kind == "note" and self.variant or not self.shows(block):
            return []
        if kind in ("preamble", "heard", "closing", "note"):
            return [self.loose(stated if kind == "note" else self.wording(stated))]
        if kind == "text":
            return self.body(stated)
        if kind == "particulars":
            shown = [one for one in stated if self.shows(one)]
            return [self.text(one[key]) for one in shown for key in ("label", "value")]
        if kind in (*LISTS, "old", "new", "explanation"):
            below = self.item_lines(kind, block) if kind in LISTS else self.body(block["wording"])
            # A heading over nothing is not shown either.
            return [self.text(self.wording(stated)), *below] if below else []
        columns = [Line(self.text(one), column=True) for one in block.get("columns", [])]
        heads = [self.text(stated), *columns]
        if kind == "movers":
            return heads + [self.text(block["line"])] * times
        if kind == "signatures":
            return heads + [self.loose(cell) for cell in block["cells"]] * times
        rows = self.campaign.factions.get(self.row["code"], [[None, None]] * times)
        cells = [pair for row in rows for pair in zip(("faction", "seats", "vote"), [*row, None])]
        return heads + [known or self.loose(block[key]) for key, known in cells]

    def item_lines(self, kind, block):
        """The items of a recital or an operative block, or of each alternative that is shown."""
        lists = [block["items"]] if "items" in block else []
        for variant, items in block.get("alternatives", {}).items():
            lists += [items] if self.variant in (None, variant) else []
        lines = []
        for items in lists:
            texts = [text for item in self.blocks(items) if (text := self.loose(item["text"]))]
            lines += [Line(self.text(block["or"]))] if lines and texts else []
            for at, text in enumerate(texts):
                lines.append(Line(text, "–" if kind == "recital" else f"{chr(97 + at)})"))
        return lines
