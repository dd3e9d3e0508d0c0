//! Renders and inspects the documents of one pack in one format.
//!
//! Documents are rendered together, because a renderer may share work between them. If that fails,
//! each is rendered separately, so that only the faulty one fails.

pub(crate) mod single_flight;

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use raadspost_content::{
    Diagnostic, Diagnostics, Fingerprint, Format, Inspector, PackDocument, Prepared, Renderer,
    Rendition, Severity, Values, Warned, panic_text,
};

use crate::error::RunError;
use crate::freshness::{PART, ShapeFingerprints};

/// Number of prepared back ends in the cache. A campaign has one per format and combination of
/// conditions; documents rendered separately add more.
const PREPARED: usize = 32;

/// Stack size of a rendering thread, in bytes: layout engines recurse with the depth of a document.
pub(crate) const STACK: usize = 16 * 1024 * 1024;

/// A document to render, with the fingerprint of its shape.
#[derive(Clone, Copy)]
pub(crate) struct RenderRequest<'a> {
    /// The document.
    pub(crate) document: &'a PackDocument,
    /// The fingerprint of its shape.
    pub(crate) shape: Fingerprint,
    /// Whether it is a collection.
    pub(crate) is_collection: bool,
}

/// The result of a request.
pub(crate) enum RenderOutcome {
    /// A rendition that every inspector accepts.
    Made(Rendition),
    /// The reasons for the failure; never empty.
    Failed(Diagnostics),
    /// A collection that was not rendered, because a document of its pack failed.
    Withheld,
}

/// RenderOutcomes, one for each request.
pub(crate) struct RenderOutcomes {
    /// In the order of the requests.
    pub(crate) outcomes: Vec<RenderOutcome>,
    /// Codes of allowed warnings that occurred.
    pub(crate) allowed: Vec<&'static str>,
}

/// Documents of one pack in one format, rendered together and not yet inspected.
pub(crate) struct Unjudged {
    /// `None` if they cannot be rendered together.
    renditions: Option<Vec<Rendition>>,
    allowed: Vec<&'static str>,
    /// The back end that rendered them, kept for the comparison with plain rendering, because the
    /// cache may evict it.
    warm: Arc<OnceLock<Warm>>,
}

impl Unjudged {
    /// How many bytes they take.
    pub(crate) fn bytes(&self) -> usize {
        let renditions = self.renditions.iter().flatten();
        renditions.map(|rendition| rendition.bytes.len()).sum()
    }
}

type Warm = Result<Warned<Box<dyn Prepared>>, Diagnostics>;
type Key = (Format, Vec<Fingerprint>);

/// Which packs are rendered a second time, in the plain way, and compared with it
/// ([`Prepared::render_plain`]).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Compared {
    /// One in a hundred, selected by content.
    #[default]
    Sample,
    /// Each.
    All,
}

/// Renderers and inspectors, with a cache of prepared back ends.
pub(crate) struct Backends<'a> {
    renderers: &'a [Box<dyn Renderer>],
    inspectors: &'a [(Format, Box<dyn Inspector>)],
    allowed: &'a BTreeSet<String>,
    fingerprints: Vec<(Format, Fingerprint, Fingerprint)>,
    compared: Compared,
    // In order of use, the most recent last.
    prepared: Mutex<Vec<(Key, Arc<OnceLock<Warm>>)>>,
}

impl<'a> Backends<'a> {
    /// Takes renderers and inspectors; `allowed` are the codes of allowed warnings.
    pub(crate) fn new(
        renderers: &'a [Box<dyn Renderer>],
        inspectors: &'a [(Format, Box<dyn Inspector>)],
        allowed: &'a BTreeSet<String>,
    ) -> Self {
        let fingerprints = renderers
            .iter()
            .map(|renderer| {
                let format = renderer.format();
                let mut judges = Fingerprint::builder("inspectors");
                for (_, inspector) in inspectors.iter().filter(|(of, _)| *of == format) {
                    judges.field(&inspector.fingerprint().0);
                }
                (format, renderer.fingerprint(), judges.finish())
            })
            .collect();
        Self {
            renderers,
            inspectors,
            allowed,
            fingerprints,
            compared: Compared::default(),
            prepared: Mutex::default(),
        }
    }

    /// The same, with this choice of packs for the comparison with plain rendering.
    pub(crate) fn comparing(self, compared: Compared) -> Self {
        Self { compared, ..self }
    }

    /// The formats that can be made, each once.
    pub(crate) fn formats(&self) -> BTreeSet<Format> {
        self.fingerprints
            .iter()
            .map(|(format, ..)| *format)
            .collect()
    }

    /// The fingerprints of a format's renderer and of its inspectors.
    ///
    /// # Errors
    /// [`RunError::NoRenderer`].
    pub(crate) fn fingerprints(
        &self,
        format: Format,
    ) -> Result<(Fingerprint, Fingerprint), RunError> {
        let mut all = self.fingerprints.iter();
        let found = all
            .find(|(of, ..)| *of == format)
            .ok_or(RunError::NoRenderer(format))?;
        Ok((found.1, found.2))
    }

    /// The components of each renderer, as JSON, by its shortened fingerprint.
    pub(crate) fn ingredients(&self) -> Vec<(Vec<u8>, String)> {
        let of = |renderer: &dyn Renderer| {
            let all = renderer.ingredients();
            let json = serde_json::to_string(&all).unwrap_or_default();
            (renderer.fingerprint().0[..PART].to_vec(), json)
        };
        let renderers = self.renderers.iter();
        renderers.map(|renderer| of(renderer.as_ref())).collect()
    }

    /// Renders documents of one pack in one format.
    pub(crate) fn render(&self, format: Format, requests: &[RenderRequest<'_>]) -> RenderOutcomes {
        self.judge_all(format, requests, self.begin(format, requests))
    }

    /// Renders documents of one pack in one format together, without inspection.
    pub(crate) fn begin(&self, format: Format, requests: &[RenderRequest<'_>]) -> Unjudged {
        let mut allowed = Vec::new();
        let warm = self.warm_up(format, requests);
        let renditions = self.attempt(format, requests, &warm, &mut allowed).ok();
        Unjudged {
            renditions,
            allowed,
            warm,
        }
    }

    /// Inspects the documents rendered for these requests. If they cannot be rendered together,
    /// each is rendered separately.
    pub(crate) fn judge_all(
        &self,
        format: Format,
        requests: &[RenderRequest<'_>],
        unjudged: Unjudged,
    ) -> RenderOutcomes {
        let Unjudged {
            renditions,
            mut allowed,
            warm,
        } = unjudged;
        if let Some(renditions) = renditions {
            let differs = self.against_plain(format, requests, &warm, &renditions);
            let judge = |(request, rendition)| match differs.as_slice() {
                [] => self.judge(request, rendition, &mut allowed),
                reasons => RenderOutcome::Failed(reasons.to_vec()),
            };
            let outcomes = requests.iter().zip(renditions).map(judge).collect();
            return RenderOutcomes { outcomes, allowed };
        }
        allowed.clear();
        let mut outcomes: Vec<Option<RenderOutcome>> = requests.iter().map(|_| None).collect();
        let mut complete = true;
        for collections in [false, true] {
            for (request, outcome) in requests.iter().zip(&mut outcomes) {
                if request.is_collection != collections {
                    continue;
                }
                let made = if collections && !complete {
                    RenderOutcome::Withheld
                } else {
                    let request = std::slice::from_ref(request);
                    let warm = self.warm_up(format, request);
                    match self.attempt(format, request, &warm, &mut allowed) {
                        Ok(mut renditions) => match renditions.pop() {
                            Some(rendition) => self.judge(&request[0], rendition, &mut allowed),
                            None => RenderOutcome::Failed(vec![miscounted(0, 1)]),
                        },
                        Err(reasons) => RenderOutcome::Failed(reasons),
                    }
                };
                complete &= collections || matches!(made, RenderOutcome::Made(_));
                *outcome = Some(made);
            }
        }
        let outcomes = outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or(RenderOutcome::Withheld));
        RenderOutcomes {
            outcomes: outcomes.collect(),
            allowed,
        }
    }

    /// Renders documents together; any warning that is not allowed fails all of them.
    fn attempt(
        &self,
        format: Format,
        requests: &[RenderRequest<'_>],
        warm: &OnceLock<Warm>,
        allowed: &mut Vec<&'static str>,
    ) -> Result<Vec<Rendition>, Diagnostics> {
        let render = || {
            let Warned {
                output: prepared,
                warnings,
            } = warm
                .get_or_init(|| self.prepare(format, requests))
                .as_ref()
                .map_err(Clone::clone)?;
            let values: Vec<Values> = requests
                .iter()
                .map(|request| request.document.values.clone())
                .collect();
            let mut rendered = prepared.render(&values)?;
            rendered.warnings.splice(0..0, warnings.iter().cloned());
            Ok(rendered)
        };
        let rendered = catch_unwind(AssertUnwindSafe(render))
            .unwrap_or_else(|panic| Err(vec![panicked("renderer-panic", "renderer", &*panic)]))?;
        let mut reasons = self.not_allowed(rendered.warnings, allowed);
        if rendered.output.len() != requests.len() {
            reasons.push(miscounted(rendered.output.len(), requests.len()));
        }
        if rendered
            .output
            .iter()
            .any(|rendition| rendition.format != format)
        {
            reasons.push(Diagnostic::error(
                "renderer-fault",
                format!("the renderer for `{format}` made another format"),
            ));
        }
        if reasons.is_empty() {
            Ok(rendered.output)
        } else {
            Err(reasons)
        }
    }

    /// Differences from the plain rendering of the same documents; empty if the renderer has no
    /// plain way, or if they are not in the sample.
    fn against_plain(
        &self,
        format: Format,
        requests: &[RenderRequest<'_>],
        warm: &OnceLock<Warm>,
        made: &[Rendition],
    ) -> Diagnostics {
        if self.compared == Compared::Sample && !is_sampled(requests) {
            return Vec::new();
        }
        let values: Vec<Values> = requests
            .iter()
            .map(|request| request.document.values.clone())
            .collect();
        let compare = || {
            // The back end that rendered them has been prepared.
            let warm = match warm.get_or_init(|| self.prepare(format, requests)) {
                Ok(warm) => warm,
                Err(found) => return found.clone(),
            };
            let plain = match warm.output.render_plain(&values) {
                None => return Vec::new(),
                Some(Err(found)) => return found,
                Some(Ok(plain)) => plain.output,
            };
            let judges = self.inspectors.iter().filter(|(of, _)| *of == format);
            let pairs = made.iter().zip(&plain);
            judges
                .flat_map(|(_, judge)| {
                    pairs
                        .clone()
                        .flat_map(|(one, other)| judge.compare(one, other))
                })
                .collect()
        };
        catch_unwind(AssertUnwindSafe(compare))
            .unwrap_or_else(|panic| vec![panicked("renderer-panic", "renderer", &*panic)])
    }

    fn judge(
        &self,
        request: &RenderRequest<'_>,
        rendition: Rendition,
        allowed: &mut Vec<&'static str>,
    ) -> RenderOutcome {
        let document = request.document;
        let inspect = || {
            self.inspectors
                .iter()
                .filter(|(format, _)| *format == rendition.format)
                .flat_map(|(_, judge)| judge.inspect(&document.shape, &document.values, &rendition))
                .collect()
        };
        let found: Diagnostics = catch_unwind(AssertUnwindSafe(inspect))
            .unwrap_or_else(|panic| vec![panicked("inspector-panic", "inspector", &*panic)]);
        let reasons = self.not_allowed(found, allowed);
        if reasons.is_empty() {
            RenderOutcome::Made(rendition)
        } else {
            RenderOutcome::Failed(reasons)
        }
    }

    /// The diagnostics of `found` that fail a document; the codes of the others are recorded.
    fn not_allowed(&self, found: Diagnostics, allowed: &mut Vec<&'static str>) -> Diagnostics {
        let (passed, reasons): (Diagnostics, Diagnostics) =
            found.into_iter().partition(|diagnostic| {
                diagnostic.severity == Severity::Warning && self.allowed.contains(diagnostic.code)
            });
        allowed.extend(passed.iter().map(|diagnostic| diagnostic.code));
        reasons
    }

    fn prepare(&self, format: Format, requests: &[RenderRequest<'_>]) -> Warm {
        let renderer = self
            .renderers
            .iter()
            .find(|renderer| renderer.format() == format);
        let Some(renderer) = renderer else {
            return Err(vec![Diagnostic::error(
                "renderer-fault",
                format!("no renderer makes `{format}`"),
            )]);
        };
        let shapes: Vec<_> = requests
            .iter()
            .map(|request| Arc::clone(&request.document.shape))
            .collect();
        renderer.prepare(&shapes)
    }

    /// The cache entry for these shapes, which the first user fills.
    fn warm_up(&self, format: Format, requests: &[RenderRequest<'_>]) -> Arc<OnceLock<Warm>> {
        let key = (
            format,
            requests.iter().map(|request| request.shape).collect(),
        );
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        let found = match prepared.iter().position(|(known, _)| *known == key) {
            Some(at) => prepared.remove(at),
            None => (key, Arc::default()),
        };
        if prepared.len() >= PREPARED {
            prepared.remove(0);
        }
        let warm = Arc::clone(&found.1);
        prepared.push(found);
        warm
    }
}

/// Renders documents of one pack in memory; outcomes in the order of the documents.
pub(crate) fn in_memory(
    documents: &[PackDocument],
    backends: &Backends<'_>,
    shapes: &mut ShapeFingerprints,
) -> Vec<RenderOutcome> {
    let mut outcomes: Vec<RenderOutcome> =
        documents.iter().map(|_| RenderOutcome::Withheld).collect();
    for format in backends.formats() {
        let chosen: Vec<usize> = (0..documents.len())
            .filter(|at| documents[*at].format == format)
            .collect();
        if chosen.is_empty() {
            continue;
        }
        let requests: Vec<RenderRequest<'_>> = chosen
            .iter()
            .map(|at| RenderRequest {
                document: &documents[*at],
                shape: shapes.get(&documents[*at].shape),
                is_collection: !documents[*at].shape.members().is_empty(),
            })
            .collect();
        let made = backends.render(format, &requests).outcomes;
        for (at, outcome) in chosen.into_iter().zip(made) {
            outcomes[at] = outcome;
        }
    }
    outcomes
}

/// One pack in this many is also rendered in the plain way.
const SAMPLE: u16 = 100;

/// Whether a pack is in the sample. Its content decides, so that the sample is independent of the
/// number of threads.
fn is_sampled(requests: &[RenderRequest<'_>]) -> bool {
    let mut builder = Fingerprint::builder("sample");
    for request in requests {
        builder
            .field(&request.shape.0)
            .field(&request.document.values.fingerprint().0);
    }
    let digest = builder.finish().0;
    u16::from_be_bytes([digest[0], digest[1]]).is_multiple_of(SAMPLE)
}

fn miscounted(made: usize, requested: usize) -> Diagnostic {
    Diagnostic::error(
        "renderer-fault",
        format!("the renderer made {made} of {requested} documents"),
    )
}

fn panicked(code: &'static str, who: &str, panic: &(dyn Any + Send)) -> Diagnostic {
    Diagnostic::error(code, format!("the {who} panicked: {}", panic_text(panic)))
        .hint("report this as a bug, with the campaign and the row if you can")
}

#[cfg(test)]
mod tests {
    use raadspost_content::{Body, DocumentWords, Shape};

    use super::*;

    /// Renders the document's id, or another text in the plain way.
    struct Named;

    struct Ready(Vec<Arc<Shape>>);

    impl Renderer for Named {
        fn format(&self) -> Format {
            Format::Pdf
        }

        fn fingerprint(&self) -> Fingerprint {
            Fingerprint([0; 32])
        }

        fn prepare(&self, shapes: &[Arc<Shape>]) -> Result<Warned<Box<dyn Prepared>>, Diagnostics> {
            Ok(Warned::clean(Box::new(Ready(shapes.to_vec()))))
        }

        fn missing_characters(&self, _: &str) -> Vec<char> {
            Vec::new()
        }
    }

    impl Prepared for Ready {
        fn render(&self, _: &[Values]) -> Result<Warned<Vec<Rendition>>, Diagnostics> {
            let rendition = |shape: &Arc<Shape>| Rendition {
                format: Format::Pdf,
                bytes: shape.document.clone().into_bytes(),
                pages: Some(1),
            };
            Ok(Warned::clean(self.0.iter().map(rendition).collect()))
        }

        fn render_plain(
            &self,
            values: &[Values],
        ) -> Option<Result<Warned<Vec<Rendition>>, Diagnostics>> {
            let mut made = self.render(values).ok()?;
            made.output
                .iter_mut()
                .for_each(|rendition| rendition.bytes.push(b'!'));
            Some(Ok(made))
        }
    }

    struct Bytes;

    impl Inspector for Bytes {
        fn fingerprint(&self) -> Fingerprint {
            Fingerprint([0; 32])
        }

        fn inspect(&self, _: &Shape, _: &Values, _: &Rendition) -> Diagnostics {
            Vec::new()
        }

        fn compare(&self, one: &Rendition, other: &Rendition) -> Diagnostics {
            let differs = one.bytes != other.bytes;
            differs
                .then(|| Diagnostic::error("differs", "made in two ways, the file differs"))
                .into_iter()
                .collect()
        }
    }

    fn document(name: &str, value: usize) -> PackDocument {
        PackDocument {
            document: name.into(),
            file: format!("{name}.pdf"),
            pattern: format!("{name}.pdf").into(),
            format: Format::Pdf,
            shape: Arc::new(Shape {
                document: name.into(),
                language: "nl-NL".into(),
                title: Vec::new(),
                author: String::new(),
                date: (2027, 1, 1),
                body: Body::Parts {
                    annex: None,
                    parts: Vec::new(),
                },
                footnotes: Vec::new(),
                words: DocumentWords::default(),
                slots: 1,
                reference: None,
            }),
            values: Values {
                slots: vec![value.to_string()],
                members: Vec::new(),
            },
            fields: Vec::new().into(),
        }
    }

    fn request(document: &PackDocument) -> RenderRequest<'_> {
        RenderRequest {
            document,
            shape: document.shape.fingerprint(),
            is_collection: false,
        }
    }

    #[test]
    fn a_sampled_pack_is_compared_however_many_others_were_prepared_meanwhile() {
        let renderers: [Box<dyn Renderer>; 1] = [Box::new(Named)];
        let inspectors: [(Format, Box<dyn Inspector>); 1] = [(Format::Pdf, Box::new(Bytes))];
        let allowed = BTreeSet::new();
        let backends = Backends::new(&renderers, &inspectors, &allowed);
        let sampled = (0..100_000)
            .map(|value| document("brief", value))
            .find(|document| is_sampled(&[request(document)]))
            .expect("one in a hundred");
        let requests = [request(&sampled)];
        let begun = backends.begin(Format::Pdf, &requests);
        for other in 0..2 * PREPARED {
            let other = document(&format!("brief-{other}"), 0);
            backends.begin(Format::Pdf, &[request(&other)]);
        }
        let made = backends.judge_all(Format::Pdf, &requests, begun).outcomes;
        let Some(RenderOutcome::Failed(reasons)) = made.first() else {
            panic!("the comparison was skipped");
        };
        assert_eq!(reasons[0].code, "differs");
    }
}
