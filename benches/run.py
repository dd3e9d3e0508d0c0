#!/usr/bin/env python3
"""The benchmark harness: how fast the programme makes packs, and a peer in the same run.

    benches/run.py [--packs 342] [--rounds 3] [--row NAME ...] [--json FILE]

Every row is a whole run of the programme as a user starts it, in a new folder, with the embedded
campaign. Rows are taken in turn, round after round, so that a machine that gets slower does so for
all of them; the median of the rounds is printed. A rate "per core" is per second of processor
time of all threads together.

A new row is one entry in ROWS: its name, the programme's arguments, and what is counted.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMME = ROOT / "target/release/raadspost"
PYTHON = str(ROOT / ".venv/bin/python")
WORD = "motie-solidariteit,motie-deelname,motie-deelname-onderzoek,motie-deelname-deelname"

# name: (arguments, the row whose folder it goes on with)
ROWS = {
    "pack.pdf": (["--jobs", "1", "--durability", "none", "--document", "pack"], None),
    "pack.pdf and Word": (["--jobs", "1", "--durability", "none", "--document", "pack," + WORD], None),
    "one Word motion": (["--jobs", "1", "--durability", "none", "--document", "motie-solidariteit"], None),
    "all files": (["--jobs", "1", "--durability", "none"], None),
    "all files, 2 workers": (["--jobs", "2", "--durability", "none"], None),
    "all files, durable in batches": (["--jobs", "1", "--durability", "batch"], None),
    "all files, 2 threads, durable": (["--jobs", "2", "--durability", "batch"], None),
    "all files, durable one by one": (["--jobs", "1", "--durability", "each"], None),
    "nothing to make": (["--jobs", "1"], "all files"),
}
# The same of the mixed campaign: three shapes in turn, page counts that alternate, overrides.
MIXED = "all files, 2 workers, mixed register"
UNMIXED = "all files, 2 workers"
PEER = "peer: pack.pdf"
PEER_TWO = "peer: pack.pdf, 2 cores"
PEER_PROCESSES = "peer: pack.pdf, 2 processes"
PEER_FRESH = "peer: pack.pdf, a new compiler each"
PEER_HTML = "peer: pack.pdf, WeasyPrint"
PEER_OFFICE = "peer: Word to PDF, LibreOffice"
PEER_WHOLE = "peer: all files, typst and docxtpl"
PEER_TEXTRIS = "peer: pack.pdf, textris-pdf"
BEST = "writing and hashing the same bytes"
BEST_TWO = "writing and hashing the same bytes, 2 threads"
UNCHECKED = "pack.pdf, 2 threads, inspection off"
UNCHECKED_ONE = "pack.pdf, 1 thread, inspection off"
UNCHECKED_MIXED = "pack.pdf, 1 thread, inspection off, mixed register"
STAGES = {"stages": False, "stages, mixed register": True}
PROCESSES = "all files, 2 processes, durable"
THREADS = "all files, 2 threads, durable"
CHANGED = "one row of 10,000 changed"
# So many packs or files of a peer that is slow.
FEW = {PEER_FRESH: 30, PEER_HTML: 20, PEER_OFFICE: 60}
ALONE = "peer: Word, docx-rs alone"
FILLED = "peer: Word, docxtpl"
# docx-rs and docxtpl make this many files, so that their start does not count for much.
WORD_FILES = {ALONE: 20_000, FILLED: 342}

# Ratios that are printed where both rows were taken: packs a second, or for each second of a processor.
RATES = {
    "a second": lambda row: row["packs"] / row["wall"],
    "per core": lambda row: row["packs"] / row["processor"],
}
RATIOS = [
    ("pack.pdf", PEER, "per core"),
    (UNCHECKED, PEER_TWO, "a second"),
    (UNCHECKED, PEER_PROCESSES, "a second"),
    (UNCHECKED, UNCHECKED_ONE, "a second"),
    (UNCHECKED_ONE, PEER_TEXTRIS, "per core"),
    (UNCHECKED_MIXED, UNCHECKED_ONE, "per core"),
    (MIXED, UNMIXED, "a second"),
    ("pack.pdf", PEER_FRESH, "per core"),
    ("pack.pdf", PEER_HTML, "per core"),
    ("one Word motion", PEER_OFFICE, "per core"),
    ("one Word motion", FILLED, "per core"),
    ("all files", PEER_WHOLE, "per core"),
    ("all files, durable in batches", BEST, "a second"),
    (THREADS, BEST_TWO, "a second"),
    (THREADS, "all files, durable in batches", "a second"),
    (THREADS, PROCESSES, "a second"),
]

# `check` of the embedded campaign: with its own register, and with that of the whole world beside the repository.
CHECKED = "check"
CHECKED_WORLD = "check: the world"
WORLD = ROOT.parent / "shared/data/municipalities-world.csv.gz"

# The PDFs of all packs in memory: made alone, made and checked, made and checked with pixels.
CHECKS = {"PDF in memory": "render", "PDF in memory, checked": "boxes", "PDF in memory, checked, pixels": "pixels"}

# Rows on the finished folder of "all files": the arguments of `archive`, or none for hashing alone.
ARCHIVES = {
    "archive: MDTO SIPs": ["--format", "mdto-sip"],
    "archive: bags": ["--format", "bagit"],
    "archive: one bag for all, tar": ["--format", "bagit", "--collective", "--tar"],
    "hashing the same bytes": None,
}

# Rows on the same folder: the printer of `print`, or a peer that only merges the same pages into one file.
PRINTS = {
    "print: duplex": "duplex",
    "print: inserter": "inserter",
    "print: office": "office",
    "peer: qpdf merges": None,
    "peer: mutool merges": None,
}


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description="Measures the programme and a peer.")
    parser.add_argument("--packs", type=int, default=342, help="packs that the peer makes")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--row", action="append", help="only this row; may be given several times")
    parser.add_argument("--json", type=pathlib.Path, help="write all figures here")
    return parser.parse_args()


def measured(command, cwd=None, may_end=(0,)):
    """Runs a command and returns wall seconds, processor seconds and peak memory in MB."""
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    # Read to the end before waiting, so that a full pipe never stops the child.
    output, errors = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begin
    if os.waitstatus_to_exitcode(status) not in may_end:
        sys.exit(f"{command}: {errors.decode()}")
    return {
        "wall": wall,
        "processor": usage.ru_utime + usage.ru_stime,
        # Linux counts in KiB.
        "peak": usage.ru_maxrss * 1024 / 1e6,
        "output": output,
    }


def ours(name, folders):
    """One run of a row."""
    options, base = ROWS[UNMIXED if name == MIXED else name]
    if name == MIXED:
        options = [str(mixed(folders) / "campaign.yaml"), *options]
    if base is None:
        folder = pathlib.Path(tempfile.mkdtemp(dir=folders))
    else:
        folder = pathlib.Path(tempfile.mkdtemp(dir=folders), "copy")
        source = folders / "kept" / base
        shutil.copytree(source, folder, copy_function=shutil.copy2)
    figures = measured([str(PROGRAMME), *options, "--out", str(folder), "--json"])
    summary = json.loads(figures.pop("output"))["summary"]
    documents = summary["documents"]
    figures["documents"] = documents["made"] + documents["fresh"]
    figures["packs"] = summary["packs"]["total"]
    figures["pages"] = summary["pages"]
    keep = folders / "kept" / name
    if any(base == name for _, base in ROWS.values()) and not keep.exists():
        keep.parent.mkdir(exist_ok=True)
        folder.rename(keep)
    else:
        shutil.rmtree(folder)
    return figures


def archived(name, folders):
    """One archive of the folder that the row "all files" left, or `sha256sum` of its documents."""
    run = kept_run(folders)
    if ARCHIVES[name] is None:
        figures = measured(["sha256sum", "--check", "--quiet", "manifest.sha256"], cwd=run)
    else:
        to = pathlib.Path(tempfile.mkdtemp(dir=folders))
        figures = measured([str(PROGRAMME), "archive", str(run), "--to", str(to), *ARCHIVES[name]])
        shutil.rmtree(to)
    figures["documents"] = len((run / "manifest.sha256").read_text(encoding="utf-8").splitlines())
    figures["packs"] = len((run / ".raadspost/packs.jsonl").read_text(encoding="utf-8").splitlines())
    return figures


def checked(name):
    """One run of the PDFs in memory."""
    figures = measured([example("checks"), CHECKS[name]])
    return {**figures, **json.loads(figures.pop("output"))}


def kept_run(folders):
    """The folder that the row "all files" left."""
    run = folders / "kept" / "all files"
    if not run.exists():
        ours("all files", folders)
    return run


# What the mixed campaign says besides, by the column `sort`: one line, and three paragraphs that
# need a page more.
SECOND = "Uw gemeente is onze tweede soort, en daarom staat deze regel er ook."
THIRD = "Uw gemeente is onze derde soort, en daarom staan deze regels er ook. " + " ".join(
    ["Zij zeggen niets dat er niet al staat, en zijn er alleen om de brief langer te maken."] * 9
)
AFTER = "      Indien gewenst kunt u hiervoor gebruik maken van bijgevoegde concept-motie (bijlage I).\n"


def mixed(folders):
    """A campaign whose councils have three shapes in turn, letters of two and of three pages, and,
    every tenth of them, a wording of their own."""
    folder = folders / "mixed"
    if folder.exists():
        return folder
    folder.mkdir()
    rows = (ROOT / "content/registers/nl.csv").read_text(encoding="utf-8").splitlines()
    sorts = ["sort", *("abc"[number % 3] for number in range(len(rows) - 1))]
    table = "".join(f"{row},{sort}\n" for row, sort in zip(rows, sorts))
    (folder / "register.csv").write_text(table, encoding="utf-8")
    yaml = (ROOT / "content/posiv.yaml").read_text(encoding="utf-8")
    parts = [("b", SECOND), ("c", THIRD), ("c", THIRD.upper()), ("c", THIRD)]
    more = "".join(f'\n      {{{{ if municipality.sort == "{sort}" }}}}{text}{{{{ end }}}}\n' for sort, text in parts)
    codes = [row.split(",")[0] for row in rows[1::10]]
    overrides = "".join(f'  {code}:\n    constaterende: "{code} constateert dat:"\n' for code in codes)
    for before, after in [
        (AFTER, AFTER + more),
        ("  file: registers/nl.csv\n", "  file: register.csv\n"),
        ("\nletters:\n", f"\noverrides:\n{overrides}\nletters:\n"),
    ]:
        assert yaml.count(before) == 1, before
        yaml = yaml.replace(before, after)
    (folder / "campaign.yaml").write_text(yaml, encoding="utf-8")
    return folder


def example(name):
    """The path of an example, built."""
    command = ["cargo", "build", "--release", "--quiet", "--example", name]
    subprocess.run(command, cwd=ROOT, check=True)
    return str(ROOT / "target/release/examples" / name)


def unchecked(folders, threads, campaign=()):
    """`pack.pdf` of all packs on some threads, through the pipeline and without inspection."""
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    figures = told_by([example("packs"), str(to / "out"), str(threads), *map(str, campaign)])
    shutil.rmtree(to)
    return figures


def stages(name, folders):
    """The share of each stage, by the clock inside one process."""
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    campaign = [str(mixed(folders))] if STAGES[name] else []
    figures = measured([example("stages"), str(to / "out"), *campaign])
    shutil.rmtree(to)
    told = json.loads(figures.pop("output"))
    figures |= {key: told[key] for key in ("packs", "documents", "pages")}
    # Of the clocked part alone; of the process the start is no part of it.
    stages = told["stages_us"]
    return {**figures, "processor": told["cpu_seconds"], "wall": told["seconds"],
            "stages": {stage: its[0] for stage, its in stages.items()},
            "stages_processor": {stage: its[1] for stage, its in stages.items()},
            "within": told["within_pdf_render_us"], "layout": told["within_layout_us"], "entered": told["entered"]}


# So many of Typst's own scopes are printed, each without those within it.
TYPST = 8


def print_stages(name, rounds):
    """The medians of the stages, as microseconds a pack and as shares."""
    medians = {
        what: {stage: statistics.median(row[what].get(stage, 0) for row in rounds) for stage in rounds[0][what]}
        for what in ("stages", "stages_processor", "within", "layout", "entered")
    }
    whole, spent = (sum(medians[what].values()) for what in ("stages", "stages_processor"))
    print(f"\n{name}: microseconds a pack and the share of all, by the clock and of processor time")
    for stage, time in sorted(medians["stages"].items(), key=lambda one: -one[1]):
        processor = medians["stages_processor"][stage]
        print(f"  {stage:<24}{time:>8.0f}{time / whole:>8.1%}{processor:>8.0f}{processor / spent:>8.1%}")
        if stage == "PDF: render":
            for part, its in sorted(medians["within"].items(), key=lambda one: -one[1]):
                print(f"    {part:<22}{its:>8.0f}{its / whole:>8.1%}")
                inner = sorted(medians["layout"].items(), key=lambda one: -one[1])
                for scope, own in inner[: TYPST if part == "layout" else 0]:
                    times = medians["entered"][scope]
                    print(f"      {scope:<28}{own:>8.0f}{own / whole:>8.1%}{times:>8.1f} times")
    return medians


def halves(folders):
    """Two processes of one thread, each with every second row of the register."""
    rows = (ROOT / "content/registers/nl.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    begin = time.perf_counter()
    children = []
    for half in range(2):
        register = to / f"half-{half}.csv"
        register.write_text(rows[0] + "".join(rows[1 + half :: 2]), encoding="utf-8")
        options = ["--register", str(register), "--jobs", "1", "--durability", "batch"]
        command = [str(PROGRAMME), *options, "--out", str(to / f"out-{half}"), "--json"]
        children.append(subprocess.Popen(command, stdout=open(to / f"{half}.json", "wb"), stderr=subprocess.DEVNULL))
    figures = {"processor": 0, "peak": 0, "documents": 0, "packs": 0}
    for half, child in enumerate(children):
        _, status, usage = os.wait4(child.pid, 0)
        if status != 0:
            sys.exit(f"half {half} ended with {status}")
        figures["processor"] += usage.ru_utime + usage.ru_stime
        figures["peak"] += usage.ru_maxrss * 1024 / 1e6
    figures["wall"] = time.perf_counter() - begin
    for half in range(2):
        summary = json.loads((to / f"{half}.json").read_text(encoding="utf-8"))["summary"]
        figures["documents"] += summary["documents"]["made"]
        figures["packs"] += summary["packs"]["total"]
    shutil.rmtree(to)
    return figures


def best(name, folders):
    """What the machine can do at best with the bytes of "all files": the best way to write and hash them."""
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    figures = measured([example("limit"), str(kept_run(folders)), str(to)])
    shutil.rmtree(to)
    told = json.loads(figures.pop("output"))
    way = told["two" if name == BEST_TWO else "one"]
    return {"wall": way["seconds"], "processor": way["cpu_seconds"], "peak": figures["peak"],
            "documents": told["documents"], "packs": told["packs"], "way": way["way"], "ways": told["ways"]}


def changed(folders):
    """A run of 10,000 packs with all files in which one cell of one row has changed since."""
    folder = folders / "ten"
    register = folder / "register.csv"
    options = ["--register", str(register), "--out", str(folder / "out"), "--json"]
    is_new = not folder.exists()
    if is_new:
        folder.mkdir()
        rows = [f"GM{n:05},Plaats {n},Plaats {n},{1000 + n},{n + 1},1234 AB,Plaats {n}\n" for n in range(10_000)]
        register.write_text("code,name,running_name,population,po_box,postcode,town\n" + "".join(rows), encoding="utf-8")
        measured([str(PROGRAMME), *options])
    rows = register.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = rows[5_001].split(",")
    cells[4] = str(int(cells[4]) + 1)
    rows[5_001] = ",".join(cells)
    register.write_text("".join(rows), encoding="utf-8")
    figures = measured([str(PROGRAMME), *options])
    documents = json.loads(figures.pop("output"))["summary"]["documents"]
    # The box stands in letter and pack.
    if documents["made"] != 2 or documents["planned"] != 80_000:
        sys.exit(f"{CHANGED}: {documents}")
    return {**figures, "documents": documents["planned"], "packs": 10_000}


def preflight(name, folders):
    """One `check` of the embedded campaign; that of the world takes its columns and needs no address."""
    command = [str(PROGRAMME), "check", "--jobs", "2", "--json"]
    if name == CHECKED_WORLD:
        folder = folders / "world"
        folder.mkdir(exist_ok=True)
        yaml = (ROOT / "content/posiv.yaml").read_text(encoding="utf-8")
        before, rest = yaml.split("register:\n", 1)
        register = f"register:\n  file: {WORLD}\n  columns: {{ code: id, admin: admin1 }}\n\nfill-ins:"
        yaml = before + register + rest.split("fill-ins:", 1)[1]
        (folder / "campaign.yaml").write_text(yaml.replace("address: required", "address: optional"), encoding="utf-8")
        command.insert(2, str(folder))
    # Some rows of the world have a character that no font has.
    figures = measured(command, may_end=(0, 1))
    summary = json.loads(figures.pop("output"))["summary"]
    return {**figures, "documents": summary["documents"], "packs": summary["packs"]}


def printed(name, folders):
    """One print run of the folder that the row "all files" left, or a peer that merges its letters."""
    run = kept_run(folders)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    letters = sorted(str(path) for path in run.glob("*/pack.pdf"))
    commands = {
        "peer: qpdf merges": ["qpdf", "--empty", "--pages", *letters, "--", str(to / "merged.pdf")],
        "peer: mutool merges": ["mutool", "merge", "-o", str(to / "merged.pdf"), *letters],
    }
    ours_command = [str(PROGRAMME), "print", str(run), "--out", str(to / "run"), "--printer", str(PRINTS[name])]
    figures = measured(commands.get(name, ours_command))
    size = sum(path.stat().st_size for path in to.glob("**/*.pdf") if path.name[:4] not in ("tick", "labe", "enve"))
    shutil.rmtree(to)
    return {**figures, "documents": len(letters), "packs": len(letters), "bytes": size}


def peer_data(folders):
    """What the programme hands to Typst for each document, in a folder."""
    data = folders / "peer"
    if not data.exists():
        subprocess.run(
            ["cargo", "run", "--release", "--quiet", "--example", "peer-data", "--", str(data)], cwd=ROOT, check=True
        )
    return data


def peer_command(folders, packs, document="pack", more=()):
    """The command of the peer on the data that the programme hands to Typst."""
    data = peer_data(folders) / document
    command = [PYTHON, str(ROOT / "benches/peer.py"), str(data / "templates"), "peer.typ"]
    command += [str(data / "values.jsonl"), str(packs), "--via", "file", "--data", "values.json"]
    return [*command, "--fonts", str(ROOT / "fonts"), *more]


def told_by(command):
    """The figures of a peer that counts without its start and its first packs, which favours it."""
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    return {
        "wall": told["seconds"],
        "processor": told["cpu_seconds"],
        "peak": figures["peak"],
        "documents": told.get("documents", told["packs"]),
        "packs": told["packs"],
        **({"pages": told["pages"]} if "pages" in told else {}),
    }


def peer_textris(folders, packs):
    """The words of the pack by textris-pdf: a project outside the workspace, built here and only here."""
    project, target = ROOT / "benches/textris", ROOT / "target/textris"
    command = ["cargo", "build", "--release", "--quiet", "--locked", "--target-dir", str(target)]
    subprocess.run(command, cwd=project, check=True)
    command = [str(target / "release/textris-peer"), str(peer_data(folders) / "pack"), str(ROOT / "fonts"), str(packs)]
    return told_by(command)


def peer_processes(folders, packs):
    """Two processes of the peer, a compiler and a thread in each."""
    commands = [peer_command(folders, packs // 2) for _ in range(2)]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE) for command in commands]
    told = [json.loads(child.communicate()[0]) for child in children]
    return {
        "wall": max(one["seconds"] for one in told),
        "processor": sum(one["cpu_seconds"] for one in told),
        "peak": sum(one["peak_memory_mib"] for one in told) * 1.048576,
        "documents": sum(one["packs"] for one in told),
        "packs": sum(one["packs"] for one in told),
    }


def peer_html(folders):
    """The words of the pack as HTML, set by WeasyPrint."""
    pdf = folders / "peer.pdf"
    if not pdf.exists():
        measured(peer_command(folders, 1, more=["--warm", "0", "--keep", str(pdf)]))
    with (peer_data(folders) / "pack/values.jsonl").open(encoding="utf-8") as lines:
        # The letter's slots come first, and its fourth is the name in running text.
        name = json.loads(lines.readline())[0][3]
    command = [PYTHON, str(ROOT / "benches/peer_html.py"), str(pdf), name, str(FEW[PEER_HTML]), str(ROOT / "fonts")]
    return told_by(command)


def peer_office(folders):
    """One Word motion for each of some packs, made PDF/A-2 and PDF/UA by one start of LibreOffice."""
    run = kept_run(folders)
    to = pathlib.Path(tempfile.mkdtemp(dir=folders))
    motions = []
    for place in sorted(run.glob("*/motie-solidariteit.docx"))[: FEW[PEER_OFFICE]]:
        motions.append(to / f"{place.parent.name}.docx")
        shutil.copy(place, motions[-1])
    settings = {"PDFUACompliance": {"type": "boolean", "value": "true"}}
    settings |= {"SelectPdfVersion": {"type": "long", "value": "2"}}
    command = ["soffice", f"-env:UserInstallation=file://{to}/profile", "--headless", "--convert-to"]
    command += [f"pdf:writer_pdf_Export:{json.dumps(settings)}", "--outdir", str(to / "pdf"), *map(str, motions)]
    figures = measured(command)
    made = len(list((to / "pdf").glob("*.pdf")))
    if made != len(motions):
        sys.exit(f"{PEER_OFFICE}: {made} of {len(motions)} files")
    shutil.rmtree(to)
    return {**figures, "documents": made, "packs": made}


def peer_whole(folders, packs):
    """The four PDF files by the peer and the four Word files by docxtpl, one after the other, in memory."""
    rows = [told_by(peer_command(folders, packs, document)) for document in ("brief", "bijlage-1", "bijlage-2", "pack")]
    rows += [word_peer(FILLED, folders, motion) for motion in WORD.split(",")]
    scaled = [{key: row[key] * packs / row["packs"] for key in ("wall", "processor")} for row in rows]
    return {
        "wall": sum(row["wall"] for row in scaled),
        "processor": sum(row["processor"] for row in scaled),
        "peak": max(row["peak"] for row in rows),
        "documents": packs * len(rows),
        "packs": packs,
    }


def word_peer(name, folders, document="motie-solidariteit"):
    """A peer that makes one Word motion for each pack, in memory."""
    count = WORD_FILES[name]
    if name == ALONE:
        command = ["cargo", "build", "--release", "--quiet", "-p", "raadspost-docx", "--example", "alone"]
        subprocess.run(command, cwd=ROOT, check=True)
        command = [str(ROOT / "target/release/examples/alone"), str(count)]
    else:
        motion = kept_run(folders) / f"GM0344-utrecht/{document}.docx"
        command = [PYTHON, str(ROOT / "benches/peer_word.py"), str(motion), "Utrecht", str(count)]
    figures = measured(command)
    told = json.loads(figures.pop("output"))
    return {**figures, "documents": told["packs"], "packs": told["packs"]}


def row_of(name, folders, options):
    """One run of a row or a peer."""
    whole = {
        PEER: lambda: told_by(peer_command(folders, options.packs)),
        PEER_TWO: lambda: told_by(peer_command(folders, options.packs, more=["--threads", "2"])),
        PEER_PROCESSES: lambda: peer_processes(folders, options.packs),
        PEER_FRESH: lambda: told_by(peer_command(folders, FEW[PEER_FRESH], more=["--fresh", "--warm", "1"])),
        PEER_HTML: lambda: peer_html(folders),
        PEER_OFFICE: lambda: peer_office(folders),
        PEER_WHOLE: lambda: peer_whole(folders, options.packs),
        PEER_TEXTRIS: lambda: peer_textris(folders, options.packs),
        BEST: lambda: best(name, folders),
        BEST_TWO: lambda: best(name, folders),
        UNCHECKED: lambda: unchecked(folders, 2),
        UNCHECKED_ONE: lambda: unchecked(folders, 1),
        UNCHECKED_MIXED: lambda: unchecked(folders, 1, [mixed(folders)]),
        PROCESSES: lambda: halves(folders),
        CHANGED: lambda: changed(folders),
        CHECKED: lambda: preflight(name, folders),
        CHECKED_WORLD: lambda: preflight(name, folders),
    }
    if name in whole:
        return whole[name]()
    if name in ARCHIVES:
        return archived(name, folders)
    if name in CHECKS:
        return checked(name)
    if name in STAGES:
        return stages(name, folders)
    if name in PRINTS:
        return printed(name, folders)
    return word_peer(name, folders) if name in WORD_FILES else ours(name, folders)


def main():
    """Takes all rows in turn and prints the medians."""
    options = arguments()
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    peers = [PEER, PEER_TWO, PEER_PROCESSES, PEER_FRESH, PEER_TEXTRIS, PEER_HTML, PEER_OFFICE, PEER_WHOLE, *WORD_FILES]
    own = [*ROWS, MIXED, CHECKED, CHECKED_WORLD, PROCESSES, UNCHECKED, UNCHECKED_ONE, UNCHECKED_MIXED]
    names = options.row or [*own, BEST, BEST_TWO, *STAGES, *CHECKS, *ARCHIVES, *PRINTS, *peers]
    taken = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as directory:
        folders = pathlib.Path(directory)
        for _ in range(options.rounds):
            for name in names:
                taken[name].append(row_of(name, folders, options))
    # Two columns for each thing that is counted: a second, and a second of processor time.
    print(f"{'row':<52}{'packs/s':>9}{'/core':>8}{'files/s':>9}{'/core':>8}{'pages/s':>9}{'/core':>8}{'peak MB':>9}")
    medians = {}
    for name, rounds in taken.items():
        median = {
            "packs_per_second": statistics.median(row["packs"] / row["wall"] for row in rounds),
            "packs_per_second_per_core": statistics.median(row["packs"] / row["processor"] for row in rounds),
            "files_per_second": statistics.median(row["documents"] / row["wall"] for row in rounds),
            "files_per_second_per_core": statistics.median(row["documents"] / row["processor"] for row in rounds),
            "peak_megabytes": statistics.median(row["peak"] for row in rounds),
        }
        if "pages" in rounds[0]:
            median["pages_per_second"] = statistics.median(row["pages"] / row["wall"] for row in rounds)
            median["pages_per_second_per_core"] = statistics.median(row["pages"] / row["processor"] for row in rounds)
        medians[name] = median
        keys = [f"{what}_per_second{core}" for what in ("packs", "files", "pages") for core in ("", "_per_core")]
        figures = [f"{median[key]:.1f}" if key in median else "" for key in keys]
        columns = "".join(f"{figure:>{9 - at % 2}}" for at, figure in enumerate(figures))
        print(f"{name:<52}{columns}{median['peak_megabytes']:>9.0f}")
    for name in STAGES:
        if name in taken:
            medians[name] |= print_stages(name, taken[name])
    for name in (BEST, BEST_TWO):
        if name in taken:
            medians[name]["way"] = taken[name][0]["way"]
            print(f"{name}: {', '.join(row['way'] for row in taken[name])}")
    bare = next(iter(CHECKS))
    for name in list(CHECKS)[1:]:
        rounds = taken.get(name, [])
        # In one process, where no other can slow down the one and not the other; and from the rows.
        costs = {"by the clock in one process": [row["checking_s"] / row["rendering_s"] for row in rounds]}
        pairs = zip(rounds, taken.get(bare, []))
        costs["by processor time of rows"] = [whole["processor"] / alone["processor"] - 1 for whole, alone in pairs]
        for how, cost in costs.items():
            if cost:
                medians[f"cost of {name}, {how}"] = statistics.median(cost)
                print(f"\n{name}: {statistics.median(cost):.1%} of the rendering {how} "
                      f"(rounds: {', '.join(f'{part:.0%}' for part in cost)})")
    for own, other, what in RATIOS:
        if own in taken and other in taken:
            ratios = [RATES[what](mine) / RATES[what](its) for mine, its in zip(taken[own], taken[other])]
            ratio = medians[f"{own} / {other}"] = statistics.median(ratios)
            rounds = ", ".join(f"{ratio:.2f}" for ratio in ratios)
            print(f"\n{own}, packs {what}: {ratio:.2f} times {other} (rounds: {rounds})")
    for name, rounds in taken.items():
        if "bytes" in rounds[0]:
            medians[name]["bytes_per_pack"] = rounds[0]["bytes"] / rounds[0]["packs"]
            print(f"{name}: {medians[name]['bytes_per_pack']:.0f} bytes a letter")
    merging = [name for name in PRINTS if PRINTS[name] is None and name in taken]
    for name in merging if "print: duplex" in taken else []:
        pairs = zip(taken["print: duplex"], taken[name])
        ratio = statistics.median(other["processor"] / own["processor"] for own, other in pairs)
        print(f"print: duplex, per core: {ratio:.2f} times {name}")
    if options.json:
        options.json.write_text(json.dumps(medians, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
