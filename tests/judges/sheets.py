"""Writes one register as other programs save it, and the same with what a cell should not have.

    sheets.py FOLDER

Writes the files into the folder, with `list.json`: each file, the settings of `register` that it
needs, and what is expected: `null` for the same municipalities as in `register.csv`, or the code of
a mistake and the cell that it names.
LibreOffice converts; openpyxl writes; the dialects of Excel's text files are written byte for byte.
"""

import csv
import datetime
import io
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEAD = [
    "code", "name", "province", "population", "population_date", "seats", "po_box", "street",
    "house_number", "postcode", "town", "nummer",
]
ROWS = [
    ["GM0344", "Utrecht", "Utrecht", "376123", "2026-01-01", "45", "16200", "", "", "3500 CE",
     "Utrecht", "0344"],
    ["GM1900", "Súdwest-Fryslân", "Fryslân", "90860", "2026-01-01", "37", "10000", "", "",
     "8600 HA", "Sneek", "1900"],
    ["GM0518", "’s-Gravenhage", "Zuid-Holland", "568945", "2026-01-01", "45", "12600", "", "",
     "2500 DJ", "Den Haag", "0518"],
    ["GM0096", "Vlieland", "Fryslân", "1186", "2026-01-01", "9", "", "Dorpsstraat", "127",
     "8899 AE", "Vlieland", "0096"],
    ["GM0736", "De Ronde Venen", "Utrecht", "45300", "2026-01-01", "27", "250", "", "",
     "3640 AG", "Mijdrecht", "0736"],
    ["GM9999", 'Dorp "a, b; c"', "Zeeland", "8000", "2025-12-31", "11", "", "Plein 1940-’45", "1",
     "4300 AA", "Dorp", "9999"],
]
NUMBERS, DATES = {"population", "seats"}, {"population_date"}


def text(delimiter=",", end="\r\n", numbers=str, dates=str, more=""):
    """The register as text."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEAD)
    for row in ROWS:
        cells = dict(zip(HEAD, row))
        cells.update({name: numbers(cells[name]) for name in NUMBERS})
        cells.update({name: dates(cells[name]) for name in DATES})
        writer.writerow(cells.values())
    return out.getvalue() + more


def typed(name, cell):
    """A cell as a person has it in a spreadsheet."""
    if name in NUMBERS:
        return int(cell)
    if name in DATES:
        return datetime.date.fromisoformat(cell)
    return cell or None


def workbook(*, first_row=1, first_column=1, change=None, title="Gemeenten"):
    """The register in a workbook; `change` gives what else a cell has."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for at, heading in enumerate(HEAD):
        sheet.cell(first_row, first_column + at, heading)
    for line, row in enumerate(ROWS):
        for at, (name, value) in enumerate(zip(HEAD, row)):
            cell = sheet.cell(first_row + 1 + line, first_column + at, typed(name, value))
            if name in NUMBERS:
                cell.number_format = "#,##0"
    if change:
        change(sheet)
    return book


def column(name):
    return openpyxl.utils.get_column_letter(HEAD.index(name) + 1)


def thousands(number):
    return f"{int(number):,}".replace(",", ".")


def dutch_date(date):
    year, month, day = date.split("-")
    return f"{int(day)}-{int(month)}-{year}"


def texts(folder, files):
    """Text as Excel, LibreOffice, R and others save it, byte for byte."""
    semicolon = text(";")
    for name, data, settings in [
        ("plain.csv", text(end="\n").encode(), {}),
        ("excel-utf8-us.csv", b"\xef\xbb\xbf" + text().encode(), {}),
        ("excel-utf8-nl.csv", b"\xef\xbb\xbf" + semicolon.encode(), {}),
        ("excel-ansi-nl.csv", semicolon.encode("cp1252"), {}),
        ("excel-ansi-us.csv", text().encode("cp1252"), {}),
        ("excel-unicode-text.txt", b"\xff\xfe" + text("\t").encode("utf-16-le"), {}),
        ("utf-16-be.txt", b"\xfe\xff" + text("\t").encode("utf-16-be"), {}),
        ("utf-16-without-mark.txt", text(";").encode("utf-16-le"), {}),
        ("mac-line-ends.csv", text(";", end="\r").encode(), {}),
        ("sep-line.csv", b"sep=;\r\n" + semicolon.encode("cp1252"), {}),
        ("sep-line-utf16.csv", b"\xff\xfe" + ("sep=\t\r\n" + text("\t")).encode("utf-16-le"), {}),
        ("tabs.tsv", text("\t", end="\n").encode(), {}),
        ("empty-rows-and-columns.csv",
         b"".join(line + b";;;\r\n" for line in semicolon.encode().splitlines())
         + b";;;;;;;;;;;;;;\r\n\r\n", {}),
        ("dutch-numbers.csv",
         text(";", numbers=thousands, dates=dutch_date).encode("cp1252"), {"numbers": "1.234,5"}),
        ("macintosh.csv", semicolon.encode("mac-roman"), {"encoding": "macintosh"}),
        ("latin-9.csv", text(";").replace("’", "'").encode("iso8859-15"), None),
    ]:
        (folder / name).write_bytes(data)
        if settings is not None:
            files.append((name, settings, None))
    files.append(("latin-9.csv", {"encoding": "iso-8859-15"}, {"differs": "’"}))
    (folder / "mixed.csv").write_bytes(text().encode() + "GM1,Skåne\r\n".encode("cp1252"))
    files.append(("mixed.csv", {}, {"code": "not-utf8"}))


def workbooks(folder, files):
    """Workbooks by openpyxl."""

    def save(name, book, settings=None, expected=None):
        book.save(folder / name)
        files.append((name, settings or {}, expected))

    save("openpyxl.xlsx", workbook())
    save("openpyxl-moved.xlsx", workbook(first_row=4, first_column=3))
    book = workbook()
    book.epoch = CALENDAR_MAC_1904
    save("openpyxl-1904.xlsx", book)

    def padded(sheet):
        for line, row in enumerate(ROWS):
            sheet[f"{column('code')}{line + 2}"] = int(row[0][2:])
            sheet[f"{column('code')}{line + 2}"].number_format = '"GM"0000'
            sheet[f"{column('nummer')}{line + 2}"] = int(row[-1])
            sheet[f"{column('nummer')}{line + 2}"].number_format = "0000"

    save("openpyxl-padded.xlsx", workbook(change=padded))
    book = workbook()
    book.create_sheet("Toelichting", 0)["A1"] = "Dit bestand is van het CBS"
    book.create_sheet("Leeg", 0)
    save("openpyxl-third-sheet.xlsx", book)
    book = workbook()
    book.copy_worksheet(book["Gemeenten"])
    save("openpyxl-two-sheets.xlsx", book, {}, {"code": "unclear-sheet"})
    save("openpyxl-sheet-stated.xlsx", book, {"sheet": "Gemeenten Copy"})
    save("openpyxl-no-such-sheet.xlsx", book, {"sheet": "Gemeente"}, {"code": "unknown-sheet"})
    book = workbook()
    hidden = book.copy_worksheet(book["Gemeenten"])
    hidden.sheet_state = "hidden"
    save("openpyxl-hidden-sheet.xlsx", book)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Stroom")
    sheet.append(HEAD)
    for row in ROWS:
        sheet.append([typed(name, cell) for name, cell in zip(HEAD, row)])
    save("openpyxl-write-only.xlsx", book)

    def rich(sheet):
        sheet["B2"] = CellRichText("Utr", TextBlock(InlineFont(b=True), "echt"))

    save("openpyxl-rich-text.xlsx", workbook(change=rich))

    population = column("population")
    for name, value, number_format in [
        ("percent", 0.5, "0%"),
        ("boolean", True, "General"),
        ("error", "#N/A", "General"),
        ("time", datetime.datetime(2026, 1, 1, 12, 30), "yyyy-mm-dd hh:mm"),
    ]:
        def change(sheet):
            sheet[f"{population}3"] = value
            sheet[f"{population}3"].number_format = number_format

        expected = {"code": "not-a-value", "cell": f"{population}3"}
        save(f"openpyxl-{name}.xlsx", workbook(change=change), {}, expected)

    def word(sheet):
        sheet[f"{population}4"] = "veel"

    expected = {"code": "wrong-value", "cell": f"{population}4"}
    save("openpyxl-word.xlsx", workbook(change=word), {}, expected)


def office(folder, files):
    """What LibreOffice makes of a text and of a workbook."""
    if "Calc" not in subprocess.run(
        ["soffice", "--help"], capture_output=True, text=True, check=False
    ).stdout:
        sys.exit("soffice does not know Calc")
    with tempfile.TemporaryDirectory() as home:
        def convert(to, *sources):
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{home}/profile", "--headless",
                 "--convert-to", to, "--outdir", f"{home}/made", *map(str, sources)],
                check=True, capture_output=True, timeout=120,
            )

        def keep(made, name, expected=None, settings=None):
            shutil.move(f"{home}/made/{made}", folder / name)
            files.append((name, settings or {}, expected))

        own = [folder / f"openpyxl{name}.xlsx" for name in ["", "-padded", "-percent", "-third-sheet"]]
        cell = f"{column('population')}3"
        convert("ods", *own)
        keep("openpyxl.ods", "office.ods")
        keep("openpyxl-padded.ods", "office-padded.ods")
        keep("openpyxl-percent.ods", "office-percent.ods", {"code": "not-a-value", "cell": cell})
        keep("openpyxl-third-sheet.ods", "office-third-sheet.ods")
        convert("xls", *own[:1])
        keep("openpyxl.xls", "office.xls")
        convert("xlsx", folder / "office.ods")
        keep("office.xlsx", "office.xlsx")
        for name, options in [
            ("office-ansi", "59,34,ANSI"),
            ("office-utf8", "44,34,76"),
        ]:
            convert(f"csv:Text - txt - csv (StarCalc):{options},,,false,false", folder / "office.ods")
            # Numbers are written as they are shown.
            keep("office.csv", f"{name}.csv", None, {"numbers": "1,234.5"})


def main():
    folder = Path(sys.argv[1])
    files = []
    (folder / "register.csv").write_text(text(), newline="", encoding="utf-8")
    texts(folder, files)
    workbooks(folder, files)
    office(folder, files)
    listed = [
        {"file": name, "settings": settings, "expected": expected}
        for name, settings, expected in files
    ]
    (folder / "list.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1))


main()
