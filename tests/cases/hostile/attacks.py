"""The rows: what an attack writes, what it runs, and how that may end.

A row has `id`, `run` (arguments; `{desk}` and `{outside}` are folders), `files` (path to content: a
text, bytes, or a function that writes to an open file), `want` (`refused`, `made` or `any`), and
where they matter `says` (what the refusal says), `links`, `made_first` (a run that exists before),
`then` (commands that succeed afterwards), `seconds`, `limits`, `stdout` and `quick`.
"""

import gzip
import io
import os
import resource
import struct
import subprocess
import zlib

# The places of a campaign that an attack writes into; each has its usual text.
USUAL = {
    "title": "Ruimte voor water",
    "sender": "Bureau Waterkant",
    "address": "[Kade 1, 3511 AA Utrecht]",
    "website": "waterkant.example",
    "label": "datum",
    "option": "voor",
    "phrase": "Aan de raad van {{ municipality.name }}",
    "salutation": "Geachte raad,",
    "caption": "De motie",
    "url": "https://waterkant.example/rapport",
    "signatory": "A. de Vries",
    "enclosure": "De motie",
    "motion": "Motie ruimte voor water",
    "item": "ruimte te maken;",
    "condition": "municipality.population >= 100000",
    "keyword": "water",
    "author": "",
    "body": "Het water stijgt in {{ municipality.name }}.",
    "more": "",
}
CAMPAIGN = """raadspost: 1
id: proef
title: "<title>"
language: nl-NL
date: 2026-03-02
sender:
  name: "<sender>"
  email: info@waterkant.example
  address: <address>
  website: "<website>"
register: { file: register.csv, country: NL }
fill-ins:
  datum: { kind: date, label: "<label>" }
  naam: { kind: person, label: naam }
  stem: { kind: options, label: stem, options: ["<option>", tegen] }
phrases:
  aan: "<phrase>"
  pre: De raad van {{ municipality.name }},
  ver: "verzoekt het college:"
<more>letters:
  brief:
    address: none
    addressee: aan
    place-and-date: Utrecht
    salutation: "<salutation>"
    qr: { url: "<url>", caption: "<caption>" }
    body: |
<body>
    closing: Met vriendelijke groet,
    signatories:
      - { name: "<signatory>" }
    enclosures:
      title: Bijlagen
      items:
        - { label: "I:", title: "<enclosure>" }
motions:
  motie:
    title: "<motion>"
    body:
      - preamble: pre
      - operative: ver
        items: ["<item>"]
      - voting: "Uitslag:"
        columns: [Fractie, Zetels, Stem]
        faction: "{{ fill.naam }}"
        seats: "{{ fill.datum }}"
        vote: "{{ fill.stem }}"
        times: 2
documents:
  - { id: brief, formats: [pdf], letter: brief }
  - { id: motie, formats: [pdf, docx], when: "<condition>", parts: [{ motion: motie }] }
"""
REGISTER = "code,name,population\nGM0344,Utrecht,376123\nGM0363,Amsterdam,941680\n"
LIST = ["--document", "brief"]

ROWS = []


def row(id, run, files=None, want="refused", **more):
    ROWS.append({"id": id, "run": run, "files": files or {}, "want": want, **more})


def campaign(**places):
    """The campaign with other texts in some places; `body` is indented to where it belongs."""
    texts = {**USUAL, **places}
    texts["body"] = "\n".join("      " + line for line in texts["body"].split("\n"))
    text = CAMPAIGN
    for place, words in texts.items():
        text = text.replace(f"<{place}>", words, 1)
    return text


def at(id, command="check", want="refused", register=REGISTER, files=None, **more):
    """An attack by the text of a place of the campaign; the place is a keyword in `more`."""
    places = {place: more.pop(place) for place in list(more) if place in USUAL}
    files = {"c/campaign.yaml": lambda: campaign(**{k: v() if callable(v) else v for k, v in places.items()}),
             "c/register.csv": register, **(files or {})}
    run = {"check": ["check", "c"], "build": ["build", "c", "--out", "out"]}[command]
    row(id, run, files, want, **more)


def rows_of(id, register, command="check", want="refused", **more):
    """An attack by the register."""
    at(id, command, want, register=register, **more)


# --- Making what a row asks for ---------------------------------------------------------------

def content(value):
    value = value() if callable(value) else value
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def prepare(attack, desk, outside, programme):
    if attack.get("made_first"):
        made(desk, programme)
    for path, value in attack["files"].items():
        target = desk / path.format(outside="../outside")
        target.parent.mkdir(parents=True, exist_ok=True)
        if value == "fifo":
            os.mkfifo(target)
        elif isinstance(value, int):
            with open(target, "wb") as file:
                file.truncate(value)
        else:
            target.write_bytes(content(value))
    for path, to in attack.get("links", {}).items():
        link = desk / path
        if link.is_symlink() or link.is_file():
            link.unlink()
        elif link.is_dir():
            import shutil
            shutil.rmtree(link)
        link.parent.mkdir(parents=True, exist_ok=True)
        os.symlink(to.format(desk=desk, outside=outside), link)
    if attack.get("outside"):
        for path, value in attack["outside"].items():
            (outside / path).parent.mkdir(parents=True, exist_ok=True)
            (outside / path).write_bytes(content(value))
    if attack.get("change"):
        attack["change"](desk, outside)


def made(desk, programme):
    """A run of the campaign in `run`, made before the attack."""
    (desk / "c").mkdir()
    (desk / "c/campaign.yaml").write_text(campaign())
    (desk / "c/register.csv").write_text(REGISTER)
    subprocess.run([programme, "build", "c", "--out", "run"], cwd=desk, check=True, capture_output=True)


def times(text, count):
    return lambda: text * count


def zipped(make):
    def bytes_of():
        buffer = io.BytesIO()
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, compresslevel=6) as file:
            make(file)
        return buffer.getvalue()
    return bytes_of


def zeros(count):
    def make(file):
        block = bytes(1 << 20)
        for _ in range(count >> 20):
            file.write(block)
    return make


def png(width, height, depth=8, colour=0, data=b"", chunks=()):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    middle = b"".join(chunk(kind, body) for kind, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + middle + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def small(width=40, height=20):
    return png(width, height, data=(b"\0" + b"\xff" * width) * height)


# --- YAML -------------------------------------------------------------------------------------

def raw(id, text, want="refused", **more):
    row(id, ["check", "c"], {"c/campaign.yaml": text, "c/register.csv": REGISTER}, want, **more)


raw("yaml-empty", "", quick=True)
raw("yaml-comment-only", "# nothing\n")
raw("yaml-nul", b"\0\0\0")
raw("yaml-not-utf8", b"raadspost: 1\ntitle: \xff\xfe\n", quick=True)
raw("yaml-utf16", "raadspost: 1\n".encode("utf-16"))
raw("yaml-a-list", "- 1\n- 2\n")
raw("yaml-a-text", "hello\n")
raw("yaml-two-documents", "raadspost: 1\n---\nraadspost: 1\n")
raw("yaml-documents-50k", times("---\na: 1\n", 50_000))
raw("yaml-laughs", lambda: "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n-1}'] * 10)}]\n" for n in range(1, 12)), quick=True)
raw("yaml-laughs-text", lambda: "a: &a " + "x" * 1_000_000 + "\nb: [" + ", ".join(["*a"] * 1000) + "]\n")
raw("yaml-merge-laughs", lambda: "a0: &a0 {x: 1}\n" + "".join(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n-1}'] * 10)}]}}\n" for n in range(1, 12)))
raw("yaml-unknown-alias-50k", times("- *nowhere\n", 50_000))
raw("yaml-unknown-alias-line", lambda: "a: [" + ", ".join(["*nowhere"] * 50_000) + "]\n")
raw("yaml-flow-deep", times("[", 100_000), quick=True)
raw("yaml-map-deep", lambda: "".join(" " * n + "a:\n" for n in range(2_000)))
raw("yaml-dashes-deep", times("- ", 100_000))
raw("yaml-question-deep", times("? ", 100_000))
raw("yaml-keys-99k", lambda: campaign(more="".join(f"  p{n}: tekst\n" for n in range(99_000))), want="any")
raw("yaml-key-doubled-40k", lambda: campaign(more="  dubbel: tekst\n" * 40_000))
raw("yaml-unknown-keys-95k", lambda: "".join(f"sleutel{n}: 1\n" for n in range(95_000)) + campaign())
raw("yaml-documents-unknown-50k", lambda: campaign() + "".join(f"  - {{ id: d{n} }}\n" for n in range(50_000)))
raw("yaml-tag-long", lambda: campaign().replace('title: "Ruimte', "title: !" + "a" * 100_000 + ' "Ruimte', 1))
raw("yaml-tag-on-text", lambda: campaign().replace('title: "Ruimte', 'title: !!python/name:os.system "Ruimte', 1), quick=True)
raw("yaml-tag-on-list", lambda: campaign().replace("documents:", "documents: !!python/object/apply:os.system"), quick=True)
raw("yaml-tag-on-mapping", lambda: campaign().replace("sender:", "sender: !unknown"), quick=True)
raw("yaml-line-10mb", lambda: campaign(title="x" * 10_000_000))
raw("yaml-comment-50mb", lambda: "# " + "x" * 50_000_000 + "\n" + campaign(), want="any")
raw("yaml-anchor-long", lambda: "a: &" + "b" * 1_000_000 + " 1\n")
raw("yaml-escapes-quoted-1m", lambda: campaign(title="\\u0041" * 1_000_000))
raw("yaml-quoted-lines-100k", lambda: campaign().replace('title: "Ruimte', 'title: "' + "\\n\n  " * 100_000 + "Ruimte", 1), want="any")
raw("yaml-control-columns", lambda: " " * 70_000 + "raadspost: 1\n")
raw("yaml-colon-flood", times("a: ", 50_000))
row("yaml-file-1gb", ["check", "c/campaign.yaml"], {"c/campaign.yaml": 1 << 30}, quick=True)
row("yaml-fifo", ["check", "c/campaign.yaml"], {"c/campaign.yaml": "fifo"}, quick=True)
row("yaml-zero", ["check", "/dev/zero"])
row("yaml-full", ["check", "/dev/full"])
row("yaml-random", ["check", "/dev/urandom"])
row("yaml-tty", ["check", "/dev/tty"])
row("yaml-folder", ["check", "/dev"])
row("yaml-link-to-itself", ["check", "c/campaign.yaml"], links={"c/campaign.yaml": "campaign.yaml"})

# --- Characters -------------------------------------------------------------------------------

for name, character in [
    ("nul", "\\0"), ("bell", "\\a"), ("escape", "\\e"), ("delete", "\\x7f"), ("csi", "\\x9b"),
    ("noncharacter", "\\uFFFF"), ("backspace", "\\b"), ("form-feed", "\\f"),
]:
    for place in ["title", "sender", "label", "option", "caption", "signatory", "motion", "item"]:
        at(f"character-{name}-in-{place}", quick=place == "title" or name == "escape", **{place: f"a{character}[31mb"})
at("character-in-logo", files={"c/logo.png": small()}, more='theme:\n  logo: { file: logo.png, alternative: "a\\e[31mb" }\n', quick=True)
at("character-in-keyword", more='archive:\n  trefwoord: ["a\\eb"]\n', quick=True)
for name, character in [("override", "\\u202E"), ("isolate", "\\u2066"), ("embedding", "\\u202A")]:
    at(f"direction-{name}-in-title", "build", want="any", title=f"a{character}b")
    rows_of(f"direction-{name}-in-name", f"code,name,population\nGM0344,Ut{eval(chr(34) + character + chr(34))}recht,5\n", "build", want="any")
for name, cell in [("escape", "Ut\x1b]0;x\x07recht"), ("nul", "Ut\0recht"), ("csi", "Ut\x9brecht"), ("bell", "Ut\x07recht")]:
    rows_of(f"character-{name}-in-name", f"code,name,population\nGM0344,{cell},5\n", quick=True)
row("character-in-argument", ["check", "\x1b]0;owned\x07"], quick=True)
row("character-in-option", ["--order\x1b[31m", "x"], quick=True)
row("character-in-value", ["print", "run", "--out", "p", "--order", "\x1b]0;x\x07"], quick=True)
row("character-in-where", ["check", "--where", "municipality.\x1b[31mname == 'x'"], quick=True)

# --- Text ------------------------------------------------------------------------------------

LONG = [
    ("word-2mb", times("x", 2_000_000)), ("words-5mb", times("water ", 833_000)),
    ("lines-1m", times("water\n", 300_000)), ("stars", times("*a_b", 100_000)),
    ("cdata", times("<![CDATA[", 100_000)), ("comments", times("<!--", 200_000)),
    ("angles", times("<", 1_000_000)), ("angle-tags", times("<a ", 200_000)),
    ("declarations", times("<!A ", 200_000)), ("instructions", times("<?", 300_000)),
    ("backticks", times("`", 1_000_000)), ("backticks-growing", lambda: " ".join("`" * n for n in range(1, 2000))),
    ("brackets", times("[", 100_000)), ("images", times("![", 100_000)), ("links-open", times("[a](", 100_000)),
    ("links-10k", times("[a](https://a.example/) ", 10_000)), ("notes-undefined", times("[^a]", 100_000)),
    ("note-brackets", times("[^", 300_000)),
    ("notes-5000", lambda: " ".join(f"[^n{n}]" for n in range(5000)) + "\n\n" + "\n".join(f"[^n{n}]: noot" for n in range(5000))),
    ("notes-100k", lambda: " ".join(f"[^n{n}]" for n in range(100_000)) + "\n\n" + "\n".join(f"[^n{n}]: noot" for n in range(100_000))),
    ("ends", times("{{ end }}", 100_000)), ("tags-open", times("{{", 500_000)),
    ("fields-unknown", times("{{ municipality.onbekend }}", 30_000)),
    ("fields-100k", times("{{ municipality.name }} ", 100_000)),
    ("ifs-unclosed", times("{{ if true }}", 20_000)), ("ifs-deep", lambda: "{{ if true }}" * 20_000 + "x" + "{{ end }}" * 20_000),
    ("privates-deep", lambda: "{{ private }}" * 20_000 + "x" + "{{ end }}" * 20_000),
    ("lists-deep", times("- ", 100_000)), ("lists-5000", times("- ", 5_000)), ("decimals-deep", times("1. ", 10_000)),
    ("quotes-deep", times("> ", 10_000)), ("emphasis-deep", lambda: "*a " * 4_000 + "b*" * 4_000),
    ("emphasis-10k", lambda: "*" * 10_000 + "a" + "*" * 10_000), ("stars-words", times("*a ", 200_000)),
    ("breaks-100k", times("a\\\n", 100_000)), ("soft-hyphens", times("a\u00ad", 100_000)),
    ("combining", lambda: "a" + "\u0301" * 10_000), ("combining-all", times("a\u0301", 50_000)),
    ("headings-20k", times("# kop\n\n", 20_000)), ("items-20k", times("- punt\n", 20_000)),
    ("tables", times("| a | b |\n|---|---|\n", 20_000)), ("rules", times("---\n\n", 50_000)),
    ("emoji", times("\U0001F468\u200D\U0001F469\u200D\U0001F467", 5_000)), ("zwj", times("\u200d", 100_000)),
    ("right-to-left", times("\u05d0\u05d1 a ", 50_000)), ("entities", times("&amp;", 300_000)),
    ("entities-numeric", times("&#x41;", 200_000)), ("escapes", times("\\*", 300_000)),
    ("autolinks", times("<https://a.example/> ", 20_000)), ("urls", times("https://a.example/ ", 30_000)),
    ("tabs", times("\t", 100_000)), ("spaces", lambda: "a" + " " * 1_000_000 + "b"),
    ("references", lambda: "\n".join(f"[r{n}]: https://a.example/{n}" for n in range(20_000))),
    ("reference-deep", lambda: "[" * 5_000 + "a" + "]" * 5_000),
]
QUICK = {"word-2mb", "lists-5000", "ifs-deep", "combining", "brackets", "notes-undefined", "backticks", "emphasis-deep", "fields-unknown"}
for name, text in LONG:
    at(f"body-{name}", "build", want="any", body=text, quick=name in QUICK)
for place in ["title", "sender", "label", "option", "phrase", "salutation", "caption", "url", "signatory", "enclosure", "motion", "item"]:
    at(f"long-{place}", "build", want="any", **{place: times("woord ", 200_000)})
    at(f"long-word-{place}", "build", want="any", **{place: times("w", 1_000_000)})
    at(f"deep-{place}", want="any", **{place: times("- ", 5_000)})
at("address-10k-lines", "build", want="any", address=lambda: "[" + ", ".join(f"regel {n}" for n in range(10_000)) + "]")
at("options-60k", "build", want="any", option=lambda: '", "'.join(f"keus {n}" for n in range(60_000)))
at("phrases-in-a-circle", more="  a: '{{ phrase.b }}'\n  b: '{{ phrase.a }}'\n", body="{{ phrase.a }}", quick=True)
at("phrases-doubling", want="any", body="{{ phrase.p40 }}", more=lambda: "  p0: water\n" + "".join(f"  p{n}: '{{{{ phrase.p{n-1} }}}}{{{{ phrase.p{n-1} }}}}'\n" for n in range(1, 41)), quick=True)
at("formula-in-name", "build", want="any", register='code,name,population\nGM0344,"=HYPERLINK(""http://a"")",5\n')

# --- Conditions -------------------------------------------------------------------------------

EXPRESSIONS = [
    ("parentheses", lambda: "(" * 100_000 + "true" + ")" * 100_000), ("nots", times("!", 100_000)),
    ("minus", times("-", 100_000)), ("and-30k", lambda: " && ".join(["true"] * 30_000)),
    ("or-30k", lambda: " || ".join(["true"] * 30_000)), ("plus-100k", lambda: " + ".join(["1"] * 100_000)),
    ("times-100k", lambda: " * ".join(["1"] * 100_000)), ("less-100k", lambda: " < ".join(["1"] * 100_000)),
    ("dots-200k", lambda: "municipality" + ".name" * 200_000), ("index-200k", lambda: "municipality" + "[0]" * 200_000),
    ("methods-20k", lambda: "municipality" + ".name()" * 20_000), ("in-100k", lambda: "1 in [" + ", ".join(["1"] * 100_000) + "]"),
    ("in-1m", lambda: "1 in [" + ", ".join(["1"] * 1_000_000) + "]"),
    ("map-50k", lambda: "{" + ", ".join(f"'{n}': {n}" for n in range(50_000)) + "} == 1"),
    ("ternary-30k", lambda: "true ? 1 : " * 30_000 + "1"), ("integer-long", times("9", 100_000)),
    ("string-1mb", lambda: "municipality.name == '" + "x" * 1_000_000 + "'"), ("unclosed", lambda: "municipality.name == '" + "x" * 100_000),
    ("overflow", lambda: "municipality.population * 9223372036854775807 > 0"), ("division", lambda: "municipality.population / 0 > 1"),
    ("modulo", lambda: "municipality.population % 0 == 1"), ("regex", lambda: "municipality.name.matches('(a+)+$')"),
    ("all-deep", lambda: "[1].all(x, " * 100 + "true" + ")" * 100), ("nothing", lambda: ""), ("space", lambda: "   "),
]
for name, text in EXPRESSIONS:
    at(f"condition-{name}", want="any", condition=lambda text=text: text().replace('"', '\\"'), quick=name in {"dots-200k", "and-30k", "index-200k", "parentheses"})
    if name not in {"in-1m"}:
        small_enough = lambda text=text: text()[:100_000]
        row(f"where-{name}", ["check", "--where", "@"], {}, "any", where=small_enough)


# --- Registers --------------------------------------------------------------------------------

HEAD = "code,name,population\n"
rows_of("register-empty", "", quick=True)
rows_of("register-header-only", HEAD, quick=True)
rows_of("register-nul", b"\0" * 1000)
rows_of("register-binary", bytes(range(256)) * 100)
rows_of("register-no-code", "naam,inwoners\nUtrecht,5\n", quick=True)
rows_of("register-doubled-300k", lambda: HEAD + "GM0344,Utrecht,5\n" * 300_000)
rows_of("register-columns-1m", lambda: "code,name,population," + ",".join(f"k{n}" for n in range(1_000_000)) + "\nGM0344,Utrecht,5\n")
rows_of("register-columns-100k", lambda: "code,name,population," + ",".join(f"k{n}" for n in range(100_000)) + "\nGM0344,Utrecht,5" + "," * 100_000 + "\n", want="any")
rows_of("register-columns-empty-1m", lambda: "code,name,population" + "," * 1_000_000 + "\nGM0344,Utrecht,5\n", want="any")
rows_of("register-columns-doubled-30k", lambda: "code,name,population" + ",zelfde" * 30_000 + "\nGM0344,Utrecht,5\n")
rows_of("register-heading-1mb", lambda: "code,name,population," + "x" * 1_000_000 + "," + "x" * 1_000_000 + "\nGM0344,Utrecht,5,,\n")
rows_of("register-5000x2000", lambda: "code,name,population," + ",".join(f"k{n}" for n in range(5_000)) + "\n" + "".join(f"GM{n:04},Naam,5" + ",x" * 5_000 + "\n" for n in range(2_000)), want="any", seconds=10)
rows_of("register-name-100mb", lambda: HEAD + "GM0344," + "x" * 100_000_000 + ",5\n", "build", quick=True)
rows_of("register-name-1mb", lambda: HEAD + "GM0344," + "x" * 1_000_000 + ",5\n", "build")
rows_of("register-name-words-1mb", lambda: HEAD + "GM0344," + "water " * 160_000 + ",5\n", "build")
rows_of("register-name-combining", lambda: HEAD + "GM0344,a" + "\u0301" * 10_000 + ",5\n", "build", quick=True)
rows_of("register-quote-unclosed", lambda: HEAD + 'GM0344,"Utrecht,5\n' * 1 + "GM0345,x,5\n" * 500_000)
rows_of("register-refused-200k", lambda: HEAD + "".join(f"GM{n:06},Naam,veel\n" for n in range(200_000)), want="any")
rows_of("register-number-long", HEAD + "GM0344,Utrecht," + "9" * 100_000 + "\n")
rows_of("register-number-huge", HEAD + "GM0344,Utrecht,99999999999999999999999\n", quick=True)
rows_of("register-number-nan", HEAD + "GM0344,Utrecht,NaN\n", quick=True)
rows_of("register-code-path", HEAD + "../../etc,Utrecht,5\n", "build", quick=True)
rows_of("register-code-absolute", HEAD + "/etc/passwd,Utrecht,5\n", "build")
rows_of("register-code-device", HEAD + "CON,Utrecht,5\n", "build", want="any")
rows_of("register-name-path", HEAD + "GM0344,../../../outside/x,5\n", "build", want="any", quick=True)
rows_of("register-name-markup", HEAD + "GM0344,#read(\"/etc/passwd\") </w:t> $x^2$,5\n".replace('"', '""'), "build", want="any", quick=True)
for name, size in [("1g", 1 << 30), ("3g", 3 << 30)]:
    row(f"register-sparse-{name}", ["check", "c"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": size}, quick=name == "1g", seconds=10)
for name, count in [("zeros-1g", 1 << 30), ("zeros-10g", 10 << 30)]:
    if name == "zeros-1g":
        row(f"register-gz-{name}", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": zipped(zeros(count))}, quick=True)
row("register-gz-lines", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": zipped(lambda f: [f.write(b"\n" * (1 << 20)) for _ in range(1000)])}, seconds=30)
row("register-gz-rows", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": zipped(lambda f: [f.write(b"code,name,population\n")] + [f.write(b"GM0344,Utrecht,5\n" * 100_000) for _ in range(20)])}, seconds=30)
row("register-gz-commas", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": zipped(lambda f: [f.write(b"," * (1 << 20)) for _ in range(1000)])})
row("register-gz-short", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": lambda: zipped(lambda f: f.write(b"code,name\n" * 100))()[:30]}, quick=True)
row("register-gz-members", ["check", "c", "--register", "z.csv.gz"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "z.csv.gz": lambda: gzip.compress(b"") * 500_000 + gzip.compress(REGISTER.encode())}, "any")
for name, path in [("zero", "/dev/zero"), ("full", "/dev/full"), ("null", "/dev/null"), ("random", "/dev/urandom"), ("stdin", "/dev/stdin"), ("folder", "."), ("mem", "/proc/self/mem"), ("pagemap", "/proc/self/pagemap"), ("environ", "/proc/self/environ")]:
    row(f"register-{name}", ["check", "c", "--register", path], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER}, quick=name in {"zero", "pagemap"})
row("register-fifo", ["check", "c", "--register", "pipe.csv"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER, "pipe.csv": "fifo"}, quick=True)
row("register-fifo-beside", ["build", "c", "--out", "out"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": "fifo"}, quick=True)
row("register-link-outside", ["check", "c"], {"c/campaign.yaml": lambda: campaign()}, links={"c/register.csv": "{outside}/victim.txt"}, quick=True)
row("register-link-loop", ["check", "c"], {"c/campaign.yaml": lambda: campaign()}, links={"c/register.csv": "register.csv"})

# --- Templates, fonts, pictures ---------------------------------------------------------------

TEMPLATES = [
    ("loop", "#while true {}"), ("recursion", "#let f(x) = f(x + 1)\n#f(0)"), ("grid", "#grid(columns: 1000, ..range(1000000).map(str))"),
    ("double", "#let a = \"a\"\n#for _ in range(40) { a = a + a }\n#a"), ("range", "#range(10000000000).len()"),
    ("for", "#for x in range(1000000000000) { x }"), ("repeat", "#(\"a\" * 4000000000)"), ("array", "#((0,) * 100000000).len()"),
    ("lorem", "#lorem(10000000)"), ("pages", "#for _ in range(100000) { pagebreak() }"), ("pages-2000", "#for _ in range(2000) { pagebreak() }"),
    ("footnotes", "#for _ in range(5000) { footnote[x] }"), ("read", "#read(\"/etc/passwd\")"), ("import", "#import \"@preview/cetz:0.3.4\": *"),
    ("include", "#include \"../../etc/passwd\""), ("plugin", "#plugin(\"x.wasm\")"), ("show", "#show \"a\": \"aa\"\na"), ("eval", "#eval(\"1 + 1\")"),
    ("polygon", "#polygon(..range(1000000).map(n => (n * 1pt, n * 1pt)))"), ("automatic", "#set page(height: auto)\n#for n in range(50000) { [#n\\ ] }"),
    ("broken", "#let = ("), ("state", "#let s = state(\"s\", 0)\n#context s.update(n => n + 1)"),
]
for name, text in TEMPLATES:
    at(f"template-{name}", "build", want="any" if name == "eval" else "refused", files={"c/templates/main.typ": text + "\n"}, quick=name in {"loop", "read", "broken"})
at("template-link-outside", "build", links={"c/templates/letter.typ": "{outside}/victim.txt"}, quick=True)
at("template-sparse", "build", files={"c/templates/letter.typ": 1 << 30}, quick=True)
at("template-fifo", "build", files={"c/templates/letter.typ": "fifo"}, quick=True)
at("template-70k", "build", files={f"c/templates/t{n}.typ": "" for n in range(70_000)})
at("template-nul", "build", files={"c/templates/letter.typ": b"\0\0"})
at("font-fifo", "build", files={"c/fonts/a.ttf": "fifo"}, quick=True)
at("font-sparse", "build", files={"c/fonts/a.ttf": 2 << 30})
at("font-broken", "build", files={"c/fonts/a.ttf": b"\0\1\0\0" + bytes(1000)})
at("font-loop", "build", want="any", links={"c/fonts/again": ".."})
at("font-root", "build", want="any", links={"c/fonts/root": "/"})

LOGO = 'theme:\n  logo: {{ file: {0}, alternative: logo }}\n'
PICTURES = [
    ("huge", lambda: png(60_000, 60_000)), ("bomb-8bit", lambda: png(13_000, 13_000, data=bytes(13_001 * 13_000))),
    ("bomb-1bit", lambda: png(50_000, 25_000, depth=1, data=bytes(6251 * 25_000))), ("empty", lambda: b""), ("text", lambda: b"hello"),
    ("no-pixels", lambda: png(0, 0)), ("short", lambda: small()[:50]), ("profile-bomb", lambda: png(40, 20, data=(b"\0" + b"\xff" * 40) * 20, chunks=[(b"iCCP", b"x\0\0" + zlib.compress(bytes(200_000_000)))])),
    ("text-bomb", lambda: png(40, 20, data=(b"\0" + b"\xff" * 40) * 20, chunks=[(b"zTXt", b"x\0\0" + zlib.compress(bytes(200_000_000)))])),
    ("crc", lambda: small()[:-5] + b"xxxxx"), ("svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>"), ("jpeg", lambda: b"\xff\xd8\xff\xe0" + bytes(100)),
]
for name, make in PICTURES:
    at(f"logo-{name}", "build", want="any", files={"c/logo.png": make}, more=LOGO.format("logo.png"), quick=name in {"huge", "profile-bomb"})
    signature = 'signature: { file: hand.png, alternative: hand }'
    at(f"signature-{name}", "build", want="any", files={"c/hand.png": make}, signatory='A", ' + signature + ', role: "x', quick=name in {"huge", "bomb-8bit"})
at("logo-fifo", "build", files={"c/logo.png": "fifo"}, more=LOGO.format("logo.png"), quick=True)
at("logo-sparse", "build", files={"c/logo.png": 3 << 30}, more=LOGO.format("logo.png"), quick=True)
at("logo-link-outside", "build", more=LOGO.format("logo.png"), links={"c/logo.png": "{outside}/victim.txt"}, quick=True)
for name, path in [("parent", "../logo.png"), ("absolute", "/etc/passwd"), ("device", "/dev/zero"), ("url", "https://a.example/logo.png"), ("empty", "''")]:
    at(f"logo-path-{name}", more=LOGO.format(path), quick=name == "parent")
for name, path in [("parent", "../r.csv"), ("absolute", "/etc/passwd"), ("device", "/dev/zero"), ("proc", "/proc/self/environ")]:
    raw(f"register-path-{name}", lambda path=path: campaign().replace("file: register.csv", f"file: {path}"), quick=name == "device")

# --- House styles and returned Word files -----------------------------------------------------

import zipfile


def word(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts:
            package.writestr(name, data() if callable(data) else data)
    return buffer.getvalue()


TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{0}</w:body></w:document>'
WORDS = [
    ("empty", lambda: b""), ("text", lambda: b"hello"), ("pk", lambda: b"PK"), ("pdf", lambda: b"%PDF-1.7\n"),
    ("no-parts", lambda: word([])), ("no-document", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS)])),
    ("bomb", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", lambda: bytes(300_000_000))])),
    ("spaces-bomb", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", lambda: BODY.format(" " * 300_000_000))])),
    ("deep", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", BODY.format("<w:p>" * 100_000))])),
    ("deep-closed", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", BODY.format("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000))])),
    ("entities", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY a{n} "{"&a" + (str(n - 1) if n else "") + ";" * 1}">' for n in range(1, 10)) + "]>" + BODY.format("&a9;"))])),
    ("external", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + BODY.format("<w:p><w:r><w:t>&a;</w:t></w:r></w:p>"))])),
    ("paragraphs-50k", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", BODY.format("".join(f"<w:p><w:r><w:t>woord{n}</w:t></w:r></w:p>" for n in range(50_000))))])),
    ("controls-50k", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", BODY.format("<w:sdt><w:sdtPr><w:tag w:val='a'/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt>" * 50_000))])),
    ("slip", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("../../outside/victim.txt", "x"), ("word/document.xml", BODY.format(""))])),
    ("entries-50k", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS)] + [(f"a{n}", "") for n in range(50_000)])),
    ("doubled", lambda: word([("[Content_Types].xml", TYPES), ("_rels/.rels", RELS), ("word/document.xml", BODY.format("")), ("word/document.xml", BODY.format("<w:p/>"))])),
]
for name, make in WORDS:
    at(f"house-{name}", "build", want="any", files={"c/huis.docx": make}, more="theme:\n  reference-document: huis.docx\n", quick=name in {"bomb", "deep", "slip"})
    row(f"returned-{name}", ["compare", "returned.docx", "--original", "run"], {"returned.docx": make}, "any", made_first=True, quick=name in {"bomb", "deep"})
row("returned-fifo", ["compare", "returned.docx", "--original", "run"], {"returned.docx": "fifo"}, made_first=True, quick=True)
row("returned-zero", ["compare", "/dev/zero", "--original", "run"], made_first=True, quick=True)
row("returned-original-fifo", ["compare", "returned.docx", "--original", "pipe"], {"returned.docx": lambda: word([]), "pipe": "fifo"}, quick=True)
row("returned-original-zero", ["compare", "returned.docx", "--original", "/dev/zero"], {"returned.docx": lambda: word([])})
row("returned-original-root", ["compare", "returned.docx", "--original", "/"], {"returned.docx": lambda: word([])})


# --- Run folders ------------------------------------------------------------------------------

def rewritten(path, change):
    def changed(desk, _):
        target = desk / path
        target.write_text(change(target.read_text()))
    return changed


STATE = "run/.raadspost"
COMMANDS = {
    "build": ["build", "c", "--out", "run"], "verify": ["verify", "run"], "status": ["status", "run"],
    "print": ["print", "run", "--out", "p"], "archive": ["archive", "run", "--to", "a"],
    "ledger": ["ledger", "run"], "zip": ["zip", "run", "--to", "z"], "approve": ["approve", "run", "--by", "A. de Vries"],
}
FOLDERS = ["", "/inputs", "/superseded", "/incoming", "/ledger.sqlite", "/run.json", "/campaign.json", "/mailing.jsonl", "/packs.jsonl"]
for place in FOLDERS:
    for command in ["build", "verify", "print", "archive", "status"]:
        label = place.strip("/").replace(".", "-") or "state"
        # A link in place of what a run folder has; outside lies a folder or file that must stay as it is.
        row(f"run-{label}-link-{command}", COMMANDS[command], want="any", made_first=True,
            links={STATE + place: "{outside}/victim.txt" if "." in place.rsplit("/", 1)[-1] else "{outside}"},
            quick=command == "build" and place in ("", "/inputs", "/superseded"))
for command in ["build", "verify", "print", "archive", "zip"]:
    row(f"run-pack-link-{command}", COMMANDS[command], want="any", made_first=True, links={"run/GM0344-utrecht": "{outside}"}, quick=command == "build")
    row(f"run-file-link-{command}", COMMANDS[command], want="any", made_first=True, links={"run/GM0344-utrecht/brief.pdf": "{outside}/victim.txt"}, quick=command == "verify")
for file in ["run.json", "mailing.jsonl", "packs.jsonl", "campaign.json", "ledger.sqlite"]:
    for command in ["verify", "print", "archive", "build", "status"]:
        for name, value in [("fifo", "fifo"), ("sparse", 3 << 30), ("empty", ""), ("text", "hello\n"), ("nul", bytes(100)), ("deep", "[" * 100_000)]:
            def replace(desk, _, file=file, value=value):
                target = desk / STATE / file
                if target.exists():
                    target.unlink()
                if value == "fifo":
                    os.mkfifo(target)
                elif isinstance(value, int):
                    with open(target, "wb") as out:
                        out.truncate(value)
                else:
                    target.write_bytes(content(value))
            row(f"run-{file}-{name}-{command}", COMMANDS[command], want="any" if command in ("build", "status") or file == "ledger.sqlite" else "refused", made_first=True, change=replace, seconds=20 if name == "sparse" else 5, quick=name == "fifo" and command == "print")


def outside_pdf(desk, outside):
    import json
    path = desk / STATE / "mailing.jsonl"
    text = path.read_text()
    path.write_text(text.replace("GM0344-utrecht/", "../outside/"))


row("run-mailing-outside-print", COMMANDS["print"], made_first=True, change=outside_pdf, quick=True)
row("run-mailing-outside-verify", COMMANDS["verify"], made_first=True, change=outside_pdf, quick=True)
for command in ["print", "archive", "verify", "zip"]:
    row(f"run-mailing-short-{command}", COMMANDS[command], made_first=True, change=rewritten(STATE + "/mailing.jsonl", lambda text: text.split("\n", 1)[1]), quick=command == "print")
    row(f"run-manifest-dots-{command}", COMMANDS[command], made_first=True, change=rewritten("run/manifest.sha256", lambda text: text + "0" * 64 + "  ../../outside/victim.txt\n"), quick=command == "verify")
    row(f"run-manifest-absolute-{command}", COMMANDS[command], made_first=True, change=rewritten("run/manifest.sha256", lambda text: text + "0" * 64 + "  /etc/passwd\n"))
    row(f"run-manifest-short-{command}", COMMANDS[command], made_first=True, change=rewritten("run/manifest.sha256", lambda text: text.split("\n", 1)[1]))
row("run-approve-key-zero", ["approve", "run", "--by", "A", "--key", "/dev/zero"], made_first=True, quick=True)
row("run-approve-key-fifo", ["approve", "run", "--by", "A", "--key", "k"], {"k": "fifo"}, made_first=True, quick=True)
row("run-verify-key-zero", ["verify", "run", "--public-key", "/dev/zero"], made_first=True)
row("run-verify-unsigned", ["verify", "run", "--public-key", "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3"], made_first=True, quick=True)
row("run-pieces-max", ["print", "run", "--out", "p", "--pieces", "1-4294967295"], made_first=True)
for command, flag in [("print", "--out"), ("archive", "--to"), ("zip", "--to")]:
    row(f"output-in-run-{command}", [command, "run", flag, "run/in"], made_first=True, then=[["verify", "run"]], quick=True)
    row(f"output-is-run-{command}", [command, "run", flag, "run"], made_first=True, then=[["verify", "run"]])
    row(f"output-link-{command}", [command, "run", flag, "l/in"], want="any", made_first=True, links={"l": "{desk}/run"}, then=[["verify", "run"]], quick=True)
row("printer-fifo", ["print", "run", "--out", "p", "--printer", "p.yaml"], {"p.yaml": "fifo"}, made_first=True, quick=True)
row("printer-zero", ["print", "run", "--out", "p", "--printer", "p.yaml"], made_first=True, links={"p.yaml": "/dev/zero"}, quick=True)
row("enriched-fifo", ["print", "run", "--out", "p", "--enriched", "e.csv"], {"e.csv": "fifo"}, made_first=True, quick=True)
row("enriched-zero", ["print", "run", "--out", "p", "--enriched", "/dev/zero"], made_first=True)
for name, text in [("steps", lambda: "raadspost-printer: 1\ntitle: x\nplex: duplex\npaper: { name: A4, grams: 80 }\nweight-steps: [" + ", ".join(map(str, range(1, 100_001))) + "]\n"), ("nan", lambda: "raadspost-printer: 1\ntitle: x\nplex: duplex\npaper: { name: A4, grams: NaN }\n"), ("minus", lambda: "raadspost-printer: 1\ntitle: x\nplex: duplex\npaper: { name: A4, grams: -5 }\n")]:
    row(f"printer-{name}", ["print", "run", "--out", "p", "--printer", "p.yaml"], {"p.yaml": text}, "any", made_first=True)
row("archive-check-fifo", ["archive", "--check", "x.zip"], {"x.zip": "fifo"}, quick=True)
row("archive-check-zero", ["archive", "--check", "/dev/zero"])
row("archive-check-bomb", ["archive", "--check", "x.zip"], {"x.zip": lambda: word([("pakbon.xml", lambda: bytes(500_000_000))])}, quick=True)
row("archive-check-slip", ["archive", "--check", "x.zip"], {"x.zip": lambda: word([("../../outside/victim.txt", "x")])}, quick=True)

# --- The command line -------------------------------------------------------------------------

row("init-link", ["init", "m"], want="any", links={"m/registers": "{outside}"}, quick=True)
row("init-file-link", ["init", "m"], want="any", links={"m/theme.yaml": "{outside}/new.txt"})
row("man-link", ["man", "m"], want="any", links={"m/raadspost.1": "{outside}/victim.txt"}, quick=True)
row("out-link", ["build", "c", "--out", "l"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER}, "any", links={"l": "{outside}"})
row("only-many", ["check", *[part for n in range(10_000) for part in ("--only", f"GM{n:04}")]])
row("only-long", ["check", "--only", ",".join(f"GM{n:05}" for n in range(15_000))])
for command, arguments in [("check", ["check", "--json"]), ("schema", ["schema"]), ("man", ["man"]), ("completions", ["completions", "bash"]), ("plan", ["plan", "--json"]), ("help", ["--help"])]:
    row(f"full-{command}", arguments, want="refused" if command != "man" else "any", stdout="/dev/full", quick=True)
row("full-ledger", ["ledger", "run"], made_first=True, stdout="/dev/full", quick=True)
row("file-size-limit", ["build", "c", "--out", "out"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER}, limits=[(resource.RLIMIT_FSIZE, 20_000)], quick=True)
row("open-files-limit", ["build", "c", "--out", "out"], {"c/campaign.yaml": lambda: campaign(), "c/register.csv": REGISTER}, "any", limits=[(resource.RLIMIT_NOFILE, 12)])
