//! Plain-text descriptions of documents, packs and mistakes.

use std::fmt::Write as _;

use raadspost_campaign::{Campaign, Municipality, Posting, RefusedRow, Survey};
use raadspost_content::{
    Block, BlockKind, Body, Diagnostic, FillIn, FillInKind, Format, Inline, Item, Letter, ListKind,
    Pack, Part, Place, Severity, Shape, Values, VotingRows,
};
use raadspost_table::Recognised;

/// The visible text of a document, with Markdown marks.
pub(crate) fn document(shape: &Shape, values: &Values) -> String {
    let said = Said {
        slots: &values.slots,
    };
    let mut out = format!("[{}] {}\n", shape.language, said.line(&shape.title));
    match &shape.body {
        Body::Letter(letter) => said.letter(letter, &mut out),
        Body::Parts { annex, parts } => {
            if let Some(annex) = annex {
                let (label, title) = (said.line(&annex.label), said.line(&annex.title));
                let _ = writeln!(out, "# {label} {title}");
            }
            for part in parts {
                match part {
                    Part::Text { blocks, .. } => said.blocks(blocks, "", &mut out),
                    Part::Motion(motion) => {
                        if motion.show_title {
                            said.heading(motion.level, &motion.title, &mut out);
                        }
                        said.blocks(&motion.blocks, "", &mut out);
                    }
                }
            }
        }
        Body::Collection(members) => {
            for member in members {
                let _ = writeln!(out, "= {} [{}]", member.document, member.language);
            }
        }
    }
    for (at, note) in shape.footnotes.iter().enumerate() {
        let _ = writeln!(out, "[^{}]: {}", at + 1, said.line(&note.inlines));
    }
    out
}

struct Said<'a> {
    slots: &'a [String],
}

impl Said<'_> {
    fn slot(&self, slot: usize) -> &str {
        &self.slots[slot]
    }

    fn line(&self, inlines: &[Inline]) -> String {
        let inlines = inlines.iter();
        let text: String = inlines.map(|inline| self.inline(inline)).collect();
        // Makes a no-break space visible.
        text.replace('\u{A0}', "~")
    }

    fn inline(&self, inline: &Inline) -> String {
        match inline {
            Inline::Text(text) => text.clone(),
            Inline::Slot(slot) => self.slot(*slot).to_owned(),
            Inline::Emphasis(inner) => format!("*{}*", self.line(inner)),
            Inline::Strong(inner) => format!("**{}**", self.line(inner)),
            Inline::Link { url, inlines } => format!("[{}]({url})", self.line(inlines)),
            Inline::Footnote(at) => format!("[^{}]", at + 1),
            Inline::FillIn(fill_in) => self.fill_in(fill_in),
            Inline::Choice { options, mark, .. } => {
                format!("{{{}{mark}}}", options.join(" / "))
            }
            Inline::LineBreak => " \\ ".to_owned(),
        }
    }

    fn fill_in(&self, fill_in: &FillIn) -> String {
        let of = match &fill_in.kind {
            FillInKind::Text | FillInKind::Date | FillInKind::Person => String::new(),
            FillInKind::Options(options) => format!(": {}", options.join(" / ")),
            FillInKind::Faction { slot } => format!(": {}", self.slot(*slot).replace('\n', " / ")),
        };
        format!("[{}{of}]", fill_in.label)
    }

    fn heading(&self, level: u8, inlines: &[Inline], out: &mut String) {
        let _ = writeln!(out, "{} {}", "#".repeat(level.into()), self.line(inlines));
    }

    fn blocks(&self, blocks: &[Block], indent: &str, out: &mut String) {
        for block in blocks {
            self.block(&block.kind, indent, out);
        }
    }

    fn block(&self, kind: &BlockKind, indent: &str, out: &mut String) {
        let mut put = |text: &str| {
            let _ = writeln!(out, "{indent}{text}");
        };
        match kind {
            BlockKind::Heading { level, inlines } => self.heading(*level, inlines, out),
            BlockKind::Paragraph { inlines }
            | BlockKind::Preamble { inlines }
            | BlockKind::Closing { inlines } => put(&self.line(inlines)),
            BlockKind::Note { inlines } => put(&format!("note: {}", self.line(inlines))),
            BlockKind::List { kind, items } => self.items(*kind, items, indent, out),
            BlockKind::Recital { level, head, items } => {
                self.heading(*level, head, out);
                self.items(ListKind::Dash, items, indent, out);
            }
            BlockKind::Operative {
                level,
                head,
                alternatives,
                variants,
                separator,
            } => {
                self.heading(*level, head, out);
                for (at, items) in alternatives.iter().enumerate() {
                    if at > 0 {
                        let _ = writeln!(out, "{}", self.line(separator));
                    }
                    if let Some(variant) = variants.get(at) {
                        let _ = writeln!(out, "({variant})");
                    }
                    self.items(ListKind::LowerAlpha, items, indent, out);
                }
            }
            BlockKind::Movers { lead, lines } => {
                put(&self.line(lead));
                lines.iter().for_each(|line| put(&self.line(line)));
            }
            BlockKind::Particulars { rows } => {
                for row in rows {
                    put(&format!(
                        "{} {}",
                        self.line(&row.label),
                        self.line(&row.value)
                    ));
                }
            }
            BlockKind::Wording {
                level,
                head,
                blocks,
                ..
            } => {
                self.heading(*level, head, out);
                self.blocks(blocks, indent, out);
            }
            BlockKind::Signatures {
                lead,
                columns,
                rows,
            } => {
                put(&self.line(lead));
                put(&self.row(columns));
                rows.iter().for_each(|row| put(&self.row(row)));
            }
            BlockKind::Voting {
                lead,
                columns,
                rows,
            } => {
                put(&self.line(lead));
                put(&self.row(columns));
                match rows {
                    VotingRows::Open(rows) => rows.iter().for_each(|row| put(&self.row(row))),
                    VotingRows::Factions { slot, vote } => {
                        for faction in self.slot(*slot).lines() {
                            put(&format!("| {faction} | {} |", self.line(vote)));
                        }
                    }
                }
            }
        }
    }

    fn row(&self, cells: &[Vec<Inline>]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| self.line(cell)).collect();
        format!("| {} |", cells.join(" | "))
    }

    fn items(&self, kind: ListKind, items: &[Item], indent: &str, out: &mut String) {
        for (at, item) in items.iter().enumerate() {
            let mark = match kind {
                ListKind::Bullet => "* ".to_owned(),
                ListKind::Dash => "- ".to_owned(),
                ListKind::Decimal => format!("{}. ", at + 1),
                ListKind::LowerAlpha => format!("{}) ", char::from(b'a' + at as u8)),
            };
            let further = format!("{indent}{}", " ".repeat(mark.len()));
            let mut text = String::new();
            self.blocks(item, &further, &mut text);
            let rest = text.strip_prefix(&further).unwrap_or(&text);
            let _ = write!(out, "{indent}{mark}{rest}");
        }
    }

    fn letter(&self, letter: &Letter, out: &mut String) {
        let sender = &letter.sender;
        let mut named = |name: &str, value: &str| {
            let _ = writeln!(out, "{name}: {value}");
        };
        let further = [
            &sender.tagline,
            &sender.telephone,
            &sender.email,
            &sender.website,
        ];
        let from: Vec<&str> = std::iter::once(sender.name.as_str())
            .chain(further.into_iter().flatten().map(String::as_str))
            .chain(sender.address.iter().map(String::as_str))
            .collect();
        named("from", &from.join(", "));
        if letter.publication_copy {
            named("for", "publication");
        }
        let to = letter.addressee.iter().chain(&letter.address);
        let to: Vec<String> = to.map(|line| self.line(line)).collect();
        if !to.is_empty() {
            named("to", &to.join(" \\ "));
        }
        if letter.has_return_address() {
            named("return to", &sender.address.join(", "));
        }
        if let Some(kix) = letter.kix {
            named("KIX", self.slot(kix));
        }
        if letter.envelope.name != raadspost_content::Envelope::DEFAULT {
            named("envelope", &letter.envelope.name);
        }
        let filed = letter.reference_lines();
        if filed.is_empty() {
            let _ = writeln!(out, "{}", self.line(&letter.place_and_date));
            if let Some(subject) = &letter.subject {
                let _ = writeln!(out, "{}", self.line(subject));
            }
        }
        for (label, words) in filed {
            let _ = writeln!(out, "{label} {}", self.line(words));
        }
        let _ = writeln!(out, "{}", self.line(&letter.salutation));
        self.blocks(&letter.blocks, "", out);
        let _ = writeln!(out, "{}", self.line(&letter.closing));
        for one in &letter.signatories {
            let parts = [Some(&one.name), one.role.as_ref(), one.email.as_ref()];
            let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
            let _ = writeln!(out, "{}", parts.join(", "));
        }
        if let Some(enclosures) = &letter.enclosures {
            let _ = writeln!(out, "{}:", self.line(&enclosures.title));
            for item in &enclosures.items {
                let _ = writeln!(
                    out,
                    "- {} {}",
                    self.line(&item.label),
                    self.line(&item.title)
                );
            }
        }
        if let Some(qr) = &letter.qr {
            let _ = writeln!(
                out,
                "QR: {} <{}>",
                self.line(&qr.caption),
                self.slot(qr.url)
            );
        }
    }
}

/// The documents of a municipality, and its envelopes.
pub(crate) fn pack(campaign: &Campaign, pack: &Pack) -> String {
    let mut out = String::new();
    for document in campaign.documents() {
        let id = &document.id;
        let made = pack.documents.iter().filter(|one| one.document == *id);
        let made: Vec<&str> = made.map(|one| extension(one.format)).collect();
        let refused = pack.refused.iter().find(|one| one.document == *id);
        match refused {
            Some(refused) => {
                let _ = writeln!(out, "{id}: refused");
                for reason in refused.reasons.iter() {
                    let told = diagnostic(reason, false);
                    told.lines()
                        .for_each(|line| out.push_str(&format!("  {line}\n")));
                }
            }
            None if made.is_empty() => {
                let _ = writeln!(out, "{id}: not for this municipality");
            }
            None => {
                let _ = writeln!(out, "{id}: {}", made.join(", "));
            }
        }
    }
    for one in &pack.envelopes {
        let documents = one.documents.join(", ");
        let told = match (&one.without, one.lines.is_empty()) {
            (Some(without), _) => format!("{documents} ({without})"),
            (None, true) => documents,
            (None, false) => format!("{documents} (to {})", one.lines.join(" \\ ")),
        };
        let _ = writeln!(
            out,
            "posted as {}: {}",
            one.envelope.name,
            told.trim_start()
        );
    }
    out
}

fn extension(format: Format) -> &'static str {
    format.extension()
}

/// The envelopes of a campaign, and the rule that determined them.
pub(crate) fn posting(posting: &Posting) -> String {
    let mut out = format!("{:?}\n", posting.rule).to_lowercase();
    for one in &posting.envelopes {
        let _ = writeln!(out, "{}: {}", one.name, one.documents.join(", "));
    }
    out
}

/// The code of a row.
pub(crate) fn code(row: &Result<Municipality, RefusedRow>) -> &str {
    match row {
        Ok(row) => row.code(),
        Err(row) => &row.code,
    }
}

/// How a register is read, and its rows.
pub(crate) fn register(
    survey: &Survey,
    rows: impl Iterator<Item = Result<Municipality, RefusedRow>>,
) -> String {
    let mut out = String::new();
    if let Recognised::Text {
        delimiter,
        delimiter_from,
        ..
    } = &survey.recognised
        && *delimiter != ','
    {
        let shown = delimiter.escape_debug();
        let _ = writeln!(out, "delimiter `{shown}` ({delimiter_from:?})");
    }
    if survey.empty_rows > 0 {
        let _ = writeln!(out, "{} rows, and {} empty", survey.rows, survey.empty_rows);
    }
    for format in &survey.formats {
        let from = if format.stated {
            "stated"
        } else {
            "recognised"
        };
        let _ = write!(out, "{}: {} ({from})", format.field, format.format);
        if let (Some(example), Some(value)) = (&format.example, &format.value) {
            let _ = write!(out, ", `{example}` is {value}");
        }
        out.push('\n');
    }
    for row in rows {
        let _ = write!(out, "{}", code(&row));
        match &row {
            Ok(_) => out.push('\n'),
            Err(row) => {
                out.push_str(": refused\n");
                for found in &row.diagnostics {
                    let told = diagnostic(found, false);
                    told.lines()
                        .for_each(|line| out.push_str(&format!("  {line}\n")));
                }
            }
        }
    }
    out
}

/// A diagnostic: location, message and hint. `placed` adds line and column, for a campaign that is
/// on the page in full.
pub(crate) fn diagnostic(found: &Diagnostic, placed: bool) -> String {
    let severity = match found.severity {
        Severity::Error => "",
        Severity::Warning => "warning ",
    };
    let mut out = format!("{severity}{}", found.code);
    let (_, line, column) = found.location();
    match &found.place {
        Place::Source(source, span) => {
            let text = source.text();
            let end = (span.end as usize).min(text.len());
            let at = &text[(span.start as usize).min(end)..end];
            if let (true, Some(line), Some(column)) = (placed, line, column) {
                let _ = write!(out, " {line}:{column}");
            }
            let first = at.lines().next().unwrap_or_default();
            let _ = write!(out, " `{}`", first.trim());
        }
        Place::Row { line, column, .. } => {
            let _ = write!(out, " row {line}");
            column
                .iter()
                .for_each(|column| out.push_str(&format!(" `{column}`")));
        }
        Place::File(file) => out.push_str(&format!(" {file}")),
        _ => {}
    }
    let shown = |c: char| match c.is_control() {
        true => c.escape_debug().to_string(),
        false => c.to_string(),
    };
    let message: String = found.message.chars().map(shown).collect();
    let _ = writeln!(out, ": {message}");
    if let Some(hint) = &found.hint {
        let _ = writeln!(out, "  {hint}");
    }
    out
}
