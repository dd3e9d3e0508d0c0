#!/usr/bin/env python3
"""Judges a print run by comparing it with its run.

`print.py [--selftest] [--letters N [--seed N]] RUN PRINTRUN`

Every file passes `qpdf --check` and opens in Ghostscript and poppler. Of all letters, or of N that
a seed has chosen, each page says what its own letter says (pdftotext) and looks like it outside
the marks (mutool, 72 dpi); a page without colour has no ink but black (Ghostscript's inkcov); each
DataMatrix (dmtxread) and each row of OMR bars is read from the pixels (pdftoppm, 300 dpi), says
what it must, and stands where it must within 0.2 mm. The sequence of the marks has no gap, each
letter has one end, and the manifest names the sets that are stapled.
"""

import argparse
import concurrent.futures
import csv
import json
import math
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

import pikepdf
from PIL import Image, ImageChops, ImageFilter

A4 = (595.276, 841.89)
MM = 72 / 25.4
# Levels of 255 by which a pixel may differ: sRGB black and DeviceGray are rounded apart.
TOLERANCE = 2
# Pages that are drawn at once; a picture of one is 1.5 MB.
BATCH = 60
# Resolution at which marks are read, and how far they may stand from their place, mm.
DPI = 300
APART = 0.2
# From one edge of a mark's picture to the mark, mm.
ROOM = 2


def call(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False)


def mailed(run, apart):
    """For each letter id, the PDF files that are mailed, and their pages."""
    letters = {}
    with (run / ".raadspost" / "mailing.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            pack = json.loads(line)
            files = {one["id"]: one for one in pack["documents"] if one["format"] == "pdf"}
            for envelope in pack["envelopes"]:
                if envelope.get("without"):
                    continue
                chosen = []
                for name in envelope["documents"]:
                    members = files[name].get("collects", []) if apart else []
                    chosen += [files[member] for member in members] or [files[name]]
                letters[f"{pack['code']}.{envelope['id']}"] = [run / one["path"] for one in chosen]
    return letters


def texts(path, first, last):
    """The words of each page."""
    said = call("pdftotext", "-raw", "-f", first, "-l", last, path, "-")
    return [page.split() for page in said.stdout.decode().split("\f")[: last - first + 1]]


def pixels(path, first, last, folder, scale=1):
    """Each page as a picture, 72 dpi times the scale."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        call("mutool", "draw", "-q", "-r", 72 * scale, "-c", "rgb", "-o", f"{place}/page-%06d.ppm", path, f"{first}-{last}")
        pictures = []
        for one in sorted(pathlib.Path(place).iterdir()):
            picture = Image.open(one).convert("RGB")
            picture.load()
            pictures.append(picture)
    return pictures


def inks(path, first, last):
    """C, M, Y and K of each page."""
    said = call("gs", "-q", "-o", "-", "-sDEVICE=inkcov", f"-dFirstPage={first}", f"-dLastPage={last}", path)
    return [tuple(map(float, line.split()[:4])) for line in said.stdout.decode().splitlines() if "CMYK" in line]


def trimmed(picture, around, scale=1):
    """The part of a picture at 72 dpi times the scale that is the trimmed sheet."""
    if not around:
        return picture
    left, width, height = (round(value * scale) for value in (around, *A4))
    return picture.crop((left, left, left + width, left + height))


def modules(marks):
    """Modules on a side of a DataMatrix."""
    return marks["symbol"] or 22


def extent(marks):
    """Width and height of the marks of a sheet, mm."""
    if marks["kind"] == "datamatrix":
        return modules(marks) * marks["module"], modules(marks) * marks["module"]
    return marks["length"], (len(marks["positions"]) - 1) * marks["module"] + marks["weight"]


def zones(printer):
    """What may differ from the letter, in mm: left, top, right, bottom."""
    found = []
    if marks := printer["marks"]:
        width, height = extent(marks)
        found.append((marks["left"], marks["top"], marks["left"] + width, marks["top"] + height))
    if text := printer["sequence"]:
        found.append((text["left"], text["top"] - 4, text["left"] + 28, text["top"] + 2))
    return found


def masked(picture, printer, scale=1):
    picture = picture.copy()
    for left, top, right, bottom in zones(printer):
        box = [round((value + move) * MM * scale) for value, move in ((left, -1), (top, -1), (right, 1), (bottom, 1))]
        picture.paste((255, 255, 255), tuple(box))
    return picture


def mark_pictures(path, first, last, printer, around, folder):
    """The zone of the marks of each page, with some room around it, 300 dpi."""
    marks = printer["marks"]
    width, height = extent(marks)
    scale, shift = DPI / 25.4, around / MM
    box = (marks["left"] - ROOM + shift, marks["top"] - ROOM + shift, width + 2 * ROOM, height + 2 * ROOM)
    left, top, width, height = (round(value * scale) for value in box)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        call("pdftoppm", "-r", DPI, "-gray", "-x", left, "-y", top, "-W", width, "-H", height,
             "-f", first, "-l", last, path, f"{place}/mark")
        names = sorted(pathlib.Path(place).iterdir())
        pictures = []
        for one in names:
            picture = Image.open(one)
            picture.load()
            pictures.append(picture)
        said = []
        if marks["kind"] == "datamatrix":
            fronts = [name for name, picture in zip(names, pictures) if bounds(picture)]
            read = call("dmtxread", "-n", "-N1", "-m3000", *fronts).stdout.decode().splitlines() if fronts else []
            if len(read) != len(fronts):
                read = [call("dmtxread", "-N1", "-m3000", name).stdout.decode().strip() for name in fronts]
            told = dict(zip(fronts, read))
            said = [told.get(name, "") for name in names]
    # Where the picture begins on the trimmed sheet.
    corner = (left / scale - shift, top / scale - shift)
    return [(picture, corner, said[at] if said else "") for at, picture in enumerate(pictures)]


def bounds(picture):
    return picture.point(lambda level: 255 if level < 128 else 0).getbbox()


def judge_matrix(found, marks, wanted):
    """What is wrong with a DataMatrix."""
    picture, corner, text = found
    if text != wanted:
        return [f"says `{text}`, not `{wanted}`"]
    box = [value * 25.4 / DPI for value in bounds(picture)]
    size = modules(marks) * marks["module"]
    edges = (marks["left"], marks["top"], marks["left"] + size, marks["top"] + size)
    seen = [value + corner[at % 2] for at, value in enumerate(box)]
    if max(abs(one - other) for one, other in zip(edges, seen)) > APART:
        return [f"stands at {', '.join(f'{value:.2f}' for value in seen)} mm"]
    return []


def judge_omr(found, marks, sequence, sheet, sheets):
    """What is wrong with a row of OMR bars: read from the pixels, without the programme's help."""
    picture, corner, _ = found
    scale = 25.4 / DPI
    box = bounds(picture)
    if box is None:
        return ["has no bars"]
    reasons = []
    for name, seen, place in (("left", box[0], marks["left"]), ("right", box[2], marks["left"] + marks["length"])):
        if abs(seen * scale + corner[0] - place) > APART:
            reasons.append(f"has its {name} edge at {seen * scale + corner[0]:.2f} mm")
    middle = (box[0] + box[2]) // 2
    column = [picture.getpixel((middle, y)) < 128 for y in range(picture.height)]
    bars = set()
    y = 0
    while y < len(column):
        if not column[y]:
            y += 1
            continue
        begin = y
        while y < len(column) and column[y]:
            y += 1
        top, weight = begin * scale + corner[1], (y - begin) * scale
        place = round((top - marks["top"]) / marks["module"])
        if abs(top - marks["top"] - place * marks["module"]) > APART or abs(weight - marks["weight"]) > APART:
            reasons.append(f"has a bar of {weight:.2f} mm at {top:.2f} mm")
        else:
            bars.add(place)
    wanted = meant(marks["positions"], sequence, sheet, sheets)
    if bars != wanted:
        reasons.append(f"has bars at {sorted(bars)}, not at {sorted(wanted)}")
    return reasons


def meant(positions, sequence, sheet, sheets):
    """The positions at which there is a bar."""
    told = {"bar": True, "first": sheet == 1, "not-first": sheet > 1, "last": sheet == sheets, "not-last": sheet < sheets}
    bars = set()
    for place, meaning in enumerate(positions):
        kind, _, bit = meaning.partition("-")
        if kind in ("sequence", "sheet"):
            value = (sequence if kind == "sequence" else sheet) // int(bit) % 2 == 1
        else:
            value = told.get(meaning, False)
        if value:
            bars.add(place)
    for place, meaning in enumerate(positions):
        if meaning in ("even", "odd") and len(bars) % 2 != (meaning == "odd"):
            bars.add(place)
    return bars


def filled(template, values):
    """The text of a mark."""

    def value(match):
        name, _, rest = match[1].partition("|")
        if rest:
            yes, _, no = rest.partition("|")
            return yes if values[name] else no
        name, _, digits = name.partition(":0")
        return str(values[name]).zfill(int(digits or 0))

    return re.sub(r"\{([^}]*)\}", value, template)


def letter_sides(sources, printer, work):
    """Words, picture and page of each side that a letter must have, and the sets that are stapled."""
    per_sheet = 2 if printer["plex"] == "duplex" else 1
    staple = printer["staple"]
    sides, begins = [], [0]
    for at, source in enumerate(sources):
        if len(sources) > 1 and at:
            sides += [([], None, None)] * (-len(sides) % per_sheet)
            if staple and staple["sets"] == "documents":
                begins.append(len(sides))
        drawn = zip(texts(source, 1, 9999), pixels(source, 1, "N", work))
        sides += [(words, picture, (source, number)) for number, (words, picture) in enumerate(drawn, 1)]
    sides += [([], None, None)] * (-len(sides) % per_sheet)
    sets = list(zip(begins, begins[1:] + [len(sides)]))
    held = [one for one in sets if staple and 2 <= (one[1] - one[0]) // per_sheet <= staple["sheets"]]
    return sides, held


def compared(shown, picture, printer, around, scale=1):
    """By how many levels a page of the job differs from that of the letter, or from white."""
    shown = masked(trimmed(shown, around, scale), printer, scale)
    if picture is None:
        return difference(shown, Image.new("RGB", shown.size, (255, 255, 255)))
    size = tuple(map(min, shown.size, picture.size))
    return difference(shown.crop((0, 0, *size)), masked(picture.crop((0, 0, *size)), printer, scale))


def compared_again(path, page, wanted, printer, around, work):
    """The same at twice the resolution: what differs is seen at both, and the corner of a glyph that is
    rounded to another pixel only at one."""
    (shown,) = pixels(path, page, page, work, 2)
    (picture,) = pixels(wanted[0], wanted[1], wanted[1], work, 2) if wanted else (None,)
    return compared(shown, picture, printer, around, 2)


def judge_letter(row, sources, printer, around, job, path, first_page, said, seen, inked, marked, work):
    first, last = int(row["first_page"]), int(row["last_page"])
    per_sheet = 2 if printer["plex"] == "duplex" else 1
    reasons = []
    sides, held = letter_sides(sources, printer, work)
    if len(sides) != last - first + 1:
        return [f"{len(sides)} sides, not {last - first + 1}"]
    sheets = len(sides) // per_sheet
    if sheets != int(row["sheets"]):
        reasons.append(f"{sheets} sheets, not {row['sheets']}")
    staple = " ".join(f"{first + begin}-{first + end - 1}" for begin, end in held)
    if row["staple"] != staple:
        reasons.append(f"staples `{row['staple']}`, not `{staple}`")
    black = printer["colours"] == "black"
    sequence = int(row["sequence"])
    for at, (wanted, picture, source) in enumerate(sides):
        page = first + at
        here = page - first_page
        sheet, is_front = at // per_sheet + 1, at % per_sheet == 0
        values = {
            "job": job, "sequence": sequence, "sheet": sheet, "sheets": sheets, "code": row["code"],
            "letter": row["letter_id"], "last": sheet == sheets, "first": sheet == 1,
        }
        if printer["sequence"] and is_front:
            wanted = [*wanted, *filled(printer["sequence"]["text"], values).split()]
        if said[here] != wanted:
            reasons.append(f"page {page} says other words")
        grey = picture is None or max(ImageChops.difference(part, picture.split()[0]).getextrema()[1] for part in picture.split()) <= TOLERANCE
        if not black or grey:
            worst = compared(seen[here], picture, printer, around)
            if worst > TOLERANCE:
                worst = min(worst, compared_again(path, page, source, printer, around, work))
            if worst > TOLERANCE:
                reasons.append(f"page {page} differs by {worst} levels")
        if (grey or black) and inked[here][:3] != (0, 0, 0):
            reasons.append(f"page {page} has ink of four plates: {inked[here]}")
        marks = printer["marks"]
        if marks and marks["side"] in ("both", "front" if is_front else "back"):
            if marks["kind"] == "datamatrix":
                found = judge_matrix(marked[here], marks, filled(marks["text"], values))
            else:
                found = judge_omr(marked[here], marks, sequence, sheet, sheets)
            reasons += [f"the mark of page {page} {reason}" for reason in found]
    return reasons


def judge_batch(rows, letters, folder, printer, around, job):
    """The letters of some rows that stand one after another in a file."""
    path = folder / rows[0]["file"]
    first, last = int(rows[0]["first_page"]), int(rows[-1]["last_page"])
    reasons = []
    with tempfile.TemporaryDirectory() as work:
        said, seen, inked = texts(path, first, last), pixels(path, first, last, work), inks(path, first, last)
        marked = mark_pictures(path, first, last, printer, around, work) if printer["marks"] else []
        for row in rows:
            sources = letters.get(row["letter_id"])
            found = judge_letter(row, sources, printer, around, job, path, first, said, seen, inked, marked, work) if sources else ["no such letter"]
            reasons += [f"{row['letter_id']}: {reason}" for reason in found]
    return reasons


def batches(rows):
    """Rows that stand one after another in a file, some pages at a time."""
    found = []
    for row in rows:
        batch = found[-1] if found else None
        if (
            batch
            and batch[-1]["file"] == row["file"]
            and int(batch[-1]["last_page"]) + 1 == int(row["first_page"])
            and int(row["last_page"]) - int(batch[0]["first_page"]) < BATCH
        ):
            batch.append(row)
        else:
            found.append([row])
    return found


def judge_file(path, job, around):
    reasons = []
    checked = call("qpdf", "--check", path)
    if checked.returncode:
        reasons.append(f"{path.name}: qpdf: {(checked.stdout + checked.stderr).decode()[-200:]}")
    # A standard-14 font without its file would be replaced at the press.
    for line in call("pdffonts", path).stdout.decode().splitlines()[2:]:
        if not re.search(r" yes (yes|no ) (yes|no ) +\d+ +\d+$", line):
            reasons.append(f"{path.name}: a font is not embedded: {line}")
            break
    if path.name.startswith(job):
        with pikepdf.open(path) as pdf:
            if any("/TrimBox" not in page or "/BleedBox" not in page for page in pdf.pages):
                reasons.append(f"{path.name}: a page has no TrimBox or BleedBox")
            box = [float(value) for value in pdf.pages[0].TrimBox]
            if any(abs(found - wanted) > APART * MM for found, wanted in zip(box, (around, around, around + A4[0], around + A4[1]))):
                reasons.append(f"{path.name}: the TrimBox is {box}")
    return reasons


def judge(run, folder, most, seed):
    ticket = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    printer, job = ticket["printer"], ticket["job"]
    around = math.ceil((printer["bleed"] + (7 if printer["crop_marks"] else 0)) * MM)
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    apart = printer["annexes"] or (printer["staple"] and printer["staple"]["sets"] == "documents")
    letters = mailed(run, bool(apart))
    reasons = []
    if not rows or len(rows) != ticket["letters"]:
        reasons.append(f"the manifest has {len(rows)} rows, not {ticket['letters']}")
    sequences = [int(row["sequence"]) for row in rows]
    if sequences != list(range(sequences[0], sequences[0] + len(sequences))):
        reasons.append("the sequence has gaps or doubles")
    chosen = rows
    if most and most < len(rows):
        chosen = [rows[at] for at in sorted(random.Random(seed).sample(range(len(rows)), most))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        tasks = [pool.submit(judge_file, path, job, around) for path in sorted(folder.glob("*.pdf"))]
        tasks += [pool.submit(judge_batch, batch, letters, folder, printer, around, job) for batch in batches(chosen)]
        for task in tasks:
            reasons += task.result()
    pages = sum(int(row["last_page"]) - int(row["first_page"]) + 1 for row in chosen)
    return reasons, len(chosen), pages


def guarded(run, folder, most, seed):
    try:
        return judge(run, folder, most, seed)
    # A broken file may stop any of the tools.
    except Exception as error:  # noqa: BLE001
        return [f"cannot be judged: {type(error).__name__}: {error}"], 0, 0


def edited(change):
    """A damage that opens the first file of the job."""

    def damage(folder):
        path = next(path for path in sorted(folder.glob("*.pdf")) if path.name[:4] not in ("tick", "labe", "enve"))
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save(path)

    return damage


def front(pdf, number):
    """A front that has marks, by its number among them."""
    marked = [page for page in pdf.pages if isinstance(page.get("/Contents"), pikepdf.Array) and len(page.Contents) == 3]
    return marked[number]


def drawn_over(pdf, change):
    """Changes what is drawn over the first front."""
    page = front(pdf, 0)
    old = page.Contents[2].read_bytes()
    new = change(old)
    assert old != new, "nothing was damaged"
    page.Contents[2] = pdf.make_stream(new)


def rotate(pdf):
    pages = list(pdf.pages)
    del pdf.pages[:]
    pdf.pages.extend(pages[:2] + pages[8:14] + pages[2:8] + pages[14:])


def swapped(pdf):
    one, other = front(pdf, 0), front(pdf, 1)
    one.Contents[2], other.Contents[2] = other.Contents[2], one.Contents[2]


def unmarked(pdf):
    drawn_over(pdf, lambda data: b"Q")


def moved(pdf):
    drawn_over(pdf, lambda data: data.replace(b"\nQ\nq\n", b"\nQ\nq 1 0 0 1 1.2 0 cm\n", 1))


def barred(pdf):
    """A bar less, the gate."""
    drawn_over(pdf, lambda data: re.sub(rb"[-.0-9 ]+ re\s+f\n", b"", data, count=1))


def inked(pdf):
    page = front(pdf, 1)
    page.Contents[1] = pdf.make_stream(b"0.2 0.1 0.1 rg 100 100 5 5 re f\n" + page.Contents[1].read_bytes())


def fonts_mixed(pdf):
    """The fonts of a page change places."""
    fonts = front(pdf, 0).Resources.Font
    names = [name for name in fonts.keys() if not name.startswith("/Raadspost")]
    fonts[names[0]], fonts[names[1]] = fonts[names[1]], fonts[names[0]]


def manifest_row(folder):
    path = folder / "manifest.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:2] + lines[3:]) + "\n", encoding="utf-8")


def difference(one, other):
    """By how many levels two pictures differ; what is drawn may stand a quarter of a pixel apart,
    since poppler rounds the place of a glyph to that, so a pixel may be as dark as one beside it."""
    worst = 0
    for shown, expected in ((one, other), (other, one)):
        darkest, palest = (expected.filter(kind(3)) for kind in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
        for apart in (ImageChops.subtract(darkest, shown), ImageChops.subtract(shown, palest)):
            worst = max(worst, *(high for _, high in apart.getextrema()))
    return worst


def unstapled(folder):
    path = folder / "manifest.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    rows[0]["staple"] = "1-4" if not rows[0]["staple"] else ""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


DAMAGES = {
    "two letters have changed places": edited(rotate),
    "a sheet has the marks of the next": edited(swapped),
    "a sheet has no marks": edited(unmarked),
    "a mark stands 0.4 mm too far": edited(moved),
    "a mark lacks a bar": edited(barred),
    "something is drawn in four colours": edited(inked),
    "two fonts of a page are mixed": edited(fonts_mixed),
    "a row of the manifest is missing": manifest_row,
    "the manifest staples other sheets": unstapled,
}


def main():
    parser = argparse.ArgumentParser(prog="print", description=__doc__.splitlines()[0])
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--letters", type=int, default=0, help="how many letters are judged; all unless said")
    parser.add_argument("--seed", type=int, default=1, help="which letters are chosen")
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    reasons, judged, pages = guarded(arguments.run, arguments.folder, arguments.letters, arguments.seed)
    for reason in reasons[:20]:
        print(f"print: {reason}")
    print(f"print: {judged} letters of {pages} pages judged, {len(reasons)} reasons to refuse", flush=True)
    missed = 0
    if arguments.selftest:
        # What is refused below has to be refused for its damage.
        with tempfile.TemporaryDirectory() as place:
            copy = pathlib.Path(place) / "copy"
            shutil.copytree(arguments.folder, copy)
            edited(lambda pdf: None)(copy)
            for reason in guarded(arguments.run, copy, arguments.letters, arguments.seed)[0]:
                missed += 1
                print(f"print: self-test: refused although it was only saved again: {reason}")
        for sentence, damage in DAMAGES.items():
            with tempfile.TemporaryDirectory() as place:
                copy = pathlib.Path(place) / "copy"
                shutil.copytree(arguments.folder, copy)
                damage(copy)
                if not guarded(arguments.run, copy, arguments.letters, arguments.seed)[0]:
                    missed += 1
                    print(f"print: self-test: accepted although {sentence}")
        print(f"print: self-test: {len(DAMAGES)} kinds of damage, {missed} misjudged", flush=True)
    return 1 if reasons or missed or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
