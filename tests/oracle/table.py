"""The register: a CSV file, its columns, and how numbers and dates are written in them."""

import csv
import datetime
import gzip
import io
import re
from dataclasses import dataclass
from decimal import Decimal

from words import Mistake

TYPES = {"population": "number", "seats": "number", "population_date": "date"}
SPACES = " \u00a0\u202f"
ENDS = re.compile("^[\\s\u00ad\u200b\u2060]+|[\\s\u00ad\u200b\u2060]+$")
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
    whole = rf"[1-9]\d{{0,2}}(?:({group})\d{{3}})(?:\1\d{{3}})*|\d+" if group else r"\d+"
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
    readings = [[read(cell, form) for cell in judged] for form in ([stated] if stated else forms)]
    most = max(len(judged) - values.count(None) for values in readings)
    fit = [values for values in readings if len(judged) - values.count(None) == most]
    if any(values != fit[0] for values in fit):
        raise Mistake("a column that can be read in two ways")
    best, out = iter(fit[0]), []
    for cell, zero in zip(cells, zeros):
        value = None if cell is None or zero else next(best)
        out.append((value, f"{cell!r} is not a {kind}" if cell is not None and value is None else ""))
    return out


def read_cells(path, delimiter):
    data = path.read_bytes()
    try:
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistake("a register that is not UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    first = text.split("\n")[0].replace('"', "")
    delimiter = delimiter or max(",;\t|", key=lambda sign: ("code" in first.split(sign), first.count(sign)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    bare = [[ENDS.sub("", cell) or None for cell in row] for row in rows]
    return [row for row in bare if any(row)]


def read_register(folder, settings):
    """The rows of the register, and the names of its columns with their types."""
    heading, *cells = read_cells(folder / settings["file"], settings.get("delimiter"))
    stated = {name: one if isinstance(one, dict) else {"heading": one} for name, one in settings.get("columns", {}).items()}
    columns = {name: one.get("heading", name) for name, one in stated.items()}
    columns.update({name: name for name in heading if name not in columns.values() and name not in columns})
    kinds = {name: stated.get(name, {}).get("type", TYPES.get(name, "text")) for name in columns}
    if len(set(heading)) != len(heading) or not {*columns.values()} <= {*heading} or not {"code", "name"} <= {*columns}:
        raise Mistake("two columns with one heading, a column that is not there, or no code or name")
    whole = [row for row in cells if len(row) == len(heading)]
    rows = [Row(row[heading.index(columns["code"])] or "", {}) for row in whole]
    for name, title in columns.items():
        column = [row[heading.index(title)] for row in whole]
        if kinds[name] == "text":
            column = [(cell, "") for cell in column]
        else:
            key = "numbers" if kinds[name] == "number" else "dates"
            column = read_column(column, kinds[name], stated.get(name, {}).get(key) or settings.get(key))
        for row, (value, wrong) in zip(rows, column):
            row.values[name] = value
            row.mistake = row.mistake or wrong
    codes = [row.code.lower() for row in rows]
    for row in rows:
        finish(row, settings.get("country"), codes.count(row.code.lower()) > 1)
    rows += [Row("", {}, "another number of cells") for row in cells if len(row) != len(heading)]
    return rows, {"running_name": "text", "official_name": "text", **kinds}


def finish(row, country, twice):
    values = row.values
    if not re.fullmatch("[A-Za-z0-9_-]{1,40}", row.code) or values["name"] is None or twice:
        row.mistake = row.mistake or "no code or name, or a code that two rows have"
    for name in ("running_name", "official_name"):
        values[name] = values.get(name) or values["name"]
    if country == "NL" and values.get("postcode"):
        match = re.fullmatch(r"([1-9]\d{3})\s*([A-Za-z]{2})", values["postcode"])
        row.mistake = row.mistake or ("" if match else "a postcode")
        values["postcode"] = match and f"{match[1]} {match[2].upper()}"
