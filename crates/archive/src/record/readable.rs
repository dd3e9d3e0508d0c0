//! The run's record for people, in Dutch: blocks that the caller renders as PDF/A.

use raadspost_content::cldr::Formats;
use raadspost_content::{
    Block, BlockId, BlockKind, Body, Date, Decimal, DocumentWords, Inline, ListKind, Part, Shape,
    Span, Values,
};
use raadspost_run::{Approval, FaultRecord, PackRecord, RunFolder};

use crate::ArchiveError;

/// How many packs the readable record names; the JSON names all.
const NAMED: usize = 500;

/// The readable record, in Dutch, for the caller's renderer; `missing` names the characters of a
/// text that the renderer cannot show, which are written as `[U+1F600]`. The record quotes what was
/// refused, often for just such a character.
///
/// # Errors
/// The records cannot be read.
pub fn record_shape(
    run: &RunFolder,
    missing: &dyn Fn(&str) -> Vec<char>,
) -> Result<(Shape, Values), ArchiveError> {
    let state = run.approval()?;
    let campaign = &run.record().campaign;
    let date = Date::parse(&campaign.date);
    let mut text = Page {
        blocks: Vec::new(),
        missing,
    };
    text.heading(1, "Verantwoording van de verzending");
    text.paragraph(&format!("{} ({})", campaign.title, campaign.id));
    text.counts(run);
    text.approval(state.holding());
    text.inputs(run);
    text.lists(run);
    text.incomplete(run)?;
    let shape = Shape {
        document: "verantwoording".to_owned(),
        language: "nl-NL".to_owned(),
        title: vec![Inline::Text(showable(
            &format!("Verantwoording van de verzending: {}", campaign.title),
            missing,
        ))],
        author: campaign.sender.name.clone(),
        date: date.map_or((1970, 1, 1), |date| (date.year, date.month, date.day)),
        body: Body::Parts {
            annex: None,
            parts: vec![Part::Text {
                id: "verantwoording".to_owned(),
                blocks: text.blocks,
            }],
        },
        footnotes: Vec::new(),
        words: DocumentWords {
            page: "Pagina".to_owned(),
            ..DocumentWords::default()
        },
        slots: 0,
        reference: None,
    };
    Ok((shape, Values::default()))
}

fn reasons(pack: &PackRecord) -> String {
    let part = |word: &str, fault: &FaultRecord| {
        let why: Vec<String> = fault
            .reasons
            .iter()
            .map(|reason| format!("{} ({})", in_dutch(&reason.code), reason.message))
            .collect();
        format!("{word} {}: {}", fault.files.join(", "), why.join("; "))
    };
    let refused = pack.refused.iter().map(|fault| part("geweigerd", fault));
    let failed = pack.failed.iter().map(|fault| part("mislukt", fault));
    let mut parts: Vec<String> = refused.chain(failed).collect();
    if !pack.skipped.is_empty() {
        parts.push(format!("niet bijgewerkt {}", pack.skipped.join(", ")));
    }
    format!("{} {}: {}", pack.code, pack.name, parts.join(". "))
}

/// The formats of the language in which the record is written.
fn dutch() -> Option<Formats> {
    Formats::of(["nl"])
}

/// A number with the points of thousands.
fn written(number: u64) -> String {
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    dutch().map_or_else(
        || number.to_string(),
        |dutch| dutch.number(Decimal::from(number)),
    )
}

/// A word with a capital.
fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// What a reason comes to in Dutch; its message, which the build wrote in English, has the details.
fn in_dutch(code: &str) -> &'static str {
    match code {
        "missing-value" => "een waarde ontbreekt",
        "no-address" => "er is geen volledig postadres",
        "missing-glyph" | "pdf-missing-glyph" => "een teken staat in geen lettertype",
        "renderer-panic" => "het maken is afgebroken",
        code if code.starts_with("pdf-") => "de PDF is afgekeurd",
        code if code.starts_with("docx-") => "het Word-bestand is afgekeurd",
        _ => "het is geweigerd",
    }
}

/// The text with names in place of the characters that cannot be shown.
fn showable(text: &str, missing: &dyn Fn(&str) -> Vec<char>) -> String {
    let missing = missing(text);
    if missing.is_empty() {
        return text.to_owned();
    }
    let mut shown = String::new();
    for c in text.chars() {
        if missing.contains(&c) {
            shown.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Text with its line breaks: a digest is on a line of its own.
fn broken(text: &str, missing: &dyn Fn(&str) -> Vec<char>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for line in text.split('\n') {
        if !inlines.is_empty() {
            inlines.push(Inline::LineBreak);
        }
        inlines.push(Inline::Text(showable(line, missing)));
    }
    inlines
}

/// Blocks with ids by their number.
struct Page<'a> {
    blocks: Vec<Block>,
    missing: &'a dyn Fn(&str) -> Vec<char>,
}

impl Page<'_> {
    /// The counts of the run.
    fn counts(&mut self, run: &RunFolder) {
        self.heading(2, "Wat is gepland en gemaakt");
        let campaign = &run.record().campaign;
        let counts = run.record().counts;
        let date = Date::parse(&campaign.date);
        let date = date.and_then(|date| Some(dutch()?.long_date(date)));
        let date = date.unwrap_or_else(|| campaign.date.clone());
        let [packs, complete, held] = [counts.packs, counts.complete, counts.held].map(written);
        let [planned, made, pages, bytes] =
            [counts.planned, counts.made, counts.pages, counts.bytes].map(written);
        let [refused, failed, skipped] =
            [counts.refused, counts.failed, counts.skipped].map(written);
        self.list([
            format!("Dagtekening: {date}"),
            format!("Afzender: {}", campaign.sender.name),
            format!("Gemeenten: {packs} (volledig {complete}, aangehouden {held})"),
            format!("Documenten gepland: {planned}"),
            format!("Documenten gemaakt: {made} ({pages} bladzijden, {bytes} bytes)"),
            format!("Geweigerd: {refused}"),
            format!("Mislukt: {failed}"),
            format!("Niet gekozen en niet bijgewerkt: {skipped}"),
        ]);
    }

    /// The approval, if it holds.
    fn approval(&mut self, approval: Option<&Approval>) {
        self.heading(2, "Akkoord");
        match approval {
            Some(approval) => {
                let mut lines = vec![
                    format!("Door: {}", approval.by),
                    format!("Op: {}", approval.at),
                ];
                lines.extend(
                    approval
                        .note
                        .iter()
                        .map(|note| format!("Opmerking: {note}")),
                );
                lines.push(format!(
                    "Geldt voor de lijst met SHA-256\n{}",
                    approval.manifest_sha256
                ));
                self.list(lines);
            }
            None => self.paragraph("Er is geen akkoord dat voor deze verzending geldt."),
        }
    }

    /// The versions of programme and inputs.
    fn inputs(&mut self, run: &RunFolder) {
        self.heading(2, "Waaruit de documenten zijn gemaakt");
        let record = run.record();
        let mut lines = vec![format!("Programma: {}", record.tool)];
        for renderer in &record.renderers {
            lines.push(format!(
                "Opmaak {}:\n{}",
                renderer.format, renderer.fingerprint
            ));
        }
        lines.extend(record.inputs.iter().map(|input| {
            let role = capitalised(input.role_in_dutch());
            format!("{role} {}:\n{}", input.name, input.sha256)
        }));
        self.list(lines);
    }

    /// The digests of the run's lists.
    fn lists(&mut self, run: &RunFolder) {
        self.heading(2, "Lijst van alle documenten");
        self.list([
            format!("manifest.sha256:\n{}", run.record().manifest.sha256),
            format!("packs.jsonl:\n{}", run.record().packs.sha256),
            format!("run.json:\n{}", run.sha256()),
        ]);
    }

    /// The packs that are not complete, with the reasons.
    ///
    /// # Errors
    /// The records cannot be read.
    fn incomplete(&mut self, run: &RunFolder) -> Result<(), ArchiveError> {
        self.heading(2, "Wat niet is gemaakt, en waarom");
        let mut lines = Vec::new();
        let mut more = 0_u64;
        for pack in run.packs()? {
            let pack = pack?;
            if pack.is_complete() {
                continue;
            }
            if lines.len() < NAMED {
                lines.push(reasons(&pack));
            } else {
                more += 1;
            }
        }
        if lines.is_empty() {
            self.paragraph("Alles wat gepland is, is gemaakt.");
        } else {
            self.list(lines);
        }
        if more > 0 {
            self.paragraph(&format!(
                "En nog {more} gemeenten; het JSON-bestand noemt ze alle."
            ));
        }
        Ok(())
    }

    fn push(&mut self, kind: BlockKind) {
        let id = BlockId(format!("verantwoording.{}", self.blocks.len()));
        self.blocks.push(Block {
            id,
            span: Span::default(),
            kind,
        });
    }

    fn heading(&mut self, level: u8, text: &str) {
        let inlines = vec![Inline::Text(showable(text, self.missing))];
        self.push(BlockKind::Heading { level, inlines });
    }

    fn paragraph(&mut self, text: &str) {
        let inlines = vec![Inline::Text(showable(text, self.missing))];
        self.push(BlockKind::Paragraph { inlines });
    }

    fn list(&mut self, lines: impl IntoIterator<Item = String>) {
        let items = lines
            .into_iter()
            .enumerate()
            .map(|(number, line)| {
                vec![Block {
                    id: BlockId(format!("verantwoording.{}.{number}", self.blocks.len())),
                    span: Span::default(),
                    kind: BlockKind::Paragraph {
                        inlines: broken(&line, self.missing),
                    },
                }]
            })
            .collect();
        self.push(BlockKind::List {
            kind: ListKind::Dash,
            items,
        });
    }
}
