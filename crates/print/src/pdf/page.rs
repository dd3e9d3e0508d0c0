//! A page: copied out of a PDF, and put on a side of a sheet, inside the paper around it and under
//! its overlay.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use lopdf::{Dictionary, Object, ObjectId, Writer, dictionary};
use raadspost_content::{Area, Fingerprint, Recent};

use crate::PrintError;
use crate::pdf::colour::{self, Drawn, Rewritten};
use crate::pdf::face::Faces;
use crate::pdf::import::{CMYK, ColourRules, Importer, Pictures, Source, with_default_rgb};
use crate::pdf::plates::{Key, Part, Plates, form_content, form_name, page_content};
use crate::pdf::pool::Pool;
use crate::pdf::reach::{Bounds, meets, reach};
use crate::pdf::read::{content_streams, decoded, inherited, is_named, rectangle};
use crate::pdf::segment::{Segment, State, names, segments};
use crate::pdf::sink::{Savepoint, packed};
use crate::sizes::PT;

/// Pages that are remembered, twice at most: those of an annex that many letters have come again soon.
const REMEMBERED: usize = 128;

/// Kinds of resources that are copied with a page (ISO 32000-1 7.8.3).
const KINDS: [&[u8]; 7] = [
    b"ColorSpace",
    b"ExtGState",
    b"Font",
    b"Pattern",
    b"Properties",
    b"Shading",
    b"XObject",
];

/// Colour spaces that are used without being named (ISO 32000-1 8.6.5.6).
const DEFAULT_SPACES: [&[u8]; 3] = [b"DefaultGray", b"DefaultRGB", b"DefaultCMYK"];

/// The content of a page in the file.
#[derive(Debug, Clone)]
pub(crate) struct OwnContent {
    stream: ObjectId,
    /// Digests of its stream's bytes in the file, and of those of its forms by name.
    digests: Vec<[u8; 32]>,
    /// The areas that its ink may reach; empty if not needed.
    reach: Rc<Vec<Bounds>>,
}

/// What is shown by pages of equal content and resources.
#[derive(Clone)]
struct Shown {
    resources: Dictionary,
    content: OwnContent,
    has_colour: bool,
}

/// A form in the file, with the digest of its stream's bytes there.
type Form = (ObjectId, [u8; 32]);

/// A page that is ready to be put on a side: its content and resources are in the file.
#[derive(Debug, Clone)]
pub(crate) struct PageCopy {
    resources: Dictionary,
    content: OwnContent,
    /// Width and height of the trimmed page, pt.
    size: (f64, f64),
    /// The lower left corner of the trimmed page, as its content counts.
    corner: (f64, f64),
    /// Width and height of what its content is cut to.
    media: (f64, f64),
    bleed: f64,
    has_colour: bool,
}

impl PageCopy {
    /// Width and height of the trimmed page, pt.
    pub(crate) fn size(&self) -> (f64, f64) {
        self.size
    }

    /// A key of what it shows: equal for pages that show the same.
    pub(crate) fn key(&self) -> [u8; 32] {
        let mut resources = Vec::new();
        // Writing into memory cannot fail.
        let _ = Writer::write_object(&mut resources, &Object::Dictionary(self.resources.clone()));
        let mut builder = Fingerprint::builder("page copy");
        for digest in &self.content.digests {
            builder.field(digest);
        }
        builder.field(&resources);
        builder.finish().0
    }

    /// Whether its ink may reach an area of the trimmed sheet, mm. It may be said of one that it does
    /// not reach, and never the other way round.
    pub(crate) fn may_reach(&self, area: &Area) -> bool {
        let (across, down) = self.trim_corner();
        let left = across + area.left * PT;
        let top = self.media.1 - down - area.top * PT;
        let bounds = [left, top - area.height * PT, left + area.width * PT, top];
        meets(&self.content.reach, bounds)
    }

    /// The upper left corner of the trimmed page on its paper: across and down, pt.
    pub(crate) fn trim_corner(&self) -> (f64, f64) {
        (self.corner.0, self.media.1 - self.corner.1 - self.size.1)
    }

    /// The bleed that it has on all sides, pt.
    pub(crate) fn bleed(&self) -> f64 {
        self.bleed
    }

    /// Whether it has a colour that is not a grey.
    pub(crate) fn has_colour(&self) -> bool {
        self.has_colour
    }
}

/// A side in the file.
pub(crate) struct Side {
    pub(crate) id: ObjectId,
    /// The digests of its content streams in order, then those of the job's forms by name.
    pub(crate) contents: Vec<[u8; 32]>,
}

/// The overlay of a page, and the paper around it.
pub(crate) struct Finish<'a> {
    /// Content that is drawn over the page, in pt from the lower left corner of the trimmed sheet.
    pub(crate) overlay: Option<&'a [u8]>,
    /// The font that the overlay uses, with its name.
    pub(crate) font: Option<(&'a [u8], ObjectId)>,
    /// Paper beyond the trimmed sheet on all sides, pt.
    pub(crate) around: f64,
    /// The bleed that is asked for, pt; a page that has less keeps what it has.
    pub(crate) bleed: f64,
    /// Whether the overlay draws in [`ALL_PLATES`].
    pub(crate) all_plates: bool,
}

/// The colour space of marks that are on every plate (ISO 32000-1 8.6.6.4).
pub(crate) const ALL_PLATES: &str = "RaadspostAll";

/// The pages of a file that fills.
pub(crate) struct Pages {
    pub(crate) pool: Pool,
    faces: Faces,
    /// The forms of the job.
    plates: Rc<Plates>,
    /// Forms by the digest of their number and resources.
    forms: HashMap<[u8; 32], Form>,
    /// Digests of forms that were added since [`Pages::keep`].
    journal: Vec<[u8; 32]>,
    /// By the digest of the original: many letters share an annex.
    recent: Recent<[u8; 32], Shown>,
    rules: ColourRules,
    pictures: Pictures,
    /// Whether it has to be known where ink may reach.
    has_marks: bool,
}

/// Pages of which nothing is known yet.
fn nothing_recent() -> Recent<[u8; 32], Shown> {
    Recent::new(REMEMBERED, |_, _| 1)
}

impl Pages {
    pub(crate) fn new(pool: Pool, rules: ColourRules, has_marks: bool, plates: Rc<Plates>) -> Self {
        Self {
            pool,
            faces: Faces::default(),
            plates,
            forms: HashMap::new(),
            journal: Vec::new(),
            recent: nothing_recent(),
            rules,
            pictures: Pictures::default(),
            has_marks,
        }
    }

    /// The bytes that the file has at most.
    pub(crate) fn bytes(&self) -> u64 {
        self.pool.sink.bytes() + self.faces.bytes()
    }

    /// Takes back all that was added since the savepoint.
    pub(crate) fn take_back(&mut self, savepoint: Savepoint) {
        self.pool.take_back(savepoint);
        self.faces.take_back();
        for digest in self.journal.drain(..) {
            self.forms.remove(&digest);
        }
        self.recent = nothing_recent();
    }

    /// Keeps what was added, which goes to the disk.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn keep(&mut self) -> Result<(), PrintError> {
        self.journal.clear();
        self.faces.keep();
        self.pool.keep()
    }

    /// Writes what waits for the last page: the fonts.
    pub(crate) fn finish(&mut self) {
        self.faces.finish(&mut self.pool.sink);
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
        self.importer(source).import(object)
    }

    fn importer<'a, 'b>(&'a mut self, source: &'a mut Source<'b>) -> Importer<'a, 'b> {
        Importer {
            pool: &mut self.pool,
            source,
            rules: self.rules,
            pictures: &mut self.pictures,
            faces: &mut self.faces,
        }
    }

    /// Copies a page, without putting it on a side yet. Its tags, metadata and links stay behind.
    ///
    /// # Errors
    /// A page that is turned, or cannot be read; layers; colours that the file must not have.
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
        let catalog = document.catalog().map_err(PrintError::pdf(path))?;
        if catalog.has(b"OCProperties") {
            return Err(source.unfit("has layers, and print would show those that are hidden"));
        }
        if let Some(turn) = inherited(document, page, b"Rotate")
            && turn.as_i64().is_ok_and(|turn| turn % 360 != 0)
        {
            return Err(source.unfit("has a turned page"));
        }
        let media = inherited(document, page, b"MediaBox")
            .and_then(|object| rectangle(document, object))
            .filter(|[left, bottom, ..]| *left == 0.0 && *bottom == 0.0)
            .ok_or_else(|| source.unfit("has a page without size"))?;
        let boxed = |key: &[u8]| {
            let object = page.get(key).ok()?;
            let [left, bottom, right, top] = rectangle(document, object)?;
            let inside = left >= 0.0 && bottom >= 0.0 && right <= media[2] && top <= media[3];
            inside.then_some([left, bottom, right, top])
        };
        let trim = boxed(b"TrimBox").unwrap_or(media);
        let paper = boxed(b"BleedBox").unwrap_or(media);
        let bleed = (0..4).map(|at| (paper[at] - trim[at]).abs());
        let bleed = bleed.fold(f64::INFINITY, f64::min);
        let resources = resources_of(source, page)?;
        let shown = self.shown(source, page, resources)?;
        let Shown {
            resources,
            content,
            has_colour,
        } = Shown::clone(&shown);
        Ok(PageCopy {
            resources,
            content,
            size: (trim[2] - trim[0], trim[3] - trim[1]),
            corner: (trim[0], trim[1]),
            media: (media[2], media[3]),
            bleed,
            has_colour,
        })
    }

    /// Copies what a page shows; its content once for all pages that have the same.
    fn shown(
        &mut self,
        source: &mut Source<'_>,
        page: &Dictionary,
        resources: &Dictionary,
    ) -> Result<Arc<Shown>, PrintError> {
        let document = source.document;
        let mut copied = Dictionary::new();
        for key in KINDS {
            let Ok(object) = resources.get(key) else {
                continue;
            };
            // Marks add a font, colours a space and plates a form, so these dictionaries are in the
            // resources.
            let object = match document.dereference(object) {
                Ok((_, own)) if matches!(key, b"Font" | b"ColorSpace" | b"XObject") => own,
                _ => object,
            };
            copied.set(key, self.import(source, object)?);
        }
        let spaces = colour::spaces(document, resources);
        let mut builder = Fingerprint::builder("page");
        let mut named = Vec::new();
        // Writing into memory cannot fail.
        let _ = Writer::write_object(&mut named, &Object::Dictionary(copied.clone()));
        builder.field(&named);
        for (name, space) in &spaces {
            builder.field(name).field(&[*space as u8]);
        }
        for stream in content_streams(document, page) {
            let mut filter = Vec::new();
            for key in [&b"Filter"[..], b"DecodeParms"] {
                if let Ok(value) = stream.dict.get(key) {
                    let _ = Writer::write_object(&mut filter, value);
                }
            }
            builder.field(&filter).field(&stream.content);
        }
        let before = builder.finish().0;
        if let Some(shown) = self.recent.known(&before) {
            return Ok(shown);
        }
        let rewritten = rewritten(source, page, &spaces, self.rules)?;
        let mut importer = self.importer(source);
        let has_colour = rewritten.has_colour
            || importer.draws_colour(resources, &rewritten.drawn)?
            || draws_glyphs(document, resources);
        importer.demand_grey(has_colour)?;
        if has_colour && let Some(space) = importer.default_rgb()? {
            copied = with_default_rgb(copied, space);
        }
        let plated = self.plated(source, resources, &mut copied, &rewritten.bytes)?;
        let mut content = match plated {
            Some(content) => content,
            None => self.content(&rewritten.bytes),
        };
        if self.has_marks {
            let areas = |name: &[u8]| area_of(document, resources, name);
            content.reach = Rc::new(reach(&rewritten.bytes, &areas));
        }
        let shown = Shown {
            resources: copied,
            content,
            has_colour,
        };
        Ok(self.recent.remember(before, shown))
    }

    /// The content of a page that draws forms of the job, which its resources name then. `None` if it
    /// draws none.
    fn plated(
        &mut self,
        source: &mut Source<'_>,
        resources: &Dictionary,
        copied: &mut Dictionary,
        bytes: &[u8],
    ) -> Result<Option<OwnContent>, PrintError> {
        if self.plates.is_empty() {
            return Ok(None);
        }
        let Some(segments) = segments(bytes) else {
            return Ok(None);
        };
        let Some(keys) = keys(source, resources, &segments) else {
            return Ok(None);
        };
        let parts = self.plates.parts(&keys);
        let mut forms = BTreeMap::new();
        for part in &parts {
            if let Part::Form(number, range) = part {
                let own = &segments[range.clone()];
                let form = self.form(source, *number, own, resources, copied)?;
                forms.insert(form_name(*number).into_bytes(), form);
            }
        }
        let mut named = match copied.get(b"XObject") {
            Ok(Object::Dictionary(named)) => named.clone(),
            _ => Dictionary::new(),
        };
        if forms.is_empty() || forms.keys().any(|name| named.has(name)) {
            return Ok(None);
        }
        let mut content = self.content(&page_content(&segments, &parts));
        for (name, (id, digest)) in forms {
            named.set(name, id);
            content.digests.push(digest);
        }
        copied.set("XObject", named);
        Ok(Some(content))
    }

    /// A form with these segments of a page.
    fn form(
        &mut self,
        source: &mut Source<'_>,
        number: u32,
        segments: &[Segment<'_>],
        resources: &Dictionary,
        copied: &Dictionary,
    ) -> Result<Form, PrintError> {
        let document = source.document;
        let mut own = Dictionary::new();
        for (kind, name) in used(document, resources, segments) {
            let entries = resources.get(kind).ok();
            let entries = entries.and_then(|entries| document.dereference(entries).ok());
            if let Some((_, Object::Dictionary(entries))) = entries
                && let Ok(entry) = entries.get(name)
            {
                let entry = self.import(source, entry)?;
                own = with_entry(own, kind, name, entry);
            }
        }
        if let Ok(Object::Dictionary(spaces)) = copied.get(b"ColorSpace") {
            for name in DEFAULT_SPACES {
                if let Ok(space) = spaces.get(name) {
                    own = with_entry(own, b"ColorSpace", name, space.clone());
                }
            }
        }
        let mut builder = Fingerprint::builder("form");
        let mut named = Vec::new();
        // Writing into memory cannot fail.
        let _ = Writer::write_object(&mut named, &Object::Dictionary(own.clone()));
        builder.field(&number.to_le_bytes()).field(&named);
        let key = builder.finish().0;
        if let Some(form) = self.forms.get(&key) {
            return Ok(*form);
        }
        let dict = dictionary! {
            "Type" => "XObject",
            "Subtype" => "Form",
            "BBox" => FORM_BOX.map(Object::Integer).to_vec(),
            "Resources" => own,
        };
        let stream = packed(dict, &form_content(segments));
        let digest = Fingerprint::of(&stream.content).0;
        let form = (self.pool.intern(Object::Stream(stream)), digest);
        self.forms.insert(key, form);
        self.journal.push(key);
        Ok(form)
    }

    fn content(&mut self, bytes: &[u8]) -> OwnContent {
        let stream = packed(Dictionary::new(), bytes);
        let digest = Fingerprint::of(&stream.content).0;
        OwnContent {
            stream: self.pool.intern(Object::Stream(stream)),
            digests: vec![digest],
            reach: Rc::default(),
        }
    }

    /// A page that was drawn here, in black.
    pub(crate) fn drawn(
        &mut self,
        content: &[u8],
        fonts: &[(Vec<u8>, ObjectId)],
        size: (f64, f64),
    ) -> PageCopy {
        let mut named = Dictionary::new();
        for (name, font) in fonts {
            named.set(name.clone(), *font);
        }
        PageCopy {
            resources: dictionary! { "Font" => named },
            content: self.content(content),
            size,
            corner: (0.0, 0.0),
            media: size,
            bleed: 0.0,
            has_colour: false,
        }
    }

    /// Makes a side of a sheet below a node of the page tree, and in a document part: a page or
    /// nothing, and its overlay.
    pub(crate) fn side(
        &mut self,
        page: Option<&PageCopy>,
        (width, height): (f64, f64),
        finish: &Finish<'_>,
        node: ObjectId,
        part: Option<ObjectId>,
    ) -> Side {
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
            resources = with_entry(resources, b"Font", name, font.into());
        }
        if finish.all_plates {
            let space = all_plates();
            resources = with_entry(resources, b"ColorSpace", ALL_PLATES.as_bytes(), space);
        }
        let resources = self.pool.intern(Object::Dictionary(resources));
        let bleed = page.map_or(0.0, PageCopy::bleed).min(finish.bleed);
        let mut dictionary = dictionary! {
            "Type" => "Page",
            "Parent" => node,
            "MediaBox" => Object::Array(vec![
                0.into(), 0.into(), number(2.0 * around + width), number(2.0 * around + height),
            ]),
            "TrimBox" => grown(0.0),
            "BleedBox" => grown(bleed),
            "Resources" => resources,
        };
        if let Some(part) = part {
            dictionary.set("DPart", part);
        }
        let own = page.map(|page| &page.content);
        let mut contents: Vec<ObjectId> = own.map(|own| own.stream).into_iter().collect();
        let own = own.map_or(&[][..], |own| &own.digests);
        let mut digests: Vec<[u8; 32]> = own.first().copied().into_iter().collect();
        if let Some([opening, closing]) = self.around(page, finish) {
            contents.insert(0, opening.0);
            digests.insert(0, opening.1);
            contents.push(closing.0);
            digests.push(closing.1);
        }
        digests.extend(own.iter().skip(1));
        match contents.as_slice() {
            [] => {}
            [own] => dictionary.set("Contents", *own),
            contents => {
                let contents = contents.iter().copied().map(Object::Reference);
                dictionary.set("Contents", contents.collect::<Vec<_>>());
            }
        }
        Side {
            id: self.pool.sink.put(&Object::Dictionary(dictionary)),
            contents: digests,
        }
    }

    /// The contents before and after a page's own; `None` for a page without overlay that lies where
    /// it lay. The graphics state of the page must not reach the overlay, and what it draws beyond
    /// its own paper must not come to light on the paper around it.
    fn around(
        &mut self,
        page: Option<&PageCopy>,
        finish: &Finish<'_>,
    ) -> Option<[(ObjectId, [u8; 32]); 2]> {
        let around = finish.around;
        let shift = page.map_or((0.0, 0.0), |page| {
            (around - page.corner.0, around - page.corner.1)
        });
        let is_moved = shift != (0.0, 0.0);
        if finish.overlay.is_none() && !is_moved {
            return None;
        }
        let opening = match page {
            Some(page) if is_moved => format!(
                "q 1 0 0 1 {} {} cm 0 0 {} {} re W n\n",
                round(shift.0),
                round(shift.1),
                page.media.0 as f32,
                page.media.1 as f32
            ),
            _ => "q\n".to_owned(),
        };
        let mut closing = b"\nQ\n".to_vec();
        if let Some(overlay) = finish.overlay {
            let moved = if around > 0.0 {
                format!("q 1 0 0 1 {0} {0} cm\n", round(around))
            } else {
                "q\n".to_owned()
            };
            closing.extend_from_slice(moved.as_bytes());
            closing.extend_from_slice(overlay);
            closing.extend_from_slice(b"\nQ\n");
        }
        Some([opening.into_bytes(), closing].map(|bytes| {
            let stream = packed(Dictionary::new(), &bytes);
            let digest = Fingerprint::of(&stream.content).0;
            (self.pool.intern(Object::Stream(stream)), digest)
        }))
    }
}

/// The box of all forms, pt: larger than any page, which cuts what it shows itself.
const FORM_BOX: [i64; 4] = [-14_400, -14_400, 14_400, 14_400];

/// The keys of the segments of a page of a letter with the bytes of each, as [`Plates`] are learnt from
/// them. `None` if the page cannot be read or divided.
pub(crate) fn segment_keys(
    source: &mut Source<'_>,
    page: ObjectId,
    rules: ColourRules,
) -> Option<Vec<(Key, usize)>> {
    let document = source.document;
    let page = document.get_dictionary(page).ok()?;
    let resources = resources_of(source, page).ok()?;
    let spaces = colour::spaces(document, resources);
    let rewritten = rewritten(source, page, &spaces, rules).ok()?;
    let segments = segments(&rewritten.bytes)?;
    let keys = keys(source, resources, &segments)?;
    let bytes = segments.iter().map(|segment| segment.content.len());
    Some(keys.into_iter().zip(bytes).collect())
}

/// The resources of a page, its own or inherited.
fn resources_of<'a>(
    source: &Source<'a>,
    page: &'a Dictionary,
) -> Result<&'a Dictionary, PrintError> {
    static NONE: LazyLock<Dictionary> = LazyLock::new(Dictionary::new);
    match inherited(source.document, page, b"Resources") {
        Some(object) => match source.document.dereference(object) {
            Ok((_, Object::Dictionary(resources))) => Ok(resources),
            _ => Err(source.unfit("has a page with damaged resources")),
        },
        None => Ok(&NONE),
    }
}

/// The content of a page, rewritten.
fn rewritten(
    source: &Source<'_>,
    page: &Dictionary,
    spaces: &colour::Spaces,
    rules: ColourRules,
) -> Result<Rewritten, PrintError> {
    let mut raw = Vec::new();
    for stream in content_streams(source.document, page) {
        let plain = decoded(stream).map_err(PrintError::pdf(source.path))?;
        raw.extend_from_slice(&plain);
        raw.push(b'\n');
    }
    let rewritten = colour::rewrite(&raw, spaces, rules.colours, Drawn::Page)
        .map_err(|error| source.unfit(format!("has a page {}", error.why())))?;
    if rewritten.has_cmyk && rules.intent == Some(1) {
        return Err(source.unfit(CMYK));
    }
    Ok(rewritten)
}

/// The keys of the segments of a page. `None` if what they draw runs in circles.
fn keys(
    source: &mut Source<'_>,
    resources: &Dictionary,
    segments: &[Segment<'_>],
) -> Option<Vec<Key>> {
    let document = source.document;
    let each = segments.iter().map(|segment| {
        let mut builder = Fingerprint::builder("segment");
        let mut state = Vec::new();
        segment.begins.write_from(&State::INITIAL, &mut state);
        builder.field(&state).field(segment.content);
        for (kind, name) in used(document, resources, std::slice::from_ref(segment)) {
            let entries = document.dereference(resources.get(kind).ok()?).ok()?.1;
            let entry = entries.as_dict().ok()?.get(name).ok()?;
            builder.field(kind).field(name);
            builder.field(&source.digest(entry)?);
        }
        Some(builder.finish().0)
    });
    each.collect()
}

/// The resources that segments use, by kind and name.
fn used<'a>(
    document: &lopdf::Document,
    resources: &Dictionary,
    segments: &[Segment<'a>],
) -> BTreeSet<(&'static [u8], &'a [u8])> {
    let mut wanted: BTreeSet<&[u8]> = segments
        .iter()
        .flat_map(|segment| segment.names.iter().copied())
        .collect();
    if let Some(first) = segments.first() {
        wanted.extend(first.begins.operations().flat_map(names));
    }
    let mut found = BTreeSet::new();
    for kind in KINDS {
        let entries = resources.get(kind).ok();
        let entries = entries.and_then(|entries| document.dereference(entries).ok());
        if let Some((_, Object::Dictionary(entries))) = entries {
            let own = wanted.iter().filter(|name| entries.has(name));
            found.extend(own.map(|name| (kind, *name)));
        }
    }
    found
}

/// The area of a form or a picture, in its own measure (ISO 32000-1 8.9.5, 8.10.1).
fn area_of(document: &lopdf::Document, resources: &Dictionary, name: &[u8]) -> Option<Bounds> {
    let things = document
        .dereference(resources.get(b"XObject").ok()?)
        .ok()?
        .1;
    let thing = things.as_dict().ok()?.get(name).ok()?;
    let thing = document.dereference(thing).ok()?.1.as_stream().ok()?;
    if is_named(&thing.dict, b"Subtype", b"Image") {
        return Some([0.0, 0.0, 1.0, 1.0]);
    }
    // One that is turned or moved on top of that is not reckoned.
    if thing.dict.has(b"Matrix") {
        return None;
    }
    rectangle(document, thing.dict.get(b"BBox").ok()?)
}

/// Whether resources have a font whose glyphs are drawings, which may have colours.
fn draws_glyphs(document: &lopdf::Document, resources: &Dictionary) -> bool {
    let fonts = resources.get(b"Font").ok();
    let fonts = fonts.and_then(|fonts| document.dereference(fonts).ok());
    let Some((_, Object::Dictionary(fonts))) = fonts else {
        return false;
    };
    fonts.iter().any(|(_, font)| {
        let font = document.dereference(font).ok().map(|(_, font)| font);
        let font = font.and_then(|font| font.as_dict().ok());
        font.is_some_and(|font| is_named(font, b"Subtype", b"Type3"))
    })
}

/// All plates at once; black where there is but one.
fn all_plates() -> Object {
    Object::Array(vec![
        "Separation".into(),
        "All".into(),
        "DeviceGray".into(),
        Object::Dictionary(dictionary! {
            "FunctionType" => 2,
            "Domain" => vec![Object::Integer(0), Object::Integer(1)],
            "C0" => vec![Object::Integer(1)],
            "C1" => vec![Object::Integer(0)],
            "N" => 1,
        }),
    ])
}

/// Resources with one more of a kind.
fn with_entry(mut resources: Dictionary, kind: &[u8], name: &[u8], entry: Object) -> Dictionary {
    let mut entries = match resources.get(kind) {
        Ok(Object::Dictionary(entries)) => entries.clone(),
        _ => Dictionary::new(),
    };
    entries.set(name, entry);
    resources.set(kind, entries);
    resources
}

/// Three decimals: a few thousandths of a point are beyond any printer.
fn round(value: f64) -> f32 {
    ((value * 1000.0).round() / 1000.0) as f32
}
