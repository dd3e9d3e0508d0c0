"""The register: a CSV file, its columns, and how numbers and dates are written in them."""

import csv
import datetime
import gzip
import io
import re
from decimal import Decimal

import regex

from words import Mistake

TYPES = {"population": "number", "seats": "number", "population_date": "date"}
ENDS = re.compile("^[\\s\u00ad\u200b\u2060]+|[\\s\u00ad\u200b\u2060]+$")
UNPRINTABLE = regex.compile(
    r"[\p{Cc}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200e\u200f"
    r"\u202a-\u202e\u2066-\u2069\u3164\ufeff\uffa0\ufff9-\ufffd\U0001bca0-\U0001bca3]"
)
NUMBERS = {  # format: (separator of groups, decimal sign)
    "1234.5": ("", "."),
    "1.234,5": ("[.]", ","),
    "1,234.5": ("[,]", "."),
    "1 234,5": ("[ \u00a0\u202f]", ","),
    "1'234.5": ("['’]", "."),
}
DATES = {
    "2027-12-31": r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
    "31-12-2027": r"(?P<day>\d\d?)([-./])(?P<month>\d\d?)\2(?P<year>\d{4})",
    "12/31/2027": r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})",
}


def read_number(text, form):
    group, point = NUMBERS[form]
    whole = rf"[1-9]\d{{0,2}}({group})\d{{3}}(?:\1\d{{3}})*|\d+" if group else r"\d+"
    if re.match(r"[-−]?0\d", text) or not re.fullmatch(rf"[-−]?(?:{whole})([{point}]\d+)?", text):
        return None
    plain = re.sub(group, "", text) if group else text
    return Decimal(plain.replace(",", ".").replace("−", "-"))


def read_date(text, form):
    match = re.fullmatch(DATES[form], text)
    try:
        return match and datetime.date(**{key: int(one) for key, one in match.groupdict().items()})
    except ValueError:
        return None


def read_column(cells, kind, stated):
    """The values of a typed column; None where a cell is empty or cannot be read."""
    read, formats = (read_number, NUMBERS) if kind == "number" else (read_date, DATES)
    formats = [stated] if stated else list(formats)
    readings = [[cell and read(cell, one) for cell in cells] for one in formats]
    fewest = min(values.count(None) for values in readings)
    candidates = [values for values in readings if values.count(None) == fewest]
    if any(values != candidates[0] for values in candidates):
        raise Mistake("a column that can be read in two ways")
    return candidates[0]


def read_cells(path, settings, needed):
    """The rows of a file that are not empty; its header has the headings that are needed."""
    data = path.read_bytes()
    try:
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mistake("a register that is not UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    delimiter = settings.get("delimiter")
    if not delimiter and text.startswith("sep="):
        delimiter, text = text[4], text.partition("\n")[2]
    if not delimiter:
        header = text.split("\n")[0].replace('"', "")
        heads = {sign: {cell.strip() for cell in header.split(sign)} for sign in ",;\t|"}
        delimiter = max(heads, key=lambda sign: (needed <= heads[sign], header.count(sign)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    stripped = [[ENDS.sub("", cell) or None for cell in row] for row in rows]
    return [row for row in stripped if any(row)]


def read_register(folder, settings):
    """The rows that can be used, by the names of the columns; the types of these; all rows."""
    columns = {
        name: {"heading": name, **one} if isinstance(one, dict) else {"heading": one}
        for name, one in settings.get("columns", {}).items()
    }
    needed = {columns.get(name, {"heading": name})["heading"] for name in ("code", "name")}
    headings, *lines = read_cells(folder / settings["file"], settings, needed)
    mapped = {one["heading"] for one in columns.values()}
    if len(set(headings)) < len(headings) or not needed | mapped <= set(headings):
        raise Mistake("a heading twice, or one that is not there")
    for heading in set(headings) - mapped - set(columns):
        columns[heading] = {"heading": heading}
    whole = [line for line in lines if len(line) == len(headings)]
    kinds = {name: one.get("type", TYPES.get(name, "text")) for name, one in columns.items()}
    rows, wrong = [{} for _ in whole], set()
    for name, kind in kinds.items():
        cells = [line[headings.index(columns[name]["heading"])] for line in whole]
        form = columns[name].get(f"{kind}s") or settings.get(f"{kind}s")
        values = cells if kind == "text" else read_column(cells, kind, form)
        for at, (cell, value) in enumerate(zip(cells, values)):
            rows[at][name] = value
            if cell and (value is None or UNPRINTABLE.search(cell)):
                wrong.add(at)
    codes = [str(row["code"]).lower() for row in rows]
    single = [row for at, row in enumerate(rows) if at not in wrong and codes.count(codes[at]) == 1]
    usable = [row for row in single if complete(row, settings.get("country"))]
    return usable, {"running_name": "text", "official_name": "text", **kinds}, len(lines)


def complete(row, country):
    """Fills in the names, and the postcode as Dutch ones are written; whether a row can be used."""
    for name in ("running_name", "official_name"):
        row[name] = row.get(name) or row["name"]
    if country == "NL" and row.get("postcode"):
        match = re.fullmatch(r"([1-9]\d{3})\s*([A-Za-z]{2})", row["postcode"])
        row["postcode"] = match and f"{match[1]} {match[2].upper()}"
        if not match:
            return False
    return row["name"] and re.fullmatch("[A-Za-z0-9_-]{1,40}", row["code"] or "")
