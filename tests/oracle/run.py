"""Holds Raadspost against the oracle; README.md says how to run, replay and shrink.

run.py [--cases N] [--seed S] [--jobs J] [--checked N] [--survey] [--log FILE] [CASE...]
"""

import argparse
import copy
import csv
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

import compare
import generate
import oracle
from words import Mistake

warnings.filterwarnings("ignore", message="The recursion limit")

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Difference(Exception):
    """Kind (for grouping and shrinking) and words."""

    def __init__(self, kind, words):
        super().__init__(f"{kind}: {words}")
        self.kind = kind


def raadspost(program, folder, *arguments):
    """Runs the programme in a folder: a command line, or a broken programme of mutants.py."""
    if callable(program):
        return program(folder, *arguments)
    done = subprocess.run(
        [*program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    try:
        said = json.loads(done.stdout)
    except ValueError:
        said = {}
    return done.returncode, said, done.stderr


def codes(said, stderr):
    found = [
        one.get("code", "?")
        for one in said.get("diagnostics", [])
        if one.get("severity", "error") == "error"
    ]
    return (
        " ".join(sorted(set(found or re.findall(r"error\[([\w-]+)\]", stderr))))
        or stderr.strip()[:200]
    )


def hold(program, folder, checked=True):
    """Runs the programme on a case and holds all that it leaves behind against the oracle."""
    for name in ("out", "print"):
        shutil.rmtree(folder / name, ignore_errors=True)
    try:
        want = oracle.reckon(folder)
    except Mistake as mistake:
        want = mistake
    if checked:
        hold_check(program, folder, want)
    status, said, stderr = raadspost(
        program, folder, "build", "campaign.yaml", "--out", "out", "--jobs", "1", "--json"
    )
    if status not in (0, 1, 2):
        raise Difference(f"exit {status}", stderr[-400:])
    if isinstance(want, Mistake):
        if status != 2:
            raise Difference("mistake accepted", str(want))
        return None
    if status == 2:
        words = (
            " / ".join(
                f"{one['message']} (line {one.get('line')})" for one in said.get("diagnostics", [])
            )[:600]
            or stderr[:600]
        )
        raise Difference(f"refused whole: {codes(said, stderr)}", words)
    report = json.loads((folder / "out/report.json").read_text())
    compared = hold_files(folder, want, report)
    hold_counts(folder, want, report)
    hold_print(program, folder, want)
    return compared


def hold_check(program, folder, want):
    """What `check` passes is what is made in full, no more and no less."""
    status, said, stderr = raadspost(program, folder, "check", "campaign.yaml", "--json")
    whole = (
        not isinstance(want, Mistake)
        and len(want.packs) == want.total
        and not any(pack.refused for pack in want.packs)
    )
    expected = 0 if whole else 2 if isinstance(want, Mistake) else 1
    if status != expected:
        raise Difference(
            f"check ends with {status}, not {expected}: {codes(said, stderr)}", repr(want)[:200]
        )


def hold_files(folder, want, report):
    out, compared, expected, some = folder / "out", 0, set(), []
    # Folders are named by code and name; how a name is made ASCII is no matter of what is read.
    folders = {}
    for one in [*out.glob("*-*"), *out.glob("held/*-*")]:
        folders[one.parent.name == "held", one.name.split("-")[0]] = one
    if report["failed"]:
        raise Difference(
            "failed: " + reasons(report["failed"]),
            json.dumps(report["failed"], ensure_ascii=False)[:500],
        )
    held = {one["code"] if isinstance(one, dict) else one for one in report["held"]}
    for pack in want.packs:
        if bool(pack.refused) != (pack.code in held):
            why = json.dumps(
                [one for one in report["refused"] if one.get("code") == pack.code],
                ensure_ascii=False,
            )
            raise Difference(
                f"held {bool(pack.refused)} expected: "
                + ("" if bool(pack.refused) else reasons(report["refused"])),
                f"{pack.code}: expected refused {pack.refused}, seen {why[:400]}",
            )
    for pack in want.packs:
        for doc in pack.documents.values():
            for kind in doc.stated["formats"]:
                path = (
                    folders.get((bool(pack.refused), pack.code), out / "none")
                    / f"{doc.stated.get('file', doc.stated['id'])}.{kind}"
                )
                expected.add(str(path.relative_to(out)))
                if not path.exists():
                    raise Difference(
                        f"no file {kind}", f"{path.relative_to(out)} {doc.stated['id']}"
                    )
                if kind == "pdf":
                    found = compare.pages_differ(doc.members or [doc], compare.pdf_pages(path))
                else:
                    found = compare.word_differs(doc, path)
                if found:
                    raise Difference(f"text {kind}", f"{pack.code} {found}")
                compared += 1
                if (
                    kind == "pdf"
                    and (pack is want.packs[0] or pack is want.packs[-1])
                    and not doc.members
                ):
                    some.append(path)
    made = {
        str(path.relative_to(out))
        for path in out.rglob("*")
        if path.suffix in (".pdf", ".docx") and ".raadspost" not in path.parts
    }
    if made != expected:
        raise Difference(
            "files", f"not expected: {sorted(made - expected)}, missing: {sorted(expected - made)}"
        )
    for path in some[:3]:
        over = compare.overlaps(path)
        if over:
            raise Difference("overlap", f"{path.relative_to(out)} {'; '.join(over[:3])}")
    return compared


def reasons(refused):
    found = set()
    for one in refused:
        for line in one.get("reasons", []) if isinstance(one, dict) else []:
            found.add(line.get("code", "?"))
        if isinstance(one, dict) and "diagnostic" in one:
            found.add(one["diagnostic"].get("code", "?"))
    return " ".join(sorted(found)) or json.dumps(refused, ensure_ascii=False)[:200]


def hold_counts(folder, want, report):
    packs = report["packs"]
    complete = sum(not bool(pack.refused) for pack in want.packs)
    if (packs["complete"], packs["total"]) != (complete, want.total):
        raise Difference("counts", f"expected {complete} complete of {want.total}, seen {packs}")
    listed = len((folder / "out/manifest.sha256").read_text().splitlines())
    files = sum(
        len(doc.stated["formats"]) for pack in want.packs for doc in pack.documents.values()
    )
    if listed != files:
        raise Difference("counts", f"{files} files expected, {listed} in the manifest")


def hold_print(program, folder, want):
    mailing = [
        json.loads(line)
        for line in (folder / "out/.raadspost/mailing.jsonl").read_text().split("\n")
        if line
    ]
    envelopes = {one["code"]: one.get("envelopes", []) for one in mailing}
    for pack in want.packs:
        if bool(pack.refused):
            continue
        seen = [
            (one["id"], one["documents"], [compare.even(line) for line in one["lines"]])
            for one in envelopes.get(pack.code, [])
            if one["documents"] and one["lines"]
        ]
        expected = [
            (name, keys, [compare.even(line) for line in address(pack, keys[0])])
            for name, keys in pack.posted.items()
        ]
        if seen != expected:
            raise Difference("mailing list", f"{pack.code}: expected {expected}, seen {seen}")
    wanted = [(pack, name, keys) for pack in want.packs for name, keys in pack.posted.items()]
    status, said, stderr = raadspost(program, folder, "print", "out", "--out", "print", "--json")
    if not wanted:
        if (folder / "print/manifest.csv").exists():
            rows = list(csv.DictReader((folder / "print/manifest.csv").open()))
            if rows:
                raise Difference("print of nothing", str([row.get("code") for row in rows]))
        return
    if not (folder / "print/manifest.csv").exists():
        raise Difference(
            f"print refused: {codes(said, stderr)}", stderr[-300:] + json.dumps(said)[:300]
        )
    rows = list(csv.DictReader((folder / "print/manifest.csv").open()))
    seen, expected = sorted(row["code"] for row in rows), sorted(pack.code for pack, _, _ in wanted)
    if seen != expected:
        raise Difference("posted", f"expected {expected}, seen {seen}")
    pages = []
    for path in sorted((folder / "print").glob("*-[0-9][0-9][0-9][0-9].pdf")):
        pages += compare.pdf_pages(path)
    left = {}
    for pack, name, keys in wanted:
        docs = [
            one for key in keys for one in (pack.documents[key].members or [pack.documents[key]])
        ]
        left.setdefault(pack.code, []).append((name, docs))
    for row in rows:
        first, last = int(row["first_page"]), int(row["last_page"])
        letter = [page for page in pages[first - 1 : last] if page]
        found = []
        for one in left[row["code"]]:
            found.append(compare.pages_differ(one[1], letter))
            if found[-1] is None:
                left[row["code"]].remove(one)
                break
        else:
            raise Difference("posted text", f"{row['code']}: {found}")


def address(pack, key):
    """The address lines of the letter that an envelope begins with."""
    doc = pack.documents[key]
    return (doc.members[0] if doc.members else doc).address


# ---- generated cases

SIZE = 25  # cases of a chunk, which has one seed


def chunk(job):
    """One worker's share: what it counted, and the cases that differed with kind and words."""
    start, number, options = job
    found, counts, begun = [], {"cases": 0, "checked": 0, "texts": 0, "mistakes": 0}, time.time()
    with tempfile.TemporaryDirectory(prefix="oracle-", dir=desk()) as place:
        folder = Path(place) / "case"

        @seed(start)
        @settings(
            max_examples=number,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(generate.cases(start))
        def each(case):
            shutil.rmtree(folder, ignore_errors=True)
            generate.write(case, folder)
            checked = counts["cases"] % options.checked == 0
            counts["cases"] += 1
            counts["checked"] += checked
            try:
                texts = hold(options.program, folder, checked)
                counts["texts"] += texts or 0
                counts["mistakes"] += texts is None
            except Difference as difference:
                found.append((difference.kind, str(difference), case))
            except Exception as error:  # a fault of the oracle is one too
                found.append((f"oracle {type(error).__name__}", repr(error), case))

        each()
    return start, counts, time.time() - begun, found


def desk():
    """A folder in memory, where there is one: a case is a hundred small files."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def shrink(program, case, kind, budget=60):
    """Takes away what the difference does not need: keys, items, rows, then words."""
    started = time.time()
    with tempfile.TemporaryDirectory(prefix="oracle-", dir=desk()) as place:
        folder = Path(place) / "case"

        def still(one):
            if time.time() - started > budget:
                return False
            shutil.rmtree(folder, ignore_errors=True)
            try:
                generate.write(one, folder)
                hold(program, folder)
            except Difference as difference:
                return difference.kind == kind
            except Exception as error:
                return f"oracle {type(error).__name__}" == kind
            return False

        def cut(change):
            nonlocal case
            smaller = copy.deepcopy(case)
            if change(smaller) is False or not still(smaller):
                return False
            case = smaller
            return True

        # The row and the document that show it, then whole branches, then words.
        for row in list(case.rows):
            if cut(lambda one: setattr(one, "rows", [row])):
                break
        for document in list(case.tree["documents"]):
            if cut(lambda one: one.tree.update(documents=[document])):
                break
        for key in (
            "motions",
            "texts",
            "letters",
            "phrases",
            "overrides",
            "theme",
            "fill-ins",
            "post",
        ):
            cut(lambda one: one.tree.pop(key, None) is not None)
        again = True
        while again and time.time() - started < budget:
            again = False
            for path in sorted(paths(case.tree), key=lambda path: -weight(case.tree, path)):
                again |= cut(lambda one: remove(one.tree, path))
    return case


def paths(node, path=()):
    """All places of a tree, the large ones first."""
    children = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else []
    )
    children = list(children)
    for key, _ in children[::-1]:
        yield (*path, key)
    for key, child in children:
        yield from paths(child, (*path, key))
    if isinstance(node, str) and " " in node:
        yield (*path, "half1")
        yield (*path, "half2")
        for at in range(len(re.split(r"(\s+)(?![^{]*\}\})", node)) // 2 + 1):
            yield (*path, f"word{at}")


def weight(tree, path):
    for key in path:
        if not isinstance(tree, (dict, list)):
            return 1
        tree = tree[key]
    return len(str(tree))


def remove(tree, path):
    node = tree
    try:
        for key in path[:-2]:
            node = node[key]
        last = path[-1]
        if (
            isinstance(last, str)
            and re.fullmatch(r"half[12]|word\d+", last)
            and isinstance(node[path[-2]], str)
        ):
            text = node[path[-2]]
            words = re.split(r"(?<=\S)( +|\n+)(?![^{]*\}\})", text)
            if last.startswith("word"):
                at = 2 * int(last[4:])
                words = words[:at] + words[at + 2 :]
            else:
                half = len(words) // 4 * 2
                words = words[half:] if last == "half1" else words[:half]
            node[path[-2]] = "".join(words)
            return bool(node[path[-2]]) and node[path[-2]] != text
        if len(path) > 1:
            node = node[path[-2]]
        if len(node) == 1 and len(path) > 2 and isinstance(node, list):
            return False
        del node[last]
        return True
    except (KeyError, IndexError, TypeError):
        return False


def keep(options, kind, words, case, number):
    """Writes a case that differed, the first of its kind shrunk; where it lies."""
    if number == 1:
        case = shrink(options.program, case, kind, options.budget)
    folder = (
        HERE / "cases" / (re.sub("[^a-z0-9]+", "-", kind.lower())[:48].strip("-") + f"-{number}")
    )
    generate.write(case, folder)
    (folder / "README.md").write_text(words + "\n")
    return folder


def replay(program, folders):
    """Kept cases, each in a folder of its own; what differs."""
    found = []
    for case in folders:
        with tempfile.TemporaryDirectory(prefix="oracle-", dir=desk()) as place:
            folder = Path(place) / "case"
            shutil.copytree(case, folder)
            try:
                hold(program, folder)
            except Difference as difference:
                found.append(f"{case.name}: {difference}")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--checked", type=int, default=4, metavar="N", help="`check` one case in N")
    parser.add_argument("--raadspost", default=str(ROOT / "target/release/raadspost"))
    parser.add_argument("--survey", action="store_true", help="go on after differences")
    parser.add_argument("--budget", type=int, default=60, help="seconds for shrinking a difference")
    parser.add_argument("--log", type=Path, help="file of finished chunks; a run goes on from it")
    parser.add_argument("replayed", nargs="*", type=Path)
    options = parser.parse_args()
    options.program = options.raadspost.split()
    options.program[-1] = str(Path(options.program[-1]).resolve())
    started = time.time()
    kept = options.replayed or sorted(one for one in (HERE / "cases").glob("*") if one.is_dir())
    wrong = replay(options.program, kept)
    print("".join(f"{one}\n" for one in wrong), end="", flush=True)
    if options.replayed:
        sys.exit(bool(wrong))
    total, kinds = generated(options)
    for kind, number in kinds.most_common():
        print(f"{number:4} × {kind}")
    print(
        f"{len(kept)} kept and {total['cases']} generated cases, {total['checked']} of them "
        f"checked, {total['texts']} texts, {total['mistakes']} mistakes, "
        f"{kinds.total() + len(wrong)} differences, {time.time() - started:.1f} s"
    )
    sys.exit(bool(kinds or wrong))


def generated(options):
    """Runs the chunks that the log does not have; the counts of all, and of each difference."""
    done = {}
    if options.log and options.log.exists():
        done = {one["start"]: one for one in map(json.loads, options.log.read_text().splitlines())}
    jobs = [
        (options.seed * 100_003 + at, min(SIZE, options.cases - at), options)
        for at in range(0, options.cases, SIZE)
    ]
    waiting = [job for job in jobs if job[0] not in done]
    total, kinds = Counter(), Counter()
    for start, _, _ in jobs:
        if start in done:
            total.update(done[start]["counts"])
            kinds.update(done[start]["kinds"])
    with multiprocessing.Pool(options.jobs) as pool:
        for start, counts, seconds, found in pool.imap_unordered(chunk, waiting):
            for kind, words, case in found:
                kinds[kind] += 1
                print(
                    f"{words[:600]}\n       {keep(options, kind, words, case, kinds[kind])}",
                    flush=True,
                )
            total.update(counts)
            if options.log:
                line = {"start": start, "counts": counts, "kinds": Counter(one[0] for one in found)}
                with options.log.open("a") as log:
                    log.write(json.dumps({**line, "seconds": round(seconds, 1)}) + "\n")
            if found and not options.survey:
                pool.terminate()
                break
    return total, kinds


if __name__ == "__main__":
    main()
