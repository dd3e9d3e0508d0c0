"""Which campaigns are mistakes: all texts and conditions are looked at, used or not."""

import re

from words import TAG, Mistake, canonical, chosen, condition_fields, is_languages, parse_condition

HEAD = (
    "raadspost id title language date sender theme reference-documents envelope register texts "
    "phrases overrides fill-ins letters motions documents archive allow post"
).split()
SENDER = "name tagline address telephone email website private".split()
FORMATTERS = ("date", "number", "upper", "slug")
BARE = re.compile(r"(?<!\{)\{\s*(municipality|campaign|sender|phrase|fill|choice)\.[\w-]+\s*(\|\s*\w+\s*)?\}(?!\})")
# Mappings from names, which may look like language tags, to what they name.
NAMED = "motions texts letters phrases fill-ins choices options alternatives variants overrides post".split()
# Keys whose values are no texts.
SILENT = {"register", "theme", "envelope", "archive", "when", "private", "reference-documents", "allow", "id"}


def languages(tree):
    stated = [node["language"] for node in [tree, *tree["documents"]] if "language" in node]
    return [tag for one in stated for tag in (one["among"] if isinstance(one, dict) else [one])]


def check(campaign):
    tree = campaign.tree
    if set(tree) - set(HEAD) or set(tree.get("sender", {})) - set(SENDER):
        raise Mistake("a key that is not known")
    keys = {"phrase": tree.get("phrases", {}), "fill": tree.get("fill-ins", {}), "sender": tree.get("sender", {})}
    tags = languages(tree)

    def condition(text):
        for name in condition_fields(parse_condition(text)):
            scope, _, name = name.partition(".")
            if scope == "municipality" and name not in campaign.kinds:
                raise Mistake(f"municipality.{name}")

    def text(words, motion, path):
        rest = TAG.sub("", words)
        if BARE.search(words) or "{{" in rest or "}}" in rest:
            raise Mistake(f"one brace, or a tag that is not closed, in {words!r}")
        open_tags = []
        for tag in TAG.finditer(words):
            inside = tag.group(1)
            if inside.startswith("if "):
                condition(inside[3:])
                open_tags.append("if")
            elif inside == "private":
                open_tags.append(inside)
            elif inside in ("end", "else"):
                before = open_tags.pop() if open_tags else None
                if before is None or inside == "else" and before != "if":
                    raise Mistake(f"{inside} without if")
                if inside == "else":
                    open_tags.append("else")
            else:
                field(inside, motion)
                if path[0] in ("phrases", "overrides") and inside.startswith("phrase."):
                    raise Mistake("a phrase in a phrase")
        if open_tags:
            raise Mistake("if without end")
        labels = [one["label"] for one in tree.get("fill-ins", {}).values()]
        labels = [one for label in labels for one in (label.values() if isinstance(label, dict) else [label])]
        if any(f"[{one}]" in rest for one in labels):
            raise Mistake("a label typed")

    def field(inside, motion):
        path, *formatters = [part.strip() for part in inside.split("|")]
        scope, _, name = path.partition(".")
        if set(formatters) - set(FORMATTERS):
            raise Mistake(f"formatter in {inside}")
        known = {
            "municipality": campaign.kinds,
            "campaign": ("id", "title", "date", "language"),
            "choice": tree["motions"][motion].get("choices", {}) if motion else {},
            **keys,
        }
        if scope not in known or name not in known[scope] or (scope == "sender" and name in ("address", "private")):
            raise Mistake(f"field {path}")
        kind = {"municipality": campaign.kinds.get(name)}.get(scope, "date" if path == "campaign.date" else None)
        if "number" in formatters and kind != "number" or "date" in formatters and kind != "date":
            raise Mistake(f"formatter in {inside}")

    def walk(node, path):
        if isinstance(node, list):
            for child in node:
                walk(child, path)
        elif is_languages(node) and path[-1] not in NAMED and (path[0], len(path)) != ("overrides", 2):
            if len({canonical(tag) for tag in node}) != len(node) or any(chosen(node, tag) is None for tag in tags):
                raise Mistake("one language twice, or none for a document")
            for child in node.values():
                walk(child, path)
        elif isinstance(node, dict):
            for key, child in node.items():
                if key == "when":
                    condition(child)
                elif key not in SILENT:
                    walk(child, [*path, key])
        else:
            text(node, path[1] if path[0] == "motions" and len(path) > 1 else None, path)

    for key, node in tree.items():
        if key not in SILENT:
            walk(node, [key])
    if len(campaign.documents) != len(tree["documents"]):
        raise Mistake("two documents with one id")
    if any("collects" in campaign.documents[one] for each in tree["documents"] for one in each.get("collects", [])):
        raise Mistake("a collection in a collection")
    if any(set(own) - set(keys["phrase"]) for own in tree.get("overrides", {}).values()):
        raise Mistake("an override of no phrase")
