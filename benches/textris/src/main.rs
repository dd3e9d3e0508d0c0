//! Makes packs with textris-pdf on one core, from the shapes and values that our renderer hands to
//! Typst: `textris-peer PEER_FOLDER FONTS PACKS [KEEP.pdf]`. The words, headings, lists and
//! links (as words) are those of our pack; footnotes come at the end of their document, because
//! textris-pdf has none. Its own theme, at A4 and with our type size. The first 20 packs are made
//! before the clock starts. Prints one JSON object.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context as _;
use serde_json::Value;
use textris_pdf::build::{Bundle, Text, Textris};
use textris_pdf::fonts::{FaceSource, Fonts};
use textris_pdf::theme::Theme;

const WARM: usize = 20;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let data = arguments.next().context("name the folder of the peer")?;
    let fonts = arguments.next().context("name the folder of the fonts")?;
    let packs = arguments.next().context("say how many packs")?;
    let packs: usize = packs.to_str().context("a number")?.parse()?;
    let keep = arguments.next();
    let fonts = faces(&fonts)?;
    let shapes: Value = serde_json::from_slice(&fs::read(data.join("templates/shapes.json"))?)?;
    let shapes = shapes.as_array().context("shapes")?;
    let lines = fs::read_to_string(data.join("values.jsonl"))?;
    let payloads: Vec<Value> = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let mut supply = payloads.iter().cycle();
    let (mut started, mut processor) = (Instant::now(), processor_seconds());
    let (mut size, mut last) = (0, Vec::new());
    for number in 0..WARM + packs {
        if number == WARM {
            (started, processor) = (Instant::now(), processor_seconds());
            size = 0;
        }
        let values = supply.next().context("no values")?;
        last = pack(shapes, values).render(&fonts)?;
        size += last.len();
    }
    let seconds = started.elapsed().as_secs_f64();
    let processor = processor_seconds() - processor;
    let pages = last.windows(11).filter(|bytes| bytes == b"/Type/Page/");
    println!(
        "{{\"peer\": \"textris-pdf 0.13.0\", \"packs\": {packs}, \"pages\": {}, \"seconds\": {seconds}, \
         \"cpu_seconds\": {processor}, \"bytes\": {size}}}",
        pages.count() * packs
    );
    if let Some(keep) = keep {
        fs::write(keep, last)?;
    }
    Ok(())
}

/// The faces of our letters that textris-pdf can use.
fn faces(folder: &Path) -> anyhow::Result<Fonts> {
    let face = |name: &str| -> anyhow::Result<FaceSource> {
        Ok(FaceSource::from_owned(fs::read(folder.join(name))?))
    };
    Fonts::from_faces(
        face("libertinus-serif/LibertinusSerif-Regular.otf")?,
        face("libertinus-serif/LibertinusSerif-Bold.otf")?,
        face("libertinus-serif/LibertinusSerif-Italic.otf")?,
        face("libertinus-serif/LibertinusSerif-BoldItalic.otf")?,
        face("source-sans-3/SourceSans3-Regular.otf")?,
    )
    .context("a font that cannot be read")
}

/// All documents of a pack.
fn pack(shapes: &[Value], values: &Value) -> Bundle {
    let mut bundle = Bundle::new();
    bundle.title("Pakket").language("nl").created_at(0);
    for (at, shape) in shapes.iter().enumerate() {
        let mut theme = Theme::default();
        theme.font_size.body = 11.0;
        let mut writer = Writer {
            out: Textris::with_theme(theme),
            slots: &values[at],
        };
        writer.out.title("Pakket").language("nl").created_at(0);
        writer.document(shape);
        bundle.push(writer.out);
    }
    bundle
}

struct Writer<'a> {
    out: Textris,
    slots: &'a Value,
}

impl Writer<'_> {
    fn document(&mut self, shape: &Value) {
        if shape["kind"] == "letter" {
            for key in ["name", "email"] {
                self.plain(&shape["sender"][key]);
            }
            self.paragraphs(&shape["addressee"]);
            self.paragraphs(&shape["address"]);
            for row in items(&shape["reference"]) {
                let text = self.inlines(&row[1], Text::new().normal(words(&row[0])).normal(" "));
                self.out.paragraph(text);
            }
            self.paragraph(&shape["salutation"]);
            self.blocks(&shape["blocks"]);
            let ending = &shape["ending"];
            self.paragraph(&ending["closing"]);
            for who in items(&ending["signatories"]) {
                for key in ["name", "role", "email"] {
                    self.plain(&who[key]);
                }
            }
            let enclosures = &ending["enclosures"];
            self.heading(2, &enclosures["title"]);
            for item in items(&enclosures["items"]) {
                let text = self.inlines(&item["label"], Text::new());
                let text = self.inlines(&item["title"], text.normal(" "));
                self.out.paragraph(text);
            }
        } else {
            let text = self.inlines(&shape["annex"]["label"], Text::new());
            let text = self.inlines(&shape["annex"]["title"], text.normal(" "));
            self.out.heading(1, text);
            for part in items(&shape["parts"]) {
                if part["kind"] == "motion" && part["show-title"] == true {
                    self.heading(2, &part["title"]);
                }
                self.blocks(&part["blocks"]);
            }
        }
        self.paragraphs(&shape["notes"]);
    }

    fn blocks(&mut self, blocks: &Value) {
        for block in items(blocks) {
            match block["kind"].as_str().unwrap_or_default() {
                "heading" => {
                    let level = block["level"].as_u64().unwrap_or(2);
                    self.heading(u8::try_from(level).unwrap_or(2), &block["inlines"]);
                }
                "list" | "recital" | "operative" => self.list(block),
                "movers" => {
                    self.paragraph(&block["lead"]);
                    self.paragraphs(&block["lines"]);
                }
                _ => self.paragraph(&block["inlines"]),
            }
        }
    }

    /// A list, with a heading where it has one, and one list for each alternative.
    fn list(&mut self, block: &Value) {
        if let Some(level) = block["level"].as_u64() {
            self.heading(u8::try_from(level).unwrap_or(2), &block["head"]);
        }
        let alternatives = items(&block["alternatives"]);
        let lists = if alternatives.is_empty() {
            std::slice::from_ref(&block["items"])
        } else {
            alternatives
        };
        for (at, list) in lists.iter().enumerate() {
            if at > 0 {
                self.paragraph(&block["separator"]);
            }
            let entry = |item: &Value| {
                let blocks = items(item).iter();
                blocks.fold(Text::new(), |text, block| {
                    self.inlines(&block["inlines"], text)
                })
            };
            let entries: Vec<Text> = items(list).iter().map(entry).collect();
            self.out.bullet_list(entries);
        }
    }

    fn heading(&mut self, level: u8, inlines: &Value) {
        let text = self.inlines(inlines, Text::new());
        self.out.heading(level, text);
    }

    fn paragraphs(&mut self, all: &Value) {
        for inlines in items(all) {
            self.paragraph(inlines);
        }
    }

    fn paragraph(&mut self, inlines: &Value) {
        if !items(inlines).is_empty() {
            let text = self.inlines(inlines, Text::new());
            self.out.paragraph(text);
        }
    }

    fn plain(&mut self, text: &Value) {
        if let Some(text) = text.as_str() {
            self.out.paragraph(text);
        }
    }

    fn inlines(&self, inlines: &Value, mut text: Text) -> Text {
        for inline in items(inlines) {
            text = match inline["kind"].as_str().unwrap_or_default() {
                "slot" => {
                    let slot = inline["slot"].as_u64().unwrap_or_default() as usize;
                    text.normal(words(&self.slots[slot]))
                }
                "strong" => text.bold(self.said(&inline["inlines"])),
                "emphasis" => text.italic(self.said(&inline["inlines"])),
                "link" => self.inlines(&inline["inlines"], text),
                "footnote" => text.normal(format!(
                    "[{}]",
                    inline["note"].as_u64().unwrap_or_default() + 1
                )),
                "choice" => {
                    let options = items(&inline["options"]).iter();
                    let options: Vec<String> = options.map(|option| self.said(option)).collect();
                    text.normal(options.join(" / "))
                        .normal(words(&inline["mark"]))
                }
                _ => text.normal(words(&inline["text"])),
            };
        }
        text
    }

    /// Inlines without emphasis.
    fn said(&self, inlines: &Value) -> String {
        if let Some(text) = inlines.as_str() {
            return text.to_owned();
        }
        let word = |inline: &Value| match inline["kind"].as_str() {
            Some("slot") => {
                words(&self.slots[inline["slot"].as_u64().unwrap_or_default() as usize])
            }
            _ if inline["inlines"].is_array() => self.said(&inline["inlines"]),
            _ => words(&inline["text"]),
        };
        items(inlines).iter().map(word).collect()
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text without what only tells Typst where no line may end, for which most fonts have no glyph.
fn words(value: &Value) -> String {
    value.as_str().unwrap_or_default().replace('\u{2060}', "")
}

/// Seconds of processor time of this process, where `/proc` tells.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = stat.split_whitespace().skip(13).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
