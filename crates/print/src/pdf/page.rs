//! A page: copied out of a PDF, and put on a side of a sheet, inside the paper around it and under
//! its overlay.

use std::collections::HashMap;

use lopdf::{Dictionary, Object, ObjectId, Writer, dictionary};
use raadspost_content::Fingerprint;

use crate::PrintError;
use crate::pdf::colour;
use crate::pdf::import::{Importer, Source};
use crate::pdf::pool::Pool;
use crate::pdf::read::{content_streams, decoded, inherited, size};
use crate::pdf::sink::{Savepoint, packed};
use crate::profile::Colours;

/// The content of a page in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnContent {
    stream: ObjectId,
    /// Digest of the stream's bytes in the file.
    digest: [u8; 32],
}

/// A page that is ready to be put on a side: its content and resources are in the file.
#[derive(Debug, Clone)]
pub(crate) struct PageCopy {
    resources: Dictionary,
    content: OwnContent,
    width: f64,
    height: f64,
}

impl PageCopy {
    /// Width and height, pt.
    pub(crate) fn size(&self) -> (f64, f64) {
        (self.width, self.height)
    }

    /// Digest of the content, by which a finished file is read back.
    pub(crate) fn digest(&self) -> [u8; 32] {
        self.content.digest
    }
}

/// What is drawn over a page, and the paper around it.
pub(crate) struct Finish<'a> {
    /// Content that is drawn over the page, in pt from the lower left corner of the trimmed sheet.
    pub(crate) overlay: Option<&'a [u8]>,
    /// The font that the overlay uses, with its name.
    pub(crate) font: Option<(&'a [u8], ObjectId)>,
    /// Paper beyond the trimmed sheet on all sides, pt.
    pub(crate) around: f64,
    /// Bleed, pt.
    pub(crate) bleed: f64,
}

/// The pages of a file that fills.
pub(crate) struct Pages {
    pub(crate) pool: Pool,
    /// Contents by the digest of the original: many letters share an annex.
    contents: HashMap<[u8; 32], OwnContent>,
    /// Digests of contents that were added since [`Pages::keep`].
    journal: Vec<[u8; 32]>,
    colours: Colours,
}

impl Pages {
    pub(crate) fn new(pool: Pool, colours: Colours) -> Self {
        Self {
            pool,
            contents: HashMap::new(),
            journal: Vec::new(),
            colours,
        }
    }

    /// Takes back all that was added since the savepoint.
    pub(crate) fn take_back(&mut self, savepoint: Savepoint) {
        self.pool.take_back(savepoint);
        for digest in self.journal.drain(..) {
            self.contents.remove(&digest);
        }
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.journal.clear();
        self.pool.keep()
    }

    /// Copies an object, with all that it refers to.
    ///
    /// # Errors
    /// [`PrintError::Unfit`]; [`PrintError::Pdf`].
    pub(crate) fn import(
        &mut self,
        source: &mut Source<'_>,
        object: &Object,
    ) -> Result<Object, PrintError> {
        let mut importer = Importer {
            pool: &mut self.pool,
            source,
            colours: self.colours,
        };
        importer.import(object)
    }

    /// Copies a page, without putting it on a side yet. Its tags, metadata and links stay behind.
    ///
    /// # Errors
    /// A page that is turned, or cannot be read.
    pub(crate) fn copy(
        &mut self,
        source: &mut Source<'_>,
        page: ObjectId,
    ) -> Result<PageCopy, PrintError> {
        let path = source.path;
        let document = source.document;
        let page = document
            .get_dictionary(page)
            .map_err(PrintError::pdf(path))?;
        if let Some(turn) = inherited(document, page, b"Rotate")
            && turn.as_i64().is_ok_and(|turn| turn % 360 != 0)
        {
            return Err(source.unfit("has a turned page"));
        }
        let (width, height) = inherited(document, page, b"MediaBox")
            .and_then(|object| size(document, object))
            .ok_or_else(|| source.unfit("has a page without size"))?;
        let none = Dictionary::new();
        let resources = match inherited(document, page, b"Resources") {
            Some(object) => match document.dereference(object) {
                Ok((_, Object::Dictionary(resources))) => resources,
                _ => return Err(source.unfit("has a page with damaged resources")),
            },
            None => &none,
        };
        let content = self.own_content(source, page, resources)?;
        let mut copied = Dictionary::new();
        for key in [
            &b"ColorSpace"[..],
            b"ExtGState",
            b"Font",
            b"Pattern",
            b"Properties",
            b"Shading",
            b"XObject",
        ] {
            let Ok(object) = resources.get(key) else {
                continue;
            };
            // Marks add a font of their own, so the dictionary of fonts is in the resources.
            let object = match document.dereference(object) {
                Ok((_, fonts)) if key == b"Font" => fonts,
                _ => object,
            };
            copied.set(key, self.import(source, object)?);
        }
        Ok(PageCopy {
            resources: copied,
            content,
            width,
            height,
        })
    }

    /// The content of a page, rewritten; once for all pages that have the same.
    fn own_content(
        &mut self,
        source: &Source<'_>,
        page: &Dictionary,
        resources: &Dictionary,
    ) -> Result<OwnContent, PrintError> {
        let spaces = colour::spaces(source.document, resources);
        let streams = content_streams(source.document, page);
        let mut builder = Fingerprint::builder("page content");
        for (name, space) in &spaces {
            builder.field(name).field(&[*space as u8]);
        }
        for stream in &streams {
            let mut filter = Vec::new();
            for key in [&b"Filter"[..], b"DecodeParms"] {
                if let Ok(value) = stream.dict.get(key) {
                    // Writing into memory cannot fail.
                    let _ = Writer::write_object(&mut filter, value);
                }
            }
            builder.field(&filter).field(&stream.content);
        }
        let before = builder.finish().0;
        if let Some(content) = self.contents.get(&before) {
            return Ok(*content);
        }
        let mut raw = Vec::new();
        for stream in streams {
            let plain = decoded(stream).map_err(PrintError::pdf(source.path))?;
            raw.extend_from_slice(&plain);
            raw.push(b'\n');
        }
        let rewritten = colour::rewrite(&raw, &spaces, self.colours)
            .map_err(|_| source.unfit("has a page whose content ends too early"))?;
        let content = self.content(&rewritten);
        self.contents.insert(before, content);
        self.journal.push(before);
        Ok(content)
    }

    fn content(&mut self, bytes: &[u8]) -> OwnContent {
        let stream = packed(Dictionary::new(), bytes);
        let digest = Fingerprint::of(&stream.content).0;
        OwnContent {
            stream: self.pool.intern(Object::Stream(stream)),
            digest,
        }
    }

    /// A page that was drawn here.
    pub(crate) fn drawn(
        &mut self,
        content: &[u8],
        fonts: &[(Vec<u8>, ObjectId)],
        (width, height): (f64, f64),
    ) -> PageCopy {
        let mut named = Dictionary::new();
        for (name, font) in fonts {
            named.set(name.clone(), *font);
        }
        PageCopy {
            resources: dictionary! { "Font" => named },
            content: self.content(content),
            width,
            height,
        }
    }

    /// Makes a side of a sheet below a node of the page tree: a page or nothing, and its overlay.
    pub(crate) fn side(
        &mut self,
        page: Option<&PageCopy>,
        (width, height): (f64, f64),
        finish: &Finish<'_>,
        node: ObjectId,
    ) -> ObjectId {
        let around = finish.around;
        // Not rounded: viewers put a hairline on other pixels where a sheet is 0.0002 pt higher.
        let number = |value: f64| Object::Real(value as f32);
        let grown = |by: f64| {
            Object::Array(vec![
                number(around - by),
                number(around - by),
                number(around + width + by),
                number(around + height + by),
            ])
        };
        let mut resources = page.map_or_else(Dictionary::new, |page| page.resources.clone());
        if finish.overlay.is_some()
            && let Some((name, font)) = finish.font
        {
            resources = with_font(resources, name, font);
        }
        let resources = self.pool.intern(Object::Dictionary(resources));
        let mut dictionary = dictionary! {
            "Type" => "Page",
            "Parent" => node,
            "MediaBox" => Object::Array(vec![
                0.into(), 0.into(), number(2.0 * around + width), number(2.0 * around + height),
            ]),
            "TrimBox" => grown(0.0),
            "BleedBox" => grown(finish.bleed),
            "Resources" => resources,
        };
        let own = page.map(|page| page.content.stream);
        match (own, self.around(own.is_some(), finish)) {
            (Some(own), None) => dictionary.set("Contents", own),
            (None, None) => {}
            (own, Some([opening, closing])) => {
                let contents = [Some(opening), own, Some(closing)].into_iter().flatten();
                dictionary.set(
                    "Contents",
                    contents.map(Object::Reference).collect::<Vec<_>>(),
                );
            }
        }
        self.pool.sink.put(&Object::Dictionary(dictionary))
    }

    /// The contents before and after a page's own; `None` for a page without overlay and without
    /// paper around it. The graphics state of the page must not reach the overlay.
    fn around(&mut self, has_own: bool, finish: &Finish<'_>) -> Option<[ObjectId; 2]> {
        let around = finish.around;
        if finish.overlay.is_none() && (around == 0.0 || !has_own) {
            return None;
        }
        let shifted = if around > 0.0 {
            format!("q 1 0 0 1 {0} {0} cm\n", round(around))
        } else {
            "q\n".to_owned()
        };
        let mut closing = b"\nQ\n".to_vec();
        if let Some(overlay) = finish.overlay {
            closing.extend_from_slice(shifted.as_bytes());
            closing.extend_from_slice(overlay);
            closing.extend_from_slice(b"\nQ\n");
        }
        let stream = |bytes: &[u8]| Object::Stream(packed(Dictionary::new(), bytes));
        Some([
            self.pool.intern(stream(shifted.as_bytes())),
            self.pool.intern(stream(&closing)),
        ])
    }
}

fn with_font(mut resources: Dictionary, name: &[u8], font: ObjectId) -> Dictionary {
    let mut fonts = match resources.get(b"Font") {
        Ok(Object::Dictionary(fonts)) => fonts.clone(),
        _ => Dictionary::new(),
    };
    fonts.set(name, font);
    resources.set("Font", fonts);
    resources
}

/// Three decimals: a few thousandths of a point are beyond any printer.
fn round(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}
