"""Compares the finished files, read with third-party programs, with the oracle.

PDF text is what pdfium finds, in the order in which it is painted. This is evened out, and nothing
else: spaces of any width and ends of lines are one space; between two lines of the oracle (a
paragraph, a heading, a cell) any white space may stand, and none, and the `·` of a letterhead; a
line may end behind a sign such as `-` or `/` without a space; a no-break space may be missing,
because pdfium finds none that is narrow (in Word files it may not); a space that pdfium does not
find where a line is set tight may be missing if poppler finds two words there; and pdfium writes
U+FFFE for a hyphen at the end of a line or page, which is either the text's own or one of hyphenation between
two letters. In Spanish a compound that is parted has its hyphen at the end of the line and again at
the beginning of the next.
"""

import html
import itertools
import re
import subprocess
import zipfile
from xml.etree import ElementTree

import pypdfium2

from words import MARK, fixed

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SPACE = re.compile("[\u0020\u00a0\u2009\u202f\t]+")
BREAKABLE = set("-–—/.:?&=_@%#,;’'()[]+~*")
BOX = r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
PAGES = "|".join(fixed(tag, "page") for tag in "nl fy en de fr es uk".split())
FOOTER = re.compile(f"(?:^|\n)(?:{PAGES}) \\d+$")
HYPHEN = re.compile(f"\ufffe(?=(?:{PAGES}) \\d+$)")


def even(text):
    text = (
        text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00ad", "").replace("\u200b", "")
    )
    text = SPACE.sub(" ", text)
    return re.sub(" ?\n ?", "\n", text).strip(" \n")


def spaces(text):
    """A text of the oracle with one space, or one no-break space, between words."""
    return SPACE.sub(lambda run: " " if set(run[0]) - {"\u00a0", "\u202f"} else "\u00a0", text)


def stream(lines, labels=True):
    """The lines of a document as one text; `\\n` is where any white space may be."""
    out = []
    for line in lines:
        text = MARK.sub(r"\1", line.text)
        text = spaces(text).strip()
        label = f"{line.label}\n" if labels and line.label else ""
        if text or label:
            out.append(label + text)
    return "\n".join(out)


def follow(want, at, seen, repeats=False, parted=frozenset()):
    """How far the oracle's text matches the text read: (place in want, place in seen).

    `repeats`: whether a hyphen at the end of a line stands at the beginning of the next, too.
    `parted`: pairs of words with a space between them that pdfium need not have found.
    """
    place = 0
    while place < len(seen):
        sign = seen[place]
        here = want[at] if at < len(want) else ""
        if here == "\n":
            at += 1
            while place < len(seen) and seen[place] in " \n·":
                place += 1
            continue
        if here == "\u00a0" and sign not in " \n":
            # pdfium misses it in a tightly set line.
            at += 1
            continue
        if here == " " and sign not in " \n":
            if (word_at(want, at - 1), word_at(want, at + 1)) in parted:
                at += 1
                continue
        if sign in " \n":
            if here in (" ", "\u00a0"):
                at += 1
            elif here and not (
                sign == "\n"
                and (at == 0 or want[at - 1] in BREAKABLE or len(word_at(want, at)) > 24)
            ):
                break
            elif not here:
                break
            place += 1
        elif sign == "\ufffe":
            if here == "-":
                at += 1
                if at < len(want) and want[at] in " \n":
                    at += 1
            elif not (here and at and want[at - 1].isalpha() and here.isalpha()):
                break
            place += 1
        elif sign == here:
            at += 1
            place += 1
        elif (
            repeats
            and sign == "-" == want[at - 1 : at]
            and seen[:place][-1:] in ("", "\n", "\ufffe")
        ):
            place += 1
        else:
            break
    return at, place


def word_at(text, at):
    begin = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    ends = [end for end in (text.find(" ", at), text.find("\n", at)) if end >= 0]
    return text[begin : min(ends, default=len(text))]


def heads(lines):
    """The heads of each table, as one text."""
    tables = itertools.groupby(lines, key=lambda line: line.column)
    return [stream(list(group)) for column, group in tables if column]


def skip(want, at):
    while at < len(want) and want[at] in " \n":
        at += 1
    return at


def shown(body, at, notes, said, page, spanish, parted):
    """How far body and notes match a page; at a difference (place in body, in page)."""
    reached, place = follow(body, at, page, spanish, parted)
    cuts = [place] if place == len(page) else []
    if said < len(notes):
        cuts += [match.start() + 1 for match in re.finditer("[\n\ufffe]", page[: place + 1])][::-1]
        cuts += [0] if not body[at:] else []
    for cut in cuts:
        above = page[:cut].rstrip(" \n")
        end, used = follow(body, at, above, spanish, parted)
        told, heard = follow(notes, said, page[cut:], spanish, parted)
        if used >= len(above) and heard == len(page[cut:]):
            return (end, told), None
    return None, (reached, place)


def pages_differ(documents, pages):
    """Compares pages with documents that each begin on a new page; describes the first difference."""
    waiting = list(documents)
    doc = None
    for number, sheet in enumerate(pages, 1):
        page = FOOTER.sub("", HYPHEN.sub("\ufffe\n", sheet))
        if doc is None:
            if not waiting:
                return f"page {number} is one too many: {page[:80]!r}"
            doc = waiting.pop(0)
            body, notes = (
                stream(doc.lines),
                "\n".join(f"{at} {note}" for at, note in enumerate(doc.notes, 1)),
            )
            notes = spaces(notes)
            at = said = 0
        spanish = doc.language.startswith("es")
        at, said = skip(body, at), skip(notes, said)
        for head in heads(doc.lines) if at else []:
            # A table that continues on the next page repeats its headings.
            whole, used = follow(head, 0, page)
            if whole == len(head) and not body.startswith(head, at):
                page = page[used:].lstrip(" \n")
        found, differs = shown(body, at, notes, said, page, spanish, frozenset())
        if not found:
            found, differs = shown(body, at, notes, said, page, spanish, sheet.parted())
        if not found:
            reached, place = differs
            wanted, seen = body[reached : reached + 60], page[place : place + 60]
            where = f"page {number}: {doc.stated['id']}"
            return f"{where}: expected {wanted!r}, seen {seen!r} behind {page[:place][-30:]!r}"
        at, said = found
        if skip(body, at) == len(body) and skip(notes, said) == len(notes):
            doc = None
    if doc is not None:
        missing = body[skip(body, at) :] or notes[skip(notes, said) :]
        return f"{doc.stated['id']}: missing at the end: {missing[:100]!r}"
    waiting = [one for one in waiting if stream(one.lines)]
    return f"{waiting[0].stated['id']} is missing" if waiting else None


class Page(str):
    """The text of a page as pdfium finds it, and where the page is."""

    def __new__(cls, text, path, number):
        page = super().__new__(cls, text)
        page.path, page.number = path, number
        return page

    def parted(self):
        """The pairs of neighbouring words that poppler tells apart."""
        boxes = boxes_of(self.path)[self.number]
        return set(itertools.pairwise(html.unescape(box[4]) for box in boxes))


def pdf_pages(path):
    file = pypdfium2.PdfDocument(path)
    try:
        texts = []
        for number, page in enumerate(file):
            text = page.get_textpage()
            texts.append(Page(even(text.get_text_range()), path, number))
            text.close()
            page.close()
        return texts
    finally:
        file.close()


def word_text(path):
    """The text of a Word file with a mark for each reference to a note, and its notes."""
    with zipfile.ZipFile(path) as package:
        body = ElementTree.fromstring(package.read("word/document.xml"))
        names = package.namelist()
        notes = (
            ElementTree.fromstring(package.read("word/footnotes.xml"))
            if "word/footnotes.xml" in names
            else []
        )
    by_id = {note.get(W + "id"): say(note) for note in notes if note.get(W + "type") is None}
    order = []
    return say(body, order), [by_id[one] for one in order]


def say(element, order=None):
    out = []
    for node in element.iter():
        if node.tag == W + "t":
            out.append(node.text or "")
        elif node.tag == W + "p":
            out.append("\n")
        elif node.tag in (W + "br", W + "tab"):
            out.append("\n")
        elif node.tag == W + "noBreakHyphen":
            out.append("-")
        elif node.tag == W + "footnoteReference":
            one = node.get(W + "id")
            if one not in order:
                order.append(one)
            out.append(str(order.index(one) + 1))
    return even("".join(out))


def word_differs(doc, path):
    seen, notes = word_text(path)
    want = stream([line for line in doc.lines if not line.paper], labels=False)
    for what, one, other in [("text", want, seen)] + [
        (f"note {at + 1}", want, seen) for at, (want, seen) in enumerate(zip(doc.notes, notes))
    ]:
        one = SPACE.sub(" ", one).strip()
        at, place = follow(one, 0, other)
        if place < len(other) or skip(one, at) < len(one):
            return f"{what}: expected {one[at : at + 60]!r}, seen {other[place : place + 60]!r}"
    if len(notes) != len(doc.notes):
        return f"{len(doc.notes)} notes expected, {len(notes)} seen"
    return None


def boxes_of(path):
    """The words of each page with their boxes, as poppler finds them."""
    said = subprocess.run(
        ["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    return [re.findall(BOX, page) for page in said.split("<page ")[1:]]


def overlaps(path):
    """Words of a PDF file that lie over one another, by poppler's boxes."""
    found = []
    for number, boxes in enumerate(boxes_of(path), 1):
        boxes = sorted((tuple(map(float, box[:4])), box[4]) for box in boxes)
        for at, (one, text) in enumerate(boxes):
            for other, words in boxes[at + 1 :]:
                if other[0] >= one[2] - 0.5:
                    break
                # Boxes are as tall as the font allows, so those of two lines touch: about a quarter
                # above the lower edge is the base line, and words on one base line must not.
                tall = [box[3] - box[1] for box in (one, other)]
                apart = abs((one[3] - tall[0] / 4) - (other[3] - tall[1] / 4))
                if apart < 0.3 * min(tall):
                    found.append(f"page {number}: {text!r} and {words!r} lie over one another")
    return found
