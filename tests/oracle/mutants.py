"""Breaks the programme at its border in as many ways, and shows that the oracle sees each.

    mutants.py [--raadspost PATH] [--seed S] [NAME...]

A broken programme gets another campaign or register than the oracle, or its files are edited
behind it. Each is run on generated cases that the whole programme passes, until one differs.
"""

import argparse
import csv
import re
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

import generate
import run

MOST = 60


def texts(node, change, key=None):
    """A copy of a tree with every text that is no condition changed."""
    if isinstance(node, dict):
        return {name: texts(child, change, name) for name, child in node.items()}
    if isinstance(node, list):
        return [texts(child, change, key) for child in node]
    return change(node) if isinstance(node, str) and key != "when" else node


def replaced(pattern, words):
    return lambda case: setattr(
        case, "tree", texts(case.tree, lambda text: re.sub(pattern, words, text))
    )


# ---- another campaign


def wrong_tag(case):
    for one in generate.mappings(case.tree):
        if set(
            case.tree["language"]["among"] if isinstance(case.tree["language"], dict) else []
        ) == set(one):
            keys = list(one)
            one[keys[0]], one[keys[1]] = one[keys[1]], one[keys[0]]


def dropped_footnote(case):
    case.tree = texts(case.tree, lambda text: re.sub(r"(?m)^\[\^n1\]:.*\n?|\[\^n1\]", "", text))


def leaked_private(case):
    replaced(r"\{\{ private \}\}(.*?)\{\{ end \}\}", r"\1")(case)
    for one in generate.mappings(case.tree):
        one.pop("private", None)


def condition_inverted(case):
    replaced(r"\{\{ if (.*?) \}\}", r"{{ if !(\1) }}")(case)


def document_condition_lost(case):
    for document in case.tree["documents"]:
        document.pop("when", None)


def override_lost(case):
    case.tree.pop("overrides", None)


def doubled_paragraph(case):
    for text in case.tree.get("texts", {}).values():
        if isinstance(text["body"], str):
            text["body"] = text["body"].split("\n\n")[0] + "\n\n" + text["body"]


def wrong_language(case):
    if isinstance(case.tree["language"], dict):
        case.tree["language"]["among"].reverse()
    else:
        case.tree["language"] = "de" if case.tree["language"].startswith("en") else "en"


def wrong_variant(case):
    for one in generate.mappings(case.tree["documents"]):
        if "variant" in one:
            one["variant"] = {"een": "twee", "twee": "een"}[one["variant"]]


def enclosure_lost(case):
    for letter in case.tree.get("letters", {}).values():
        if len(letter.get("enclosures", {}).get("items", [])) > 1:
            letter["enclosures"]["items"].pop()


def wrong_mark(case):
    for motion in case.tree.get("motions", {}).values():
        for choice in motion.get("choices", {}).values():
            choice["mark"] = "†"


def annex_not_posted(case):
    for keys in case.tree["post"].values() if isinstance(case.tree.get("post"), dict) else []:
        if len(keys) > 1:
            keys.pop()


# ---- another register


def column(case, name):
    return case.columns.index(name) if name in case.columns else None


def swapped_values(case):
    at = column(case, "population")
    if at is not None:
        case.rows[0][at], case.rows[1][at] = case.rows[1][at], case.rows[0][at]


def swapped_addresses(case):
    for name in ("po_box", "street", "house_number", "addition", "postcode", "town"):
        at = column(case, name)
        case.rows[0][at], case.rows[1][at] = case.rows[1][at], case.rows[0][at]


def missing_is_zero(case):
    at = column(case, "population")
    for row in case.rows if at is not None else []:
        row[at] = row[at] or "0"


def shortened_list(case):
    case.rows.pop()


# ---- other files


def edit_word(folder, change):
    for path in (folder / "out").rglob("*.docx"):
        with zipfile.ZipFile(path) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        parts["word/document.xml"] = change(parts["word/document.xml"].decode()).encode()
        with zipfile.ZipFile(path, "w") as package:
            for name, data in parts.items():
                package.writestr(name, data)


def wrong_number_format(folder):
    edit_word(folder, lambda text: re.sub(r"(\d)[.,\u00a0\u202f](\d{3})(?!\d)", r"\1'\2", text))


def space_lost(folder):
    edit_word(folder, lambda text: text.replace(" </w:t>", "</w:t>"))


def listed(folder, change):
    path = folder / "print/manifest.csv"
    if path.exists():
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        fields = list(rows[0]) if rows else []
        rows = change(rows)
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, fields)
            writer.writeheader()
            writer.writerows(rows)


def print_shortened(folder):
    listed(folder, lambda rows: rows[:-1])


def other_council_printed(folder):
    def change(rows):
        if len(rows) > 1:
            rows[0]["code"], rows[-1]["code"] = rows[-1]["code"], rows[0]["code"]
        return rows

    listed(folder, change)


def copied_file(folder):
    """The letter of one council lies in the folder of another."""
    files = sorted((folder / "out").glob("*/*.pdf"))
    same = [one for one in files if files and one.name == files[0].name]
    if len(same) > 1:
        # Equal files may be one file under two names.
        data = same[0].read_bytes()
        same[1].unlink()
        same[1].write_bytes(data)


INPUTS = [
    wrong_tag,
    dropped_footnote,
    leaked_private,
    condition_inverted,
    document_condition_lost,
    override_lost,
    doubled_paragraph,
    wrong_language,
    wrong_variant,
    enclosure_lost,
    wrong_mark,
    annex_not_posted,
    swapped_values,
    swapped_addresses,
    missing_is_zero,
    shortened_list,
]
OUTPUTS = {
    "build": [wrong_number_format, space_lost, copied_file],
    "print": [print_shortened, other_council_printed],
}


def broken(mutant, program, case):
    """The programme with one thing wrong, as run.raadspost takes it."""

    def call(folder, command, *arguments):
        place = folder
        if mutant in INPUTS and command == "build":
            place = folder.parent / "mutated"
            shutil.rmtree(place, ignore_errors=True)
            other = run.copy.deepcopy(case)
            mutant(other)
            generate.write(other, place)
            arguments = [str(folder / one) if one == "out" else one for one in arguments]
        said = run.raadspost(program, place, command, *arguments)
        if mutant in OUTPUTS.get(command, []):
            mutant(folder)
        return said

    return call


def seen(mutant, program, start):
    """The number of cases after which the oracle saw it, and its words; None where it did not."""
    tried, found = 0, None
    with tempfile.TemporaryDirectory(prefix="oracle-", dir=run.desk()) as place:
        folder = Path(place) / "case"

        @seed(start)
        @settings(
            max_examples=MOST,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(generate.cases(start))
        def each(case):
            nonlocal tried, found
            if found or case.wrong:
                return
            shutil.rmtree(folder, ignore_errors=True)
            generate.write(case, folder)
            tried += 1
            try:
                run.hold(broken(mutant, program, case), folder, checked=False)
            except run.Difference as difference:
                try:
                    run.hold(program, folder, checked=False)
                    found = f"case {tried}: {str(difference)[:120]}"
                except run.Difference:
                    # The whole programme differs too, so this says nothing of the mutant.
                    return

        each()
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--raadspost", default=str(run.ROOT / "target/release/raadspost"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    program = [str(Path(options.raadspost).resolve())]
    mutants = INPUTS + OUTPUTS["build"] + OUTPUTS["print"]
    missed = 0
    for mutant in mutants:
        if not options.names or mutant.__name__ in options.names:
            words = seen(mutant, program, options.seed)
            missed += words is None
            print(
                f"{'seen  ' if words else 'MISSED'} {mutant.__name__:24} {words or ''}", flush=True
            )
    print(f"{len(mutants)} mutants, {missed} missed")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
