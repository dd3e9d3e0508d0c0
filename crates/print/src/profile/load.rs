//! Reads `printers/*.yaml`.

use std::sync::Arc;

use raadspost_content::{Diagnostics, Source, did_you_mean};
use raadspost_yaml::{Kind, Map, Node, Text, Texts, texts};

use super::keys::PRINTER;
use super::{
    BulkMail, Colours, DEFAULT_POSITIONS, EXPORT_FIELDS, Envelopes, Fold, IMPORT_FIELDS, Labels,
    Limits, MarkKind, MarkSide, MarkText, Marks, OMR_MEANINGS, OmrMeaning, OutputCondition, Paper,
    Plex, PrintOrder, PrintProfile, ReadThrough, SmallPrint, Split, Staple, StapleSets,
};

/// Sheets of a file by default.
const SHEETS: u32 = 5000;
/// Megabytes of a file by default.
const MEGABYTES: u32 = 100;
/// The text of a DataMatrix by default.
const MARK_TEXT: &str = "{job};{sequence:06};{sheet}/{sheets};{last|E|-}";
/// The small print by default.
const SMALL_PRINT: &str = "{job} {sequence:06} {sheet}/{sheets}";

/// Reads a profile; all mistakes are collected.
pub(crate) fn load(source: &Arc<Source>, language: &str) -> Result<PrintProfile, Diagnostics> {
    static ROOT: Kind = Kind::Object(&PRINTER);
    let mut diagnostics = Vec::new();
    let Some(root) = raadspost_yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    raadspost_yaml::check(source, &root, &ROOT, &mut diagnostics);
    let mut reader = Reader {
        diagnostics,
        language: primary(language),
    };
    let printer = Map::of(&root, &PRINTER).map(|map| reader.printer(&map));
    match printer {
        Some(printer) if reader.diagnostics.is_empty() => Ok(printer),
        _ => Err(reader.diagnostics),
    }
}

struct Reader {
    diagnostics: Diagnostics,
    /// The primary subtag of the language of texts.
    language: String,
}

/// The primary subtag of a language tag, in lower case.
fn primary(tag: &str) -> String {
    tag.split('-')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase()
}

impl Reader {
    fn printer(&mut self, map: &Map<'_>) -> PrintProfile {
        let _ = map.get("raadspost-printer");
        let paper = map.object("paper").map(|paper| self.paper(&paper));
        let annexes = map.object("annexes").map(|paper| self.paper(&paper));
        let split = map.list("split").iter().filter_map(Node::scalar);
        let steps = map.list("weight-steps").iter().filter_map(Node::scalar);
        let weight_steps: Vec<f64> = steps.map(|text| self.number(Some(text))).collect();
        PrintProfile {
            title: self.words(map, "title").unwrap_or_default(),
            notes: self.words(map, "notes"),
            plex: match map.string("plex").as_deref() {
                Some("simplex") => Plex::Simplex,
                _ => Plex::Duplex,
            },
            paper: paper.unwrap_or(Paper {
                name: String::new(),
                grams: 0.0,
                tray: None,
            }),
            annexes,
            colours: match map.string("colours").as_deref() {
                Some("black") => Colours::Black,
                _ => Colours::Keep,
            },
            envelope_grams: self.number(map.text("envelope-grams")),
            staple: map.object("staple").and_then(|staple| {
                let sets = match staple.string("sets").as_deref() {
                    Some("documents") => StapleSets::Documents,
                    _ => StapleSets::Letter,
                };
                let sheets = count(&staple, "sheets")?;
                Some(Staple { sheets, sets })
            }),
            marks: map.object("marks").map(|marks| self.marks(&marks)),
            sequence: map.object("sequence").map(|sequence| SmallPrint {
                left: self.number(sequence.text("left")),
                top: self.number(sequence.text("top")),
                size: self.number(sequence.text("size")),
                text: self.mark_text(sequence.text("text"), SMALL_PRINT),
            }),
            bleed: self.number(map.text("bleed")),
            crop_marks: map.string("crop-marks").as_deref() == Some("true"),
            limits: limits(map.object("limits").as_ref()),
            order: match map.string("order").as_deref() {
                Some("postcode") => PrintOrder::Postcode,
                Some("province") => PrintOrder::Province,
                Some("weight") => PrintOrder::Weight,
                Some("sheets") => PrintOrder::Sheets,
                _ => PrintOrder::Register,
            },
            split: split
                .filter_map(|text| match text.text.as_str() {
                    "province" => Some(Split::Province),
                    "weight" => Some(Split::Weight),
                    "sheets" => Some(Split::Sheets),
                    _ => None,
                })
                .collect(),
            weight_steps,
            slip_sheets: map.string("slip-sheets").as_deref() == Some("true"),
            naming: self.naming(map.text("naming")),
            bulk_mail: map.object("bulk-mail").map(|bulk| self.bulk_mail(&bulk)),
            labels: map.object("labels").map(|labels| Labels {
                columns: count(&labels, "columns").unwrap_or(1),
                rows: count(&labels, "rows").unwrap_or(1),
                left: self.number(labels.text("left")),
                top: self.number(labels.text("top")),
                width: self.number(labels.text("width")),
                height: self.number(labels.text("height")),
                size: self.number(labels.text("size")),
            }),
            envelopes: map.object("envelopes").map(|envelopes| Envelopes {
                width: self.number(envelopes.text("width")),
                height: self.number(envelopes.text("height")),
                left: self.number(envelopes.text("left")),
                top: self.number(envelopes.text("top")),
                size: self.number(envelopes.text("size")),
            }),
            output_intent: map.object("output-intent").map(|intent| OutputCondition {
                profile: intent.string("profile").unwrap_or_default(),
                condition: intent.string("condition").unwrap_or_default(),
                registry: intent.string("registry"),
                info: intent.string("info"),
            }),
            envelope: self.words(map, "envelope"),
            fold: match map.string("fold").as_deref() {
                Some("half") => Some(Fold::Half),
                Some("letter") => Some(Fold::Letter),
                Some("z") => Some(Fold::Z),
                _ => None,
            },
        }
    }

    /// A text in the language that is asked for, or else the first that there is.
    fn words(&self, map: &Map<'_>, name: &'static str) -> Option<String> {
        let found = match texts(map.get(name)?)? {
            Texts::One(text) => Some(text),
            Texts::Each(each) => {
                let own = |(key, _, _): &&(&Text, _, &Text)| primary(&key.text) == self.language;
                let found = each.iter().find(own).or_else(|| each.first());
                found.map(|(_, _, text)| *text)
            }
        };
        found.map(|text| text.text.clone())
    }

    fn paper(&mut self, map: &Map<'_>) -> Paper {
        Paper {
            name: self.words(map, "name").unwrap_or_default(),
            grams: self.number(map.text("grams")),
            tray: map.string("tray"),
        }
    }

    fn marks(&mut self, map: &Map<'_>) -> Marks {
        Marks {
            kind: match map.string("kind").as_deref() {
                Some("omr") => MarkKind::Omr,
                _ => MarkKind::DataMatrix,
            },
            left: self.number(map.text("left")),
            top: self.number(map.text("top")),
            module: self.number(map.text("module")),
            length: match map.text("length") {
                Some(length) => self.number(Some(length)),
                None => 8.0,
            },
            weight: match map.text("weight") {
                Some(weight) => self.number(Some(weight)),
                None => 0.5,
            },
            side: match map.string("side").as_deref() {
                Some("back") => MarkSide::Back,
                Some("both") => MarkSide::Both,
                _ => MarkSide::Front,
            },
            text: self.mark_text(map.text("text"), MARK_TEXT),
            symbol: count(map, "symbol"),
            positions: self.positions(map),
        }
    }

    /// The text of a mark, or what it is without one.
    fn mark_text(&mut self, text: Option<&Text>, default: &str) -> MarkText {
        let source = text.map_or(default, |text| text.text.as_str());
        match MarkText::read(source) {
            Ok(read) => read,
            Err((range, message)) => {
                if let Some(text) = text {
                    self.diagnostics
                        .push(text.error("wrong-value", range, message).hint(
                            "write ASCII with `{job}`, `{sequence}`, `{sheet}`, `{sheets}`, \
                             `{code}`, `{letter}`, `{last|E|-}` or `{first|B|-}`; numbers are \
                             filled up as in `{sequence:06}`",
                        ));
                }
                MarkText::empty()
            }
        }
    }

    /// The meanings of OMR bars; two bars that make the number even or odd would depend on each other.
    fn positions(&mut self, map: &Map<'_>) -> Vec<OmrMeaning> {
        let mut positions = Vec::new();
        let mut has_parity = false;
        for node in map.list("positions") {
            let Some(text) = node.scalar() else { continue };
            let found = OMR_MEANINGS.iter().find(|(name, _)| *name == text.text);
            let Some((_, meaning)) = found else { continue };
            let is_parity = matches!(meaning, OmrMeaning::Even | OmrMeaning::Odd);
            if is_parity && has_parity {
                let message = "a row of bars has two parities".to_owned();
                let error = text.error("wrong-value", 0..text.text.len().max(1), message);
                self.diagnostics
                    .push(error.hint("leave `even` or `odd` once"));
            }
            has_parity |= is_parity;
            positions.push(*meaning);
        }
        if positions.is_empty() {
            return DEFAULT_POSITIONS.to_vec();
        }
        positions
    }

    fn bulk_mail(&mut self, map: &Map<'_>) -> BulkMail {
        BulkMail {
            export: self.fields(map, "export", &EXPORT_FIELDS),
            import: self
                .fields(map, "import", &IMPORT_FIELDS)
                .into_iter()
                .collect(),
            left: self.number(map.text("left")),
            top: self.number(map.text("top")),
            module: self.number(map.text("module")),
            size: self.number(map.text("size")),
            read_through: match map.string("read-through").as_deref() {
                Some("sheet") => ReadThrough::Sheet,
                _ => ReadThrough::Window,
            },
        }
    }

    /// Fields and headings; a field that there is not is a mistake.
    fn fields(
        &mut self,
        map: &Map<'_>,
        name: &'static str,
        known: &[&'static str],
    ) -> Vec<(String, String)> {
        let mut fields = Vec::new();
        for (key, value) in map.entries(name) {
            if !known.contains(&key.text.as_str()) {
                let hint = did_you_mean(&key.text, known.iter().copied())
                    .unwrap_or_else(|| format!("write one of: {}", known.join(", ")));
                self.diagnostics.push(
                    key.error(
                        "unknown-key",
                        0..key.text.len().max(1),
                        format!("`{}` is no field of `{name}`", key.text),
                    )
                    .hint(hint),
                );
            } else if let Some(heading) = value.scalar() {
                fields.push((key.text.clone(), heading.text.trim().to_owned()));
            }
        }
        fields
    }

    /// The name of the files: no path, and different for each file.
    fn naming(&mut self, text: Option<&Text>) -> String {
        let Some(text) = text else {
            return "{job}-{file}".to_owned();
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_{}".contains(c);
        if !text.text.contains("{file}") || !text.text.chars().all(plain) {
            self.diagnostics.push(
                text.error(
                    "wrong-value",
                    0..text.text.len().max(1),
                    format!("`{}` cannot name the files", text.text),
                )
                .hint("use letters, digits, `-` and `_`, and `{file}` for the number of the file"),
            );
        }
        text.text.clone()
    }

    fn number(&mut self, text: Option<&Text>) -> f64 {
        let measured = text.map_or(Ok(0.0), |text| text.measure(10_000.0));
        measured.unwrap_or_else(|mistake| {
            self.diagnostics.push(mistake);
            0.0
        })
    }
}

fn count(map: &Map<'_>, name: &'static str) -> Option<u32> {
    map.string(name)?.parse().ok()
}

fn limits(map: Option<&Map<'_>>) -> Limits {
    let get = |name| map.and_then(|map| count(map, name));
    Limits {
        sheets: get("sheets").unwrap_or(SHEETS),
        megabytes: get("megabytes").unwrap_or(MEGABYTES),
        letters: get("letters"),
    }
}
