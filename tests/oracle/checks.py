"""Invalid campaigns: checks every text and condition, used or not."""

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from words import QUOTED, TAG, Mistake, evaluate, lookup, parents

HEAD = set(
    "raadspost id title language date sender theme reference-documents envelope register texts "
    "phrases overrides fill-ins letters motions documents archive allow post".split()
)
# Mappings from names, which may look like language tags, to what they name.
NAMED = set("motions texts letters phrases fill-ins choices options alternatives variants".split())
# Keys whose values are not texts.
SILENT = {"register", "theme", "archive", "private", "reference-documents", "allow", "id"}
LANGUAGE = re.compile("[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*")
BARE = re.compile(r"(?<!\{)\{\s*(municipality|campaign|sender|phrase|fill|choice)\.[^{}]*\}(?!\})")
UNCLEAR = re.compile(r"(?<![\w.])[1-9]\d{0,2}\.\d{3}(?!\d)")
SAMPLES = {"text": "a", "number": Decimal(1), "date": datetime.date(2026, 1, 1)}


def check(campaign):
    tree, documents = campaign.tree, campaign.documents
    collected = [one for document in tree["documents"] for one in document.get("collects", [])]
    if not set(tree) <= HEAD or len(documents) < len(tree["documents"]):
        raise Mistake("a key that is not known, or two documents with one id")
    if any("collects" in documents[one] for one in collected):
        raise Mistake("a collection in a collection")
    if any(set(own) - set(tree["phrases"]) for own in tree.get("overrides", {}).values()):
        raise Mistake("an override of no phrase")
    for keys in campaign.envelopes.values() if "post" in tree else []:
        check_envelope(tree, documents, keys)
    for path, node in nodes(tree, ()):
        if path[-1:] == ("when",):
            check_condition(campaign, node)
        elif isinstance(node, str):
            check_text(campaign, node, path)
        elif all(map(LANGUAGE.fullmatch, node)):
            check_languages(tree, node)


def check_envelope(tree, documents, keys):
    collected = [one for key in keys for one in documents[key].get("collects", [])]
    held = [documents[key] for key in (*keys, *collected)]
    if not keys or len({*keys, *collected}) < len(held):
        raise Mistake("an envelope with a document twice, or with none")
    if any("pdf" not in one["formats"] or "publication-copy" in one for one in held):
        raise Mistake("an envelope with a document that is not PDF, or with a copy")
    first = documents[documents[keys[0]].get("collects", keys)[0]]
    if (
        tree.get("letters", {}).get(first.get("letter"), {"address": "none"}).get("address")
        == "none"
    ):
        raise Mistake("an envelope that does not begin with a letter")


def nodes(node, path):
    """Each text and condition of a tree, and each mapping where a text may stand, by its keys."""
    if isinstance(node, list):
        for child in node:
            yield from nodes(child, path)
        return
    inner = path[:1] not in [("overrides",), ("post",)] or len(path) > 2
    if isinstance(node, str) or path and inner and path[-1] not in NAMED:
        yield path, node
    for key, child in node.items() if isinstance(node, dict) else []:
        yield from nodes(child, (*path, key)) if key not in SILENT else []


def check_languages(tree, texts):
    stated = [one["language"] for one in (tree, *tree["documents"]) if "language" in one]
    among = [one["among"] if isinstance(one, dict) else [one] for one in stated]
    if any(lookup(tag, texts) is None for tags in among for tag in tags):
        raise Mistake("no text in a language")
    if len({parents(tag)[0] for tag in texts}) < len(texts):
        raise Mistake("one language twice")


@lru_cache(1000)
def check_condition(campaign, condition):
    bare = re.sub(QUOTED, '""', condition)
    unknown = set(re.findall(r"\bmunicipality\.(\w+)\b", bare)) - set(campaign.kinds)
    samples = {name: SAMPLES[kind] for name, kind in campaign.kinds.items()}
    if unknown or UNCLEAR.search(bare) or evaluate(condition, samples) is None:
        raise Mistake(f"{condition}: unknown fields, an unclear number, or kinds that do not match")


def check_text(campaign, words, path):
    rest, branches = TAG.sub("", words), []
    if BARE.search(words) or "{{" in rest or "}}" in rest:
        raise Mistake(f"one brace, or a tag that is not closed, in {words!r}")
    for tag in TAG.findall(words):
        if tag == "private" or tag.startswith("if "):
            branches.append(tag)
            if tag != "private":
                check_condition(campaign, tag[3:])
        elif tag == "else" and branches and branches[-1].startswith("if "):
            branches[-1] = tag
        elif tag == "end" and branches:
            branches.pop()
        else:
            check_field(campaign, tag, path)
    labels = [fill["label"] for fill in campaign.tree.get("fill-ins", {}).values()]
    labels = [
        one for each in labels for one in (each.values() if isinstance(each, dict) else [each])
    ]
    if branches or any(f"[{label}]" in rest for label in labels):
        raise Mistake("if without end, or a label typed")


def check_field(campaign, tag, path):
    field, *formatters = re.split(r"\s*\|\s*", tag)
    scope, _, name = field.partition(".")
    tree, kind = campaign.tree, "date" if field == "campaign.date" else None
    known = {
        "municipality": campaign.kinds,
        "campaign": {"id", "title", "date", "language"},
        "sender": set(tree["sender"]) - {"address", "private"},
        "phrase": tree.get("phrases", {}) if path[0] not in ("phrases", "overrides") else {},
        "fill": tree.get("fill-ins", {}),
        "choice": tree["motions"][path[1]].get("choices", {}) if path[0] == "motions" else {},
    }
    if name not in known.get(scope, {}):
        raise Mistake(f"field {field}")
    if scope == "municipality":
        kind = campaign.kinds[name]
    for formatter in formatters:
        if formatter not in {"upper", "slug", kind} & {"upper", "slug", "number", "date"}:
            raise Mistake(f"formatter in {tag}")
