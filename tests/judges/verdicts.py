"""Common code of the judges: command line, report and self-test.

A judge is a function from a path to the list of reasons for which it refuses that file;
an empty list accepts it.
"""

import argparse
import pathlib
import tempfile
from concurrent.futures import ThreadPoolExecutor


def main(name, judge, unharmed, damages, workers=2):
    """Runs a judge from the command line; returns the exit status (0 accepted, 1 refused).

    `damages` maps a sentence on what is broken to a function that takes the bytes of a good
    file and returns those of the broken one; `unharmed` does the same without breaking anything,
    so that a refusal is due to the damage and not to the copying.
    """
    parser = argparse.ArgumentParser(
        prog=name,
        fromfile_prefix_chars="@",
        description="Prints a line for each refused file and a total; exit status 1 if any is refused.",
    )
    parser.add_argument(
        "--selftest",
        action="store_true",
        help="take each file as a good one, and demand that broken copies of it are refused",
    )
    parser.add_argument("files", nargs="+", type=pathlib.Path, help="files, or @LIST with one path a line")
    arguments = parser.parse_args()

    refused = 0
    with ThreadPoolExecutor(workers) as pool:
        for path, reasons in zip(arguments.files, pool.map(lambda path: guarded(judge, path), arguments.files)):
            if reasons:
                refused += 1
                print(f"{name}: {path}: {'; '.join(one_line(reason) for reason in reasons)}")
    print(f"{name}: {len(arguments.files)} judged, {refused} refused", flush=True)

    missed = 0
    if arguments.selftest:
        for path in arguments.files:
            missed += selftest(name, judge, unharmed, damages, path)
    return 1 if refused or missed else 0


def selftest(name, judge, unharmed, damages, good):
    """Counts the misjudged copies of `good`: broken and accepted, or unharmed and refused."""
    missed = 0
    with tempfile.TemporaryDirectory() as directory:
        copy = pathlib.Path(directory) / f"copy{good.suffix}"
        copy.write_bytes(unharmed(good.read_bytes()))
        if reasons := guarded(judge, copy):
            missed += 1
            print(f"{name}: self-test: {good}: an unharmed copy is refused: {one_line('; '.join(reasons))}")
        for number, (sentence, damage) in enumerate(damages.items()):
            broken = pathlib.Path(directory) / f"broken-{number}{good.suffix}"
            broken.write_bytes(damage(good.read_bytes()))
            if not guarded(judge, broken):
                missed += 1
                print(f"{name}: self-test: {good}: accepted although {sentence}")
    print(f"{name}: self-test: {len(damages)} kinds of damage, {missed} misjudged", flush=True)
    return missed


def guarded(judge, path):
    """The reasons of a judge, including any exception while it reads the file."""
    if not path.is_file():
        return ["no such file"]
    try:
        return judge(path)
    # A third-party validator may raise anything on a damaged file.
    except Exception as error:  # noqa: BLE001
        return [f"cannot be judged: {type(error).__name__}: {error}"]


def one_line(reason):
    """A reason without line breaks, at most 400 characters."""
    text = " ".join(str(reason).split())
    return text if len(text) <= 400 else f"{text[:400]}…"

