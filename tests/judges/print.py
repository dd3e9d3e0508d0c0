#!/usr/bin/env python3
"""Judges a print run against the run that it was made from.

`print.py [--selftest] [--letters N] RUN PRINTRUN`

Every file passes `qpdf --check` and opens in Ghostscript and poppler. Of N letters, spread over
the whole run, each page says what its own letter says (pdftotext) and looks like it outside the
marks (mutool, 72 dpi); a page without colour has no ink but black (Ghostscript's inkcov); each
DataMatrix is read from the pixels (dmtxread), says what it must, and stands where it must within
0.2 mm. The sequence of the marks has no gap, and each letter has one end.
"""

import argparse
import csv
import json
import math
import pathlib
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


def call(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, check=False)


def mailed(run, apart):
    """For each letter id, the PDF files that are mailed."""
    letters = {}
    for line in (run / ".raadspost" / "mailing.jsonl").read_text(encoding="utf-8").splitlines():
        pack = json.loads(line)
        files = {one["id"]: one for one in pack["documents"] if one["format"] == "pdf"}
        whole = next(one for one in files.values() if one.get("collects"))
        chosen = [files[name] for name in whole["collects"]] if apart else [whole]
        letters[f"{pack['code']}.{whole['id']}"] = [run / one["path"] for one in chosen]
    return letters


def texts(path, first, last):
    """The words of each page."""
    said = call("pdftotext", "-raw", "-f", first, "-l", last, path, "-")
    return [page.split() for page in said.stdout.decode().split("\f")[: last - first + 1]]


def pixels(path, first, last, folder, resolution=72):
    """Each page as a picture."""
    for old in folder.glob("page-*.png"):
        old.unlink()
    call("mutool", "draw", "-q", "-r", resolution, "-c", "rgb", "-o", folder / "page-%04d.png", path, f"{first}-{last}")
    return [Image.open(one).convert("RGB") for one in sorted(folder.glob("page-*.png"))]


def inks(path, first, last):
    """C, M, Y and K of each page."""
    said = call("gs", "-q", "-o", "-", "-sDEVICE=inkcov", f"-dFirstPage={first}", f"-dLastPage={last}", path)
    return [tuple(map(float, line.split()[:4])) for line in said.stdout.decode().splitlines() if "CMYK" in line]


def trimmed(picture, around):
    """The part of a picture at 72 dpi that is the trimmed sheet."""
    if not around:
        return picture
    left = round(around)
    return picture.crop((left, left, left + round(A4[0]), left + round(A4[1])))


def zones(printer):
    """What may differ from the letter, in mm: left, top, right, bottom."""
    found = []
    if marks := printer["marks"]:
        width, height = (36 * marks["module"],) * 2 if marks["kind"] == "datamatrix" else (marks["length"], 7 * marks["module"])
        found.append((marks["left"], marks["top"], marks["left"] + width, marks["top"] + height))
    if text := printer["sequence"]:
        found.append((text["left"], text["top"] - 4, text["left"] + 28, text["top"] + 2))
    return found


def masked(picture, printer):
    picture = picture.copy()
    for left, top, right, bottom in zones(printer):
        box = [round((value + move) * MM) for value, move in ((left, -1), (top, -1), (right, 1), (bottom, 1))]
        picture.paste((255, 255, 255), tuple(box))
    return picture


def matrix(path, page, printer, around, folder):
    """What the DataMatrix of a page says, and where it begins, in mm."""
    resolution = 300
    marks = printer["marks"]
    picture = pixels(path, page, page, folder, resolution)[0].convert("L")
    scale = resolution / 25.4
    shift = around / MM
    box = [round((value + shift) * scale) for value in (marks["left"] - 2, marks["top"] - 2, marks["left"] + 20, marks["top"] + 20)]
    picture = picture.crop(tuple(box))
    black = picture.point(lambda level: 255 if level < 128 else 0).getbbox()
    if black is None:
        return "", (0, 0)
    picture.save(folder / "matrix.png")
    said = call("dmtxread", "-N1", "-m3000", folder / "matrix.png").stdout.decode().strip()
    return said, (box[0] / scale - shift + black[0] / scale, box[1] / scale - shift + black[1] / scale)


def judge_letter(row, sources, folder, printer, around, job, work):
    path = folder / row["file"]
    first, last = int(row["first_page"]), int(row["last_page"])
    per_sheet = 2 if printer["plex"] == "duplex" else 1
    reasons = []
    own_texts, own_pixels = [], []
    for source in sources:
        with pikepdf.open(source) as pdf:
            pages = len(pdf.pages)
        own_texts += texts(source, 1, pages)
        own_pixels += pixels(source, 1, pages, work)
        if printer["annexes"] and len(own_texts) % per_sheet:
            own_texts.append([])
            own_pixels.append(None)
    while len(own_texts) % per_sheet:
        own_texts.append([])
        own_pixels.append(None)
    if len(own_texts) != last - first + 1:
        return [f"{len(own_texts)} sides, not {last - first + 1}"]
    sheets = len(own_texts) // per_sheet
    if sheets != int(row["sheets"]):
        reasons.append(f"{sheets} sheets, not {row['sheets']}")
    said, seen, inked = texts(path, first, last), pixels(path, first, last, work), inks(path, first, last)
    black = printer["colours"] == "black"
    for at, (wanted, picture) in enumerate(zip(own_texts, own_pixels)):
        page = first + at
        sheet, is_front = at // per_sheet + 1, at % per_sheet == 0
        if printer["sequence"] and is_front:
            wanted = [*wanted, job, f"{int(row['sequence']):06}", f"{sheet}/{sheets}"]
        if said[at] != wanted:
            reasons.append(f"page {page} says other words")
        shown = masked(trimmed(seen[at], around), printer)
        grey = picture is None or max(ImageChops.difference(part, picture.split()[0]).getextrema()[1] for part in picture.split()) <= TOLERANCE
        blank = Image.new("RGB", shown.size, (255, 255, 255))
        expected = blank if picture is None else masked(picture.crop((0, 0, *shown.size)), printer)
        if not black or grey:
            worst = difference(shown, expected)
            if worst > TOLERANCE:
                reasons.append(f"page {page} differs by {worst} levels")
        if (grey or black) and inked[at][:3] != (0, 0, 0):
            reasons.append(f"page {page} has ink of four plates: {inked[at]}")
        if printer["marks"] and printer["marks"]["kind"] == "datamatrix" and is_front:
            text, (left, top) = matrix(path, page, printer, around, work)
            end = "E" if sheet == sheets else "-"
            wanted = f"{job};{int(row['sequence']):06};{sheet}/{sheets};{end}"
            if text != wanted:
                reasons.append(f"the mark of page {page} says `{text}`, not `{wanted}`")
            if max(abs(left - printer["marks"]["left"]), abs(top - printer["marks"]["top"])) > 0.2:
                reasons.append(f"the mark of page {page} stands at {left:.2f}, {top:.2f} mm")
    return reasons


def judge(run, folder, most):
    ticket = json.loads((folder / "ticket.json").read_text(encoding="utf-8"))
    printer, job = ticket["printer"], ticket["job"]
    around = math.ceil((printer["bleed"] + (7 if printer["crop_marks"] else 0)) * MM)
    rows = list(csv.DictReader((folder / "manifest.csv").open(encoding="utf-8")))
    letters = mailed(run, bool(printer["annexes"]))
    reasons = []
    if not rows or len(rows) != ticket["letters"]:
        reasons.append(f"the manifest has {len(rows)} rows, not {ticket['letters']}")
    for path in sorted(folder.glob("*.pdf")):
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
                if any(abs(found - wanted) > 0.2 * MM for found, wanted in zip(box, (around, around, around + A4[0], around + A4[1]))):
                    reasons.append(f"{path.name}: the TrimBox is {box}")
    sequences = [int(row["sequence"]) for row in rows]
    if sequences != list(range(sequences[0], sequences[0] + len(sequences))):
        reasons.append("the sequence has gaps or doubles")
    step = max(1, len(rows) // most)
    with tempfile.TemporaryDirectory() as work:
        for row in rows[::step][:most]:
            sources = letters.get(row["letter_id"])
            found = judge_letter(row, sources, folder, printer, around, job, pathlib.Path(work)) if sources else ["no such letter"]
            reasons += [f"{row['letter_id']}: {reason}" for reason in found]
    return reasons, len(rows[::step][:most])


def guarded(run, folder, most):
    try:
        return judge(run, folder, most)
    # A broken file may stop any of the tools.
    except Exception as error:  # noqa: BLE001
        return [f"cannot be judged: {type(error).__name__}: {error}"], 0


def edited(change):
    """A damage that opens the first file of the job."""

    def damage(folder):
        path = next(path for path in sorted(folder.glob("*.pdf")) if path.name[:4] not in ("tick", "labe", "enve"))
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            change(pdf)
            pdf.save(path)

    return damage


def rotate(pdf):
    pages = list(pdf.pages)
    del pdf.pages[:]
    pdf.pages.extend(pages[:2] + pages[8:14] + pages[2:8] + pages[14:])


def unmarked(pdf):
    """The last stream of a front, which draws its marks, is emptied."""
    pdf.pages[2].Contents[2] = pdf.make_stream(b"Q")


def moved(pdf):
    page = pdf.pages[2]
    data = page.Contents[2].read_bytes()
    page.Contents[2] = pdf.make_stream(data.replace(b"Q\nq 1 0 0 1 0 0 cm", b"Q\nq 1 0 0 1 1.2 0 cm", 1))


def inked(pdf):
    page = pdf.pages[4]
    page.Contents[1] = pdf.make_stream(b"0.2 0.1 0.1 rg 100 100 5 5 re f\n" + page.Contents[1].read_bytes())


def fonts_mixed(pdf):
    """The fonts of a page change places."""
    fonts = pdf.pages[2].Resources.Font
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


DAMAGES = {
    "two letters have changed places": edited(rotate),
    "a sheet has no marks": edited(unmarked),
    "a mark stands 0.4 mm too far": edited(moved),
    "something is drawn in four colours": edited(inked),
    "two fonts of a page are mixed": edited(fonts_mixed),
    "a row of the manifest is missing": manifest_row,
}


def main():
    parser = argparse.ArgumentParser(prog="print", description=__doc__.splitlines()[0])
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--letters", type=int, default=10)
    parser.add_argument("run", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    arguments = parser.parse_args()
    reasons, judged = guarded(arguments.run, arguments.folder, arguments.letters)
    for reason in reasons[:20]:
        print(f"print: {reason}")
    print(f"print: {judged} letters judged, {len(reasons)} reasons to refuse", flush=True)
    missed = 0
    if arguments.selftest:
        for sentence, damage in DAMAGES.items():
            with tempfile.TemporaryDirectory() as place:
                copy = pathlib.Path(place) / "copy"
                shutil.copytree(arguments.folder, copy)
                damage(copy)
                if not guarded(arguments.run, copy, arguments.letters)[0]:
                    missed += 1
                    print(f"print: self-test: accepted although {sentence}")
        print(f"print: self-test: {len(DAMAGES)} kinds of damage, {missed} misjudged", flush=True)
    return 1 if reasons or missed or not judged else 0


if __name__ == "__main__":
    sys.exit(main())
