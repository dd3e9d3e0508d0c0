"""The register: a CSV file, its columns, and how numbers and dates are written in them."""

import csv
import datetime
import gzip
import io
import re
from dataclasses import dataclass
from decimal import Decimal

from words import Mistake

BUILT_IN = (
    "code name running_name official_name province population population_date seats po_box "
    "street house_number addition postcode town tooi language"
).split()
TYPES = {"population": "number", "seats": "number", "population_date": "date"}
SPACES = " \u00a0\u202f"
NUMBERS = {
    "1234.5": ("", "."),
    "1.234,5": ("[.]", ","),
    "1,234.5": ("[,]", "."),
    "1 234,5": (f"[{SPACES}]", ","),
    "1'234.5": ("['’]", "."),
}
DATES = {
    "2027-12-31": (r"(\d{4})-(\d\d)-(\d\d)", (1, 2, 3)),
    "31-12-2027": (r"(\d\d?)[-./](\d\d?)[-./](\d{4})", (3, 2, 1)),
    "12/31/2027": (r"(\d\d?)/(\d\d?)/(\d{4})", (3, 1, 2)),
}


@dataclass
class Row:
    code: str
    values: dict  # by the name of the column; None where the cell is empty
    mistake: str = ""


def read_number(text, form):
    group, point = NUMBERS[form]
    whole = rf"\d{{1,3}}(?:({group})\d{{3}})(?:\1\d{{3}})*|\d+" if group else r"\d+"
    if not re.fullmatch(rf"[-−]?(?:{whole})(?:[{point}]\d+)?", text):
        return None
    plain = re.sub(group, "", text) if group else text
    return Decimal(plain.replace(",", ".").replace("−", "-"))


def read_date(text, form):
    pattern, order = DATES[form]
    match = re.fullmatch(pattern, text)
    try:
        return match and datetime.date(*(int(match.group(at)) for at in order))
    except ValueError:
        return None


def read_column(cells, kind, stated):
    """The values of a typed column; a mistake's words in place of a value that cannot be read."""
    read, forms = (read_number, NUMBERS) if kind == "number" else (read_date, DATES)
    zeros = [kind == "number" and bool(re.match(r"[-−]?0\d", cell or "")) for cell in cells]
    judged = [cell for cell, zero in zip(cells, zeros) if cell is not None and not zero]
    forms = [stated] if stated else list(forms)
    readings = {form: [read(cell, form) for cell in judged] for form in forms}
    most = max(len([one for one in values if one is not None]) for values in readings.values())
    fit = [values for values in readings.values() if len([one for one in values if one is not None]) == most]
    if any(values != fit[0] for values in fit):
        raise Mistake("a column that can be read in two ways")
    best = fit[0]
    best = iter(best)
    out = []
    for cell, zero in zip(cells, zeros):
        value = None if cell is None or zero else next(best)
        wrong = zero or (cell is not None and value is None)
        out.append((value, f"{cell!r} is not a {kind}" if wrong else ""))
    return out


def read_cells(path, delimiter):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistake("a register that is not UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if delimiter is None:
        delimiter = max(",;\t|", key=lambda sign: ("code" in text.split("\n")[0].replace('"', "").split(sign), text.split("\n")[0].count(sign)))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return [[cell.strip() or None for cell in row] for row in rows if any(c.strip() for c in row)]


def read_register(folder, settings):
    """The rows of the register, and the names of its columns with their types."""
    cells = read_cells(folder / settings["file"], settings.get("delimiter"))
    heading, cells = cells[0], cells[1:]
    if len(set(heading)) != len(heading):
        raise Mistake("two columns with one heading")
    stated = settings.get("columns", {})
    columns, kinds, forms = {}, {}, {}
    for name, one in stated.items():
        one = one if isinstance(one, dict) else {"heading": one}
        if one.get("heading", name) not in heading:
            raise Mistake(f"no column {one}")
        columns[name] = one.get("heading", name)
        kinds[name] = one.get("type", TYPES.get(name, "text"))
        forms[name] = one.get("numbers") or one.get("dates")
    for name in heading:
        if name not in columns.values() and name not in columns:
            columns[name] = name
    for name in columns:
        kinds.setdefault(name, TYPES.get(name, "text"))
    if not {"code", "name"} <= columns.keys():
        raise Mistake("a register without code or name")
    rows = [Row(row[heading.index(columns["code"])] or "", {}) for row in cells if len(row) == len(heading)]
    whole = [row for row in cells if len(row) == len(heading)]
    for name, title in columns.items():
        at = heading.index(title)
        column = [row[at] for row in whole]
        if kinds[name] == "text":
            column = [(cell, "") for cell in column]
        else:
            form = forms.get(name) or settings.get("numbers" if kinds[name] == "number" else "dates")
            column = read_column(column, kinds[name], form)
        for row, (value, wrong) in zip(rows, column):
            row.values[name] = value
            row.mistake = row.mistake or wrong
    codes = [row.code.lower() for row in rows]
    for row in rows:
        finish(row, settings.get("country"))
        if codes.count(row.code.lower()) > 1:
            row.mistake = "a code that two rows have"
    rows += [Row("", {}, "another number of cells") for row in cells if len(row) != len(heading)]
    kinds.setdefault("running_name", "text")
    kinds.setdefault("official_name", "text")
    return rows, kinds


def finish(row, country):
    values = row.values
    if not re.fullmatch("[A-Za-z0-9_-]{1,40}", row.code) or values["name"] is None:
        row.mistake = row.mistake or "no code or name"
    for name in ("running_name", "official_name"):
        values[name] = values.get(name) or values["name"]
    if country == "NL" and values.get("postcode"):
        match = re.fullmatch(r"([1-9]\d{3})\s*([A-Za-z]{2})", values["postcode"])
        if match:
            values["postcode"] = f"{match[1]} {match[2].upper()}"
        else:
            row.mistake = row.mistake or "a postcode"
