//! Shapes and values as the JSON that the templates read. Every variant of the model is matched
//! by name, so that a new one is a compile error here.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Value, json};

use raadspost_content::{
    Annex, Area, Block, BlockKind, Body, Enclosures, Envelope, Footnote, Inline, Item, Letter,
    ListKind, Motion, Part, Particular, Picture, QrCode, Sender, Shape, Signatory, Values,
    VotingRows, WordingRole,
};

use crate::code;
use crate::hyphenation::{self, Rules};
use crate::world::picture_name;

/// A document as the templates read it.
pub(crate) struct Member {
    /// The JSON, one entry of `shapes.json`.
    pub(crate) json: Value,
    /// Every text in it that will be shown.
    pub(crate) texts: Vec<String>,
}

/// Converts a document that is not a collection; `None` for one that is.
/// Its pictures are numbered behind those in `pictures`, equal ones once.
pub(crate) fn member(shape: &Shape, pictures: &mut Vec<Arc<Picture>>) -> Option<Member> {
    let (lang, region) = language(&shape.language);
    let mut converter = Converter {
        hyphenation: hyphenation::rules(&lang),
        pictures,
        notes_vary: shape
            .footnotes
            .iter()
            .map(|note| varies(&note.inlines))
            .collect(),
        noted: vec![false; shape.footnotes.len()],
        varies: false,
        texts: Vec::new(),
    };
    let mut json = match &shape.body {
        Body::Letter(letter) => converter.letter(letter),
        Body::Parts { annex, parts } => converter.parts(annex.as_ref(), parts),
        Body::Collection(_) => return None,
    };
    let notes: Vec<Value> = shape
        .footnotes
        .iter()
        .map(
            |Footnote {
                 id: _,
                 span: _,
                 inlines,
             }| converter.running(inlines),
        )
        .collect();
    json["notes"] = notes.into();
    // Names the footnotes for a second reference; equal whether the document stands alone or in
    // a collection.
    json["name"] = format!("{}-note-", shape.document).into();
    json["page"] = shape.words.page.as_str().into();
    json["lang"] = lang.into();
    json["region"] = region.into();
    Some(Member {
        json,
        texts: converter.texts,
    })
}

/// What the template needs of an envelope, in mm. The keep-outs above the window and beside it
/// bound the letterhead: `head` is the height that it may not go below.
fn envelope_of(envelope: &Envelope, return_address: bool) -> Value {
    let area = |area: &Area| json!([area.left, area.top, area.width, area.height]);
    let line = envelope.return_address.as_ref().filter(|_| return_address);
    let tops = envelope.keep_outs.iter().map(|keep_out| keep_out.area.top);
    let head = tops.fold(envelope.window.top, f64::min);
    json!({
        "name": envelope.name,
        "column": area(&envelope.address_column(line.is_some())),
        "return-address": line.map(area),
        "head": head,
        "edge": envelope.edge,
        "folds": envelope.folds,
        "fold-marks": envelope.fold_marks,
        "opening": envelope.opening,
    })
}

/// The entry of `values.json` for one document: its slots, with the bars of a KIX code and the
/// squares of a QR code in place of what they say.
pub(crate) fn slots(shape: &Shape, values: &Values) -> Value {
    let (lang, _) = language(&shape.language);
    let rules = hyphenation::rules(&lang);
    let slots = values.slots.iter();
    let mut slots: Vec<Value> = slots.map(|it| set_text(it, rules).into()).collect();
    let mut coded = |at: Option<usize>, code: fn(&str) -> Value| {
        let said = at.and_then(|at| values.slots.get(at));
        if let (Some(at), Some(said)) = (at, said) {
            slots[at] = code(said);
        }
    };
    if let Body::Letter(letter) = &shape.body {
        coded(letter.kix, code::kix);
        coded(letter.qr.as_ref().map(|qr| qr.url), code::qr);
    }
    slots.into()
}

/// A word of more characters than this may be wider than a line of the largest type; no word of a
/// language is so long.
const LONG: usize = 45;

/// A text in which every line can end: a word that may be wider than a line can be broken behind
/// its marks, and where it has too few of them behind each of its characters, with a zero width
/// space (U+200B). An address is left to Typst, which breaks it where addresses are broken.
///
/// A soft hyphen is a place within a word. At the end of a text it is left out: Typst would print a
/// hyphen at the end of a paragraph, and its export fails on one behind the end of a link.
fn breakable(text: &str) -> Cow<'_, str> {
    let text = text.trim_end_matches(SOFT_HYPHEN);
    let is_long = |word: &str| {
        word.len() > LONG
            && word.chars().count() > LONG
            && !word.contains("://")
            && !word.starts_with("www.")
    };
    if text.len() <= LONG || !text.split(' ').any(is_long) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() * 2);
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        if !is_long(word) {
            out.push_str(word);
            continue;
        }
        for piece in word.split_inclusive(|c: char| c.is_ascii_punctuation()) {
            let loose = piece.chars().count() > LONG;
            let mut before = None;
            for c in piece.chars() {
                // Not between a letter and what is set on it.
                if loose && before.is_some() && c.is_alphanumeric() {
                    out.push(BREAK);
                }
                out.push(c);
                before = Some(c);
            }
            if piece.ends_with(|c: char| c.is_ascii_punctuation()) && !piece.ends_with('-') {
                out.push(BREAK);
            }
        }
        if out.ends_with(BREAK) {
            out.pop();
        }
    }
    Cow::Owned(out)
}

/// A text as it is set: [`breakable`], and with marks in words that the patterns break wrongly.
fn set_text<'a>(text: &'a str, hyphenation: Option<&Rules>) -> Cow<'a, str> {
    let text = breakable(text);
    match hyphenation {
        Some(rules) => match text {
            Cow::Borrowed(text) => rules.marked(text),
            Cow::Owned(text) => Cow::Owned(rules.marked(&text).into_owned()),
        },
        None => text,
    }
}

/// A word may be broken here, with a hyphen.
const SOFT_HYPHEN: char = '\u{AD}';

/// Zero width space: a line may end here.
const BREAK: char = '\u{200B}';

/// Language and region of a BCP 47 tag; script and variants are passed over.
pub(crate) fn language(tag: &str) -> (String, Option<String>) {
    let mut parts = tag.split('-');
    let lang = parts.next().unwrap_or_default().to_ascii_lowercase();
    let region = parts
        .find(|part| part.len() == 2)
        .map(str::to_ascii_uppercase);
    (lang, region)
}

/// Whether a slot stands in the text itself; footnotes are looked at apart.
fn varies(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Slot(_) => true,
        Inline::Emphasis(inner) | Inline::Strong(inner) | Inline::Link { inlines: inner, .. } => {
            varies(inner)
        }
        Inline::Text(_)
        | Inline::Footnote(_)
        | Inline::FillIn(_)
        | Inline::Choice { .. }
        | Inline::LineBreak => false,
    })
}

/// Converts in reading order, which decides what is a footnote's first reference.
struct Converter<'a> {
    /// The rules of the language for where words are broken.
    hyphenation: Option<&'static Rules>,
    /// The pictures of all documents in one file.
    pictures: &'a mut Vec<Arc<Picture>>,
    /// Which footnotes have slots.
    notes_vary: Vec<bool>,
    /// Which footnotes have been referred to already.
    noted: Vec<bool>,
    /// Whether anything since it was last reset has a slot.
    varies: bool,
    texts: Vec<String>,
}

impl Converter<'_> {
    fn text(&mut self, text: &str) -> Value {
        self.texts.push(text.to_owned());
        breakable(text).into()
    }

    fn option(&mut self, text: Option<&String>) -> Value {
        text.map_or(Value::Null, |text| self.text(text))
    }

    /// Text of which no word is broken: titles, heads, labels, and lines of an address.
    fn inlines(&mut self, inlines: &[Inline]) -> Value {
        let hyphenation = self.hyphenation.take();
        let json = self.running(inlines);
        self.hyphenation = hyphenation;
        json
    }

    /// Text of which words may be broken at the end of a line.
    fn running(&mut self, inlines: &[Inline]) -> Value {
        inlines.iter().map(|inline| self.inline(inline)).collect()
    }

    fn lines(&mut self, lines: &[Vec<Inline>]) -> Value {
        lines.iter().map(|line| self.inlines(line)).collect()
    }

    fn inline(&mut self, inline: &Inline) -> Value {
        match inline {
            Inline::Text(text) => {
                self.texts.push(text.clone());
                json!({"kind": "text", "text": set_text(text, self.hyphenation)})
            }
            Inline::Slot(slot) => {
                self.varies = true;
                json!({"kind": "slot", "slot": slot})
            }
            Inline::Emphasis(inner) => {
                json!({"kind": "emphasis", "inlines": self.running(inner)})
            }
            Inline::Strong(inner) => json!({"kind": "strong", "inlines": self.running(inner)}),
            Inline::Link { url, inlines } => {
                json!({"kind": "link", "url": url, "inlines": self.inlines(inlines)})
            }
            Inline::Footnote(note) => {
                self.varies |= self.notes_vary.get(*note).copied().unwrap_or(false);
                let noted = self.noted.get_mut(*note);
                let first = noted.is_none_or(|noted| !std::mem::replace(noted, true));
                json!({"kind": "footnote", "note": note, "first": first})
            }
            Inline::FillIn(fill_in) => {
                json!({"kind": "fill-in", "text": self.text(&fill_in.placeholder())})
            }
            Inline::Choice {
                id: _,
                options,
                mark,
            } => {
                let options: Value = options.iter().map(|option| self.text(option)).collect();
                json!({"kind": "choice", "options": options, "mark": self.text(mark)})
            }
            Inline::LineBreak => json!({"kind": "line-break"}),
        }
    }

    fn blocks(&mut self, blocks: &[Block]) -> Value {
        let all = blocks.iter().enumerate();
        all.map(|(at, block)| self.block(block, blocks.get(at + 1)))
            .collect()
    }

    fn items(&mut self, items: &[Item]) -> Value {
        items.iter().map(|item| self.blocks(item)).collect()
    }

    /// A block, marked as static where no slot stands in it; `next` is the one after it.
    fn block(&mut self, block: &Block, next: Option<&Block>) -> Value {
        let before = std::mem::take(&mut self.varies);
        let mut json = self.kind(block, next);
        json["static"] = (!self.varies).into();
        self.varies |= before;
        json
    }

    fn kind(&mut self, block: &Block, next: Option<&Block>) -> Value {
        match &block.kind {
            BlockKind::Heading { level, inlines } => {
                json!({"kind": "heading", "level": level, "inlines": self.inlines(inlines)})
            }
            BlockKind::Paragraph { inlines } => {
                let leads = next.is_some_and(|it| matches!(it.kind, BlockKind::List { .. }));
                json!({"kind": "paragraph", "leads": leads, "inlines": self.running(inlines)})
            }
            BlockKind::List { kind, items } => {
                let list = match kind {
                    ListKind::Bullet => "bullet",
                    ListKind::Dash => "dash",
                    ListKind::Decimal => "decimal",
                    ListKind::LowerAlpha => "lower-alpha",
                };
                json!({"kind": "list", "list": list, "items": self.items(items)})
            }
            BlockKind::Preamble { inlines } => {
                json!({"kind": "preamble", "inlines": self.running(inlines)})
            }
            BlockKind::Recital { level, head, items } => {
                let head = self.inlines(head);
                json!({"kind": "recital", "level": level, "head": head, "items": self.items(items)})
            }
            BlockKind::Operative {
                level,
                head,
                alternatives,
                variants: _,
                separator,
            } => {
                let head = self.inlines(head);
                let alternatives: Value =
                    alternatives.iter().map(|items| self.items(items)).collect();
                json!({
                    "kind": "operative",
                    "level": level,
                    "head": head,
                    "alternatives": alternatives,
                    "separator": self.inlines(separator),
                })
            }
            BlockKind::Closing { inlines } => {
                json!({"kind": "closing", "inlines": self.running(inlines)})
            }
            BlockKind::Movers { lead, lines } => {
                let lead = self.inlines(lead);
                json!({"kind": "movers", "lead": lead, "lines": self.lines(lines)})
            }
            BlockKind::Note { inlines } => {
                json!({"kind": "note", "inlines": self.running(inlines)})
            }
            BlockKind::Particulars { rows } => {
                let row = |Particular { label, value }: &Particular| {
                    let label = self.inlines(label);
                    json!({"label": label, "value": self.inlines(value)})
                };
                json!({"kind": "particulars", "rows": rows.iter().map(row).collect::<Value>()})
            }
            BlockKind::Wording {
                role,
                level,
                head,
                blocks,
            } => {
                let role = match role {
                    WordingRole::Old => "old",
                    WordingRole::New => "new",
                    WordingRole::Explanation => "explanation",
                };
                let head = self.inlines(head);
                let blocks = self.blocks(blocks);
                json!({"kind": "wording", "role": role, "level": level, "head": head, "blocks": blocks})
            }
            BlockKind::Signatures {
                lead,
                columns,
                rows,
            } => {
                let lead = self.inlines(lead);
                let columns = self.lines(columns);
                let rows: Value = rows.iter().map(|row| self.lines(row)).collect();
                json!({"kind": "signatures", "lead": lead, "columns": columns, "rows": rows})
            }
            BlockKind::Voting {
                lead,
                columns,
                rows,
            } => {
                let lead = self.inlines(lead);
                let columns = self.lines(columns);
                let mut json = json!({"kind": "voting", "lead": lead, "columns": columns});
                match rows {
                    VotingRows::Factions { slot, vote } => {
                        self.varies = true;
                        json["factions"] = (*slot).into();
                        json["vote"] = self.inlines(vote);
                    }
                    VotingRows::Open(rows) => {
                        json["rows"] = rows.iter().map(|row| self.lines(row)).collect();
                    }
                }
                json
            }
        }
    }

    fn letter(&mut self, letter: &Letter) -> Value {
        let Letter {
            id: _,
            envelope,
            sender,
            addressee,
            address,
            kix,
            reference: _,
            place_and_date,
            subject,
            salutation,
            blocks,
            closing,
            signatories,
            enclosures,
            qr,
            publication_copy: _,
        } = letter;
        // In reading order, footnotes being counted on the way.
        let sender = self.sender(sender);
        let addressee = self.lines(addressee);
        let address = self.lines(address);
        let reference: Value = letter
            .reference_lines()
            .into_iter()
            .map(|(label, words)| json!([self.text(label), self.inlines(words)]))
            .collect();
        let in_block = letter.reference.is_some();
        let place_and_date = if in_block {
            json!([])
        } else {
            self.inlines(place_and_date)
        };
        let subject = subject.as_ref().filter(|_| !in_block);
        let subject = subject.map(|subject| self.inlines(subject));
        let salutation = self.inlines(salutation);
        let blocks = self.blocks(blocks);
        self.varies = false;
        let closing = self.inlines(closing);
        let signatories: Value = signatories.iter().map(|it| self.signatory(it)).collect();
        let enclosures = enclosures
            .as_ref()
            .map(|enclosures| self.enclosures(enclosures));
        let ending_is_static = !self.varies;
        let qr = qr.as_ref().map(
            |QrCode {
                 url,
                 caption,
                 alternative,
             }| {
                json!({"url": url, "caption": self.inlines(caption), "alternative": alternative})
            },
        );
        json!({
            "kind": "letter",
            "envelope": envelope_of(envelope, letter.has_return_address()),
            "sender": sender,
            "addressee": addressee,
            "address": address,
            "kix": kix,
            "reference": reference,
            "place-and-date": place_and_date,
            "subject": subject,
            "salutation": salutation,
            "blocks": blocks,
            "ending": {
                "static": ending_is_static,
                "closing": closing,
                "signatories": signatories,
                "enclosures": enclosures,
            },
            "qr": qr,
        })
    }

    fn sender(&mut self, sender: &Sender) -> Value {
        let Sender {
            name,
            tagline,
            address,
            telephone,
            email,
            website,
        } = sender;
        json!({
            "name": self.text(name),
            "tagline": self.option(tagline.as_ref()),
            "address": address.iter().map(|line| self.text(line)).collect::<Value>(),
            "telephone": self.option(telephone.as_ref()),
            "email": self.option(email.as_ref()),
            "website": self.option(website.as_ref()),
        })
    }

    fn signatory(&mut self, signatory: &Signatory) -> Value {
        let Signatory {
            name,
            role,
            email,
            signature,
        } = signatory;
        let signature = signature.as_ref().map(|picture| {
            let known = self.pictures.iter().position(|other| other == picture);
            let at = known.unwrap_or_else(|| {
                self.pictures.push(picture.clone());
                self.pictures.len() - 1
            });
            json!({"file": picture_name(at), "alternative": picture.alternative})
        });
        json!({
            "signature": signature,
            "name": self.text(name),
            "role": self.option(role.as_ref()),
            "email": self.option(email.as_ref()),
        })
    }

    fn enclosures(&mut self, enclosures: &Enclosures) -> Value {
        let Enclosures { title, items } = enclosures;
        let title = self.inlines(title);
        let items: Value = items
            .iter()
            .map(|item| {
                let label = self.inlines(&item.label);
                json!({"label": label, "title": self.inlines(&item.title)})
            })
            .collect();
        json!({"title": title, "items": items})
    }

    fn parts(&mut self, annex: Option<&Annex>, parts: &[Part]) -> Value {
        let annex = annex.map(|Annex { label, title }| {
            let label = self.inlines(label);
            json!({"label": label, "title": self.inlines(title)})
        });
        let parts: Value = parts.iter().map(|part| self.part(part)).collect();
        json!({"kind": "parts", "annex": annex, "parts": parts})
    }

    fn part(&mut self, part: &Part) -> Value {
        match part {
            Part::Text { id: _, blocks } => json!({"kind": "text", "blocks": self.blocks(blocks)}),
            Part::Motion(Motion {
                id: _,
                variant: _,
                title,
                level,
                show_title,
                blocks,
                record: _,
            }) => {
                // A title that is not shown has no reference in it to count.
                let title = if *show_title {
                    self.inlines(title)
                } else {
                    json!([])
                };
                json!({
                    "kind": "motion",
                    "title": title,
                    "level": level,
                    "show-title": show_title,
                    "blocks": self.blocks(blocks),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BREAK, LONG, breakable};

    #[test]
    fn a_soft_hyphen_stands_within_a_word() {
        assert_eq!(breakable("ge\u{AD}meente\u{AD}\u{AD}"), "ge\u{AD}meente");
        let code = "a1".repeat(40);
        assert_eq!(breakable(&format!("{code}\u{AD}")), breakable(&code));
    }

    #[test]
    fn only_a_word_without_end_is_broken() {
        let kept = [
            "Een gewone zin met hottentottententententoonstelling.",
            "https://gemeente.example/een/heel/lang/adres/dat/typst/zelf/breekt/waar/het/kan",
            "meervoudigepersoonlijkheidsstoorniscentrum",
        ];
        for text in kept {
            assert_eq!(breakable(text), text);
        }
        let code = "a1".repeat(40);
        let broken = breakable(&code);
        assert_eq!(broken.replace(BREAK, ""), code);
        assert_eq!(broken.matches(BREAK).count(), 79);
        // Behind its marks, where that is enough; never before an accent.
        let name = format!("voor.{}@{}", "n".repeat(30), "gemeente".repeat(4));
        let broken = breakable(&name);
        assert_eq!(broken.split(BREAK).collect::<Vec<_>>().len(), 3, "{broken}");
        let accents = "n\u{308}".repeat(LONG);
        assert!(!breakable(&accents).contains("\u{200B}\u{308}"));
    }
}
