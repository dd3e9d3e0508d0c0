//! The renderer: one door, behind which a pack is laid out once and written as several files.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use raadspost_content::{
    Body, Diagnostic, Diagnostics, Fingerprint, Format, Logo, Picture, Prepared, Renderer,
    Rendition, Shape, Theme, Values, Warned,
};
use typst::comemo;
use typst::foundations::Bytes;
use typst::syntax::DiagSpanKind;
use typst::text::Locale;
use typst_pdf::PdfStandards;

use crate::diagnostics::missing_glyphs;
use crate::document::{Answers, Laid, lay_out};
use crate::error::PdfError;
use crate::export::{Identity, Metadata, export, standards, write};
use crate::fonts::{FontFile, Fonts};
use crate::width::Widths;
use crate::world::{PICTURES, Shared, Template, World, is_template_name, picture_name, templates};
use crate::writer::{Scan, Unsupported, Writer};
use crate::{data, pool};

/// After how many packs the cache is swept. Measured with `examples/measure.rs` on packs of five
/// pages: 8, 16 and 32 are equally fast within the noise, and hold 122, 156 and 216 MB.
const SWEEP: usize = 8;

/// The most sweeps that what is not used outlives: shapes that come again after 32 packs find their
/// pages in the cache, and memory is that of sweeping after 32 packs.
const SWEEPS: usize = 4;

/// Raised whenever the writer may give other bytes.
const WRITER: u8 = 9;

/// What a [`PdfRenderer`] is made from.
#[derive(Debug, Clone, Default)]
pub struct PdfOptions {
    /// The fonts; they must have every family that the theme names.
    pub fonts: Vec<FontFile>,
    /// The look.
    pub theme: Theme,
    /// The logo in the letterhead.
    pub logo: Option<Logo>,
    /// Templates of the author's, in place of ours with the same name and beside them.
    pub templates: Vec<Template>,
}

impl PdfOptions {
    /// Everything that is wrong with fonts, theme and templates; [`PdfRenderer::new`] stops at the
    /// first.
    pub fn mistakes(&self) -> Vec<PdfError> {
        let mut mistakes = broken(&self.templates);
        let named = |template: &Template| !is_template_name(&template.name);
        let unnamed = self.templates.iter().filter(|template| named(template));
        mistakes.extend(unnamed.map(|template| PdfError::NotATemplate {
            file: template.name.clone(),
        }));
        mistakes.extend(Fonts::mistakes(&self.fonts, &self.theme));
        mistakes
    }
}

/// What in the author's templates is not Typst, each first place of a file.
fn broken(templates: &[Template]) -> Vec<PdfError> {
    let broken = |template: &Template| {
        let source = typst::syntax::Source::detached(template.text.as_str());
        let (errors, _) = source.root().errors_and_warnings();
        let first = errors.first()?;
        let range = match first.span.get() {
            DiagSpanKind::Number { num, sub_range, .. } => source.range(num, sub_range),
            DiagSpanKind::Range { range, .. } => Some(range),
            DiagSpanKind::Detached => None,
        };
        Some(PdfError::BrokenTemplate {
            file: template.name.clone(),
            text: template.text.clone(),
            range: range.unwrap_or_default(),
            message: first.message.to_string(),
        })
    };
    templates.iter().filter_map(broken).collect()
}

/// Makes PDF files that are PDF/A-2a and PDF/UA-1.
pub struct PdfRenderer {
    engine: Arc<Engine>,
    fingerprint: Fingerprint,
    ingredients: BTreeMap<String, String>,
    /// Made where a width is asked for, which a run does not.
    widths: OnceLock<Widths>,
    theme: Theme,
}

/// What all prepared packs of one renderer share.
struct Engine {
    shared: Arc<Shared>,
    /// The templates by name, `main.typ` first.
    templates: Vec<(String, String)>,
    standards: PdfStandards,
    /// Writes files without Typst's export.
    writer: Writer,
    packs: AtomicUsize,
    /// The most packs between two of the same shapes, of late.
    gap: AtomicUsize,
    /// Files that went through Typst's export instead, by the reason.
    fallbacks: Mutex<BTreeMap<&'static str, u64>>,
}

impl Engine {
    fn fell_back(&self, Unsupported(reason): Unsupported) {
        let mut fallbacks = self
            .fallbacks
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *fallbacks.entry(reason).or_default() += 1;
    }
}

/// The colour profile of the output intent: sRGB v4 of the Compact ICC Profiles (CC0 1.0).
const PROFILE: &[u8] = include_bytes!("writer/srgb-v4.icc");

impl PdfRenderer {
    /// Loads the fonts and checks that the theme's families are among them.
    ///
    /// # Errors
    /// See [`PdfError`].
    pub fn new(options: PdfOptions) -> Result<Self, PdfError> {
        let mut theme = serde_json::to_value(&options.theme).unwrap_or_default();
        // Absent without a logo, so that such a letterhead keeps its fingerprint.
        if let Some(logo) = &options.logo {
            theme["logo"] = serde_json::json!({
                "alternative": logo.picture.alternative,
                "width": logo.width,
            });
        }
        let theme = serde_json::to_vec(&theme).unwrap_or_default();
        let mut builder = Fingerprint::builder("pdf");
        builder.field(env!("CARGO_PKG_VERSION").as_bytes());
        builder.field(typst::utils::version().raw().as_bytes());
        if let Some(first) = broken(&options.templates).into_iter().next() {
            return Err(first);
        }
        let templates =
            templates(&options.templates).map_err(|file| PdfError::NotATemplate { file })?;
        for (path, text) in &templates {
            builder.field(path.as_bytes()).field(text.as_bytes());
        }
        builder.field(&theme);
        builder.field(&[WRITER]);
        if let Some(logo) = &options.logo {
            builder.field(&logo.fingerprint().0);
        }
        for file in &options.fonts {
            builder.field(&Fingerprint::of(&file.bytes).0);
        }
        let ingredients = ingredients(&options, &templates, &theme);
        let fonts = Fonts::load(&options.fonts, &options.theme)?;
        let standards = standards().map_err(PdfError::Standards)?;
        let writer = Writer::new(fonts.all(), PROFILE);
        let shared = Arc::new(Shared::new(
            fonts,
            &templates,
            &options.templates,
            theme,
            options.logo.as_ref(),
        ));
        let engine = Arc::new(Engine {
            shared,
            templates,
            standards,
            writer,
            packs: AtomicUsize::new(0),
            gap: AtomicUsize::new(0),
            fallbacks: Mutex::default(),
        });
        Ok(Self {
            engine,
            fingerprint: builder.finish(),
            ingredients,
            widths: OnceLock::new(),
            theme: options.theme,
        })
    }

    fn widths(&self) -> &Widths {
        self.widths.get_or_init(|| {
            let fonts = &self.engine.shared.fonts;
            Widths::new(fonts.all(), &fonts.book, &self.theme)
        })
    }

    /// What Typst is given for one document, by path: the templates, `main.typ` first, then
    /// `theme.json`, `shapes.json`, `values.json`, and pictures. With it another program that knows
    /// Typst makes the same pages, which is how the benchmarks have a peer.
    ///
    /// # Errors
    /// As [`Renderer::prepare`].
    pub fn inputs(
        &self,
        shape: &Arc<Shape>,
        values: &Values,
    ) -> Result<Vec<(String, Vec<u8>)>, Diagnostics> {
        let file = File::new(&self.engine, shape)?;
        let templates = self.engine.templates.iter();
        let templates = templates.map(|(path, text)| (path.clone(), text.as_bytes().to_vec()));
        let data = [
            ("theme.json".to_owned(), self.engine.shared.theme.to_vec()),
            ("shapes.json".to_owned(), file.shapes.to_vec()),
            ("values.json".to_owned(), file.slots(values)),
        ];
        let logo = self.engine.shared.logo.iter();
        let logo = logo.map(|logo| ("logo.png".to_owned(), logo.to_vec()));
        let pictures = file.pictures.iter().enumerate();
        let pictures = pictures.map(|(at, bytes)| (picture_name(at), bytes.to_vec()));
        Ok(templates.chain(data).chain(pictures).chain(logo).collect())
    }
}

/// What the fingerprint is made of, by name.
fn ingredients(
    options: &PdfOptions,
    templates: &[(String, String)],
    theme: &[u8],
) -> BTreeMap<String, String> {
    let digest = |bytes: &[u8]| Fingerprint::of(bytes).to_string();
    let mut all = BTreeMap::from([
        (
            "raadspost-pdf".to_owned(),
            env!("CARGO_PKG_VERSION").to_owned(),
        ),
        ("typst".to_owned(), typst::utils::version().raw().to_owned()),
        ("theme".to_owned(), digest(theme)),
        ("writer".to_owned(), WRITER.to_string()),
    ]);
    if let Some(logo) = &options.logo {
        all.insert("logo".to_owned(), logo.fingerprint().to_string());
    }
    for (path, text) in templates {
        all.insert(format!("template {path}"), digest(text.as_bytes()));
    }
    for file in &options.fonts {
        all.insert(format!("font {}", file.name), digest(&file.bytes));
    }
    all
}

impl Renderer for PdfRenderer {
    fn format(&self) -> Format {
        Format::Pdf
    }

    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn ingredients(&self) -> BTreeMap<String, String> {
        self.ingredients.clone()
    }

    fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics> {
        let mut files = Vec::new();
        let mut diagnostics = Vec::new();
        for shape in shapes {
            match File::new(&self.engine, shape) {
                Ok(file) => files.push(file),
                Err(found) => diagnostics.extend(found),
            }
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let takings = takings(&files);
        let engine = self.engine.clone();
        Ok(Warned::clean(Box::new(PreparedPack {
            engine,
            files,
            takings,
            last: AtomicUsize::new(0),
        })))
    }

    fn fallbacks(&self) -> BTreeMap<String, u64> {
        let engine = &self.engine.fallbacks;
        let fallbacks = engine.lock().unwrap_or_else(PoisonError::into_inner);
        let named = fallbacks
            .iter()
            .map(|(reason, count)| ((*reason).to_owned(), *count));
        named.collect()
    }

    fn missing_characters(&self, text: &str) -> Vec<char> {
        self.engine.shared.fonts.missing(text)
    }

    fn advance(&self, c: char) -> u16 {
        self.widths().of(c)
    }

    fn surely_fits(&self, shape: &Shape, values: &Values) -> bool {
        self.widths().addresses_fit(shape, values)
    }
}

/// One file to be made: a document or a collection of documents.
struct File {
    shape: Arc<Shape>,
    fingerprint: Fingerprint,
    metadata: Metadata,
    /// The fingerprints of the documents in it: itself, or its members.
    fingerprints: Vec<Fingerprint>,
    /// Their languages.
    locales: Vec<Locale>,
    /// `shapes.json`.
    shapes: Bytes,
    /// The pictures that they show, in the order of their numbers.
    pictures: Vec<Bytes>,
    /// What layouts begin with. None for templates of the author's: what those ask for may have
    /// more than one right answer, and then the earlier file would decide.
    answers: Option<Answers>,
}

impl File {
    fn new(engine: &Engine, shape: &Arc<Shape>) -> Result<Self, Diagnostics> {
        let documents = documents(shape);
        let mut diagnostics = Vec::new();
        let mut json = Vec::new();
        let mut locales = Vec::new();
        let mut pictures: Vec<Arc<Picture>> = Vec::new();
        for document in documents {
            let Some(member) = data::member(document, &mut pictures) else {
                let message = format!("`{}` is a collection in a collection", document.document);
                diagnostics.push(Diagnostic::error("pdf-nested-collection", message));
                continue;
            };
            let missing = engine.shared.fonts.missing(&member.texts.concat());
            if !missing.is_empty() {
                let whose = format!("in the text of `{}`", document.document);
                diagnostics.push(missing_glyphs(&missing, &whose));
            }
            json.push(member.json);
            match Metadata::of(document) {
                Ok(metadata) => locales.push(metadata.locale()),
                // Of a document by itself this is said below.
                Err(found) if documents.len() > 1 => diagnostics.extend(found),
                Err(_) => {}
            }
        }
        if pictures.len() > PICTURES {
            let message = format!(
                "`{}` has {} different pictures, and {PICTURES} is the most",
                shape.document,
                pictures.len()
            );
            diagnostics.push(Diagnostic::error("pdf-pictures", message));
        }
        if documents.is_empty() {
            let message = format!("`{}` has no documents", shape.document);
            diagnostics.push(Diagnostic::error("pdf-empty-collection", message));
        }
        let metadata = Metadata::of(shape);
        match metadata {
            Ok(metadata) if diagnostics.is_empty() => Ok(Self {
                shape: shape.clone(),
                fingerprint: shape.fingerprint(),
                metadata,
                fingerprints: documents
                    .iter()
                    .map(|document| document.fingerprint())
                    .collect(),
                locales,
                shapes: Bytes::new(serde_json::to_vec(&json).unwrap_or_default()),
                pictures: pictures
                    .iter()
                    .map(|picture| Bytes::new(picture.png.bytes().to_vec()))
                    .collect(),
                answers: (!engine.shared.has_own_templates()).then(Answers::default),
            }),
            Ok(_) => Err(diagnostics),
            Err(found) => Err(diagnostics.into_iter().chain(found).collect()),
        }
    }

    /// The documents in this file.
    fn documents(&self) -> &[Arc<Shape>] {
        documents(&self.shape)
    }

    fn is_collection(&self) -> bool {
        matches!(self.shape.body, Body::Collection(_))
    }

    /// The values of each document in this file.
    fn values<'a>(&self, values: &'a Values) -> &'a [Values] {
        if self.is_collection() {
            &values.members
        } else {
            std::slice::from_ref(values)
        }
    }

    /// `values.json`: the slots of each document in this file.
    fn slots(&self, values: &Values) -> Vec<u8> {
        let shapes = self.documents().iter();
        let json: serde_json::Value = shapes
            .zip(self.values(values))
            .map(|(shape, values)| data::slots(shape, values))
            .collect();
        serde_json::to_vec(&json).unwrap_or_default()
    }

    /// Lays out all documents of this file, from nothing when `plain`.
    fn lay_out(
        &self,
        engine: &Engine,
        values: &Values,
        plain: bool,
    ) -> Result<Warned<Laid>, Diagnostics> {
        let slots = self.slots(values);
        let world = World::new(
            engine.shared.clone(),
            self.shapes.clone(),
            self.pictures.clone(),
            slots,
        );
        let answers = self.answers.as_ref().filter(|_| !plain);
        lay_out(&world, self.fingerprints.len(), answers)
    }

    /// What is wrong with the values: their number, and characters that no font has.
    fn check(&self, engine: &Engine, values: &Values) -> Diagnostics {
        let documents = self.values(values);
        let shapes = self.documents();
        let fits = documents.len() == shapes.len()
            && values.slots.len() >= self.shape.slots
            && documents
                .iter()
                .zip(shapes)
                .all(|(has, needs)| has.slots.len() >= needs.slots);
        if !fits {
            let message = format!(
                "the values do not fit the slots of `{}`",
                self.shape.document
            );
            return vec![Diagnostic::error("pdf-values", message)];
        }
        let texts: String = documents
            .iter()
            .flat_map(|values| &values.slots)
            .cloned()
            .collect();
        let missing = engine.shared.fonts.missing(&texts);
        if missing.is_empty() {
            return vec![];
        }
        vec![missing_glyphs(
            &missing,
            &format!("in what fills `{}`", self.shape.document),
        )]
    }
}

/// The documents of a shape: those that it collects, or itself.
fn documents(shape: &Arc<Shape>) -> &[Arc<Shape>] {
    match &shape.body {
        Body::Letter(_) | Body::Parts { .. } => std::slice::from_ref(shape),
        Body::Collection(members) => members.as_slice(),
    }
}

/// A document that may be taken from a collection's pages.
struct Taking {
    /// Which file it is.
    file: usize,
    /// The collection.
    collection: usize,
    /// Which member of it has the same shape.
    member: usize,
}

/// For each document that is also in a collection, the first place where it is.
fn takings(files: &[File]) -> Vec<Taking> {
    let mut takings = Vec::new();
    for (file, document) in files
        .iter()
        .enumerate()
        .filter(|(_, file)| !file.is_collection())
    {
        let place = files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.is_collection())
            .find_map(|(collection, other)| {
                let member = other
                    .fingerprints
                    .iter()
                    .position(|it| *it == document.fingerprint)?;
                Some(Taking {
                    file,
                    collection,
                    member,
                })
            });
        takings.extend(place);
    }
    takings
}

/// A pack whose shapes are known.
struct PreparedPack {
    engine: Arc<Engine>,
    files: Vec<File>,
    takings: Vec<Taking>,
    /// The number of the pack that was made last; 0 for none.
    last: AtomicUsize,
}

impl Prepared for PreparedPack {
    fn render(&self, values: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        self.make(values, Some(&self.engine.writer))
    }

    fn render_plain(
        &self,
        values: &[Values],
    ) -> Option<Result<Warned<Vec<Rendition>>, Diagnostics>> {
        Some(self.make(values, None))
    }
}

impl PreparedPack {
    /// Makes the files, through Typst's export where there is no writer.
    fn make(
        &self,
        values: &[Values],
        writer: Option<&Writer>,
    ) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        if values.len() != self.files.len() {
            let message = format!("{} values for {} documents", values.len(), self.files.len());
            return Err(vec![Diagnostic::error("pdf-values", message)]);
        }
        let mut diagnostics = Vec::new();
        for (file, values) in self.files.iter().zip(values) {
            diagnostics.extend(file.check(&self.engine, values));
        }
        if !diagnostics.is_empty() {
            return Err(diagnostics);
        }
        let _sweep = Sweep(self);
        pool::alone(|| self.render_all(values, writer)).map_err(|error| vec![error])?
    }

    /// Collections first, with the documents that can be taken from their pages; then the rest.
    fn render_all(
        &self,
        values: &[Values],
        writer: Option<&Writer>,
    ) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
        let mut made: Vec<Option<Rendition>> = self.files.iter().map(|_| None).collect();
        let mut warnings = Vec::new();
        for (at, file) in self
            .files
            .iter()
            .enumerate()
            .filter(|(_, file)| file.is_collection())
        {
            let laid = file.lay_out(&self.engine, &values[at], writer.is_none())?;
            warnings.extend(laid.warnings);
            let written = Written::scan(writer, file, &laid.output);
            made[at] = Some(self.export(at, &laid.output, &written, None, values)?);
            for taking in self.takings.iter().filter(|taking| taking.collection == at) {
                if values[at].members[taking.member] == values[taking.file] {
                    let member = Some(taking.member);
                    let rendition =
                        self.export(taking.file, &laid.output, &written, member, values)?;
                    made[taking.file] = Some(rendition);
                }
            }
        }
        let mut renditions = Vec::with_capacity(made.len());
        for (at, made) in made.into_iter().enumerate() {
            renditions.push(match made {
                Some(rendition) => rendition,
                None => {
                    let laid =
                        self.files[at].lay_out(&self.engine, &values[at], writer.is_none())?;
                    warnings.extend(laid.warnings);
                    let written = Written::scan(writer, &self.files[at], &laid.output);
                    self.export(at, &laid.output, &written, None, values)?
                }
            });
        }
        Ok(Warned {
            output: renditions,
            warnings,
        })
    }

    fn export(
        &self,
        at: usize,
        laid: &Laid,
        written: &Written<'_>,
        member: Option<usize>,
        values: &[Values],
    ) -> Result<Rendition, Diagnostics> {
        let File {
            shape,
            fingerprint,
            metadata,
            ..
        } = &self.files[at];
        let identity = Identity::of((shape, *fingerprint), &values[at]);
        if let Some(writer) = written.writer {
            let scans = written.of(member);
            match scans.and_then(|scans| write(writer, &scans, metadata, shape, &identity)) {
                Ok(rendition) => return Ok(rendition),
                Err(reason) => self.engine.fell_back(reason),
            }
        }
        let pages = member.map_or_else(|| laid.whole(), |member| laid.member(member));
        export(pages, metadata, &self.engine.standards, shape, &identity)
    }
}

/// What the pages of each document in a file show, or why they go through Typst's export.
struct Written<'a> {
    writer: Option<&'a Writer>,
    scans: Vec<Result<Scan, Unsupported>>,
}

impl<'a> Written<'a> {
    /// Reads each document in its own language, alone or in a collection.
    fn scan(writer: Option<&'a Writer>, file: &File, laid: &Laid) -> Self {
        let scan = |writer: &Writer| {
            let pages = laid.pages().zip(&file.locales);
            let scans = pages.map(|(pages, locale)| writer.scan(pages, *locale));
            scans.collect()
        };
        Self {
            writer,
            scans: writer.map(scan).unwrap_or_default(),
        }
    }

    /// One document, or all.
    ///
    /// # Errors
    /// Why one of them goes through Typst's export.
    fn of(&self, member: Option<usize>) -> Result<Vec<&Scan>, Unsupported> {
        let own = |member| self.scans.get(member).map(std::slice::from_ref);
        let scans = member.map_or(Some(&self.scans[..]), own);
        let scans = scans.ok_or(Unsupported("a document that is not in its collection"))?;
        let all = scans
            .iter()
            .map(|scan| scan.as_ref().map_err(|reason| *reason));
        all.collect()
    }
}

/// Sweeps Typst's cache every so many packs, when a pack is done or has failed. The counts decide
/// when memory is freed, and nothing that is written.
struct Sweep<'a>(&'a PreparedPack);

impl Drop for Sweep<'_> {
    fn drop(&mut self) {
        let PreparedPack { engine, last, .. } = self.0;
        let number = engine.packs.fetch_add(1, Ordering::Relaxed) + 1;
        let before = last.swap(number, Ordering::Relaxed);
        if before > 0 {
            let gap = number.saturating_sub(before);
            engine.gap.fetch_max(gap, Ordering::Relaxed);
        }
        if number.is_multiple_of(SWEEP) {
            let gap = engine.gap.load(Ordering::Relaxed);
            // Shapes that come no more are forgotten by and by.
            engine.gap.store(gap / 2, Ordering::Relaxed);
            comemo::evict(sweeps(gap));
        }
    }
}

/// How many sweeps something outlives that is used again after so many packs.
fn sweeps(gap: usize) -> usize {
    gap.div_ceil(SWEEP).clamp(1, SWEEPS)
}

#[cfg(test)]
mod tests {
    use super::{SWEEP, SWEEPS, sweeps};

    /// Between two packs of the same shapes the cache is swept at most as often as they outlive.
    #[test]
    fn what_comes_again_within_the_most_sweeps_outlives_them() {
        for gap in 1..=SWEEP * SWEEPS {
            for first in 0..SWEEP {
                let between = (first + 1..=first + gap).filter(|pack| pack.is_multiple_of(SWEEP));
                assert!(between.count() <= sweeps(gap), "{gap} packs after {first}");
            }
        }
        assert_eq!((sweeps(0), sweeps(10 * SWEEP * SWEEPS)), (1, SWEEPS));
    }
}
