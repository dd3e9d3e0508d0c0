//! Freshness: whether a document must be made, and why.
//!
//! The parts of a document's fingerprint:
//!
//! | part | from | changes when |
//! |---|---|---|
//! | shape | [`Shape::fingerprint`](raadspost_content::Shape::fingerprint) | a word, a condition, a variant, a phrase |
//! | values | [`Values::fingerprint`](raadspost_content::Values::fingerprint) | a cell of the row that a slot shows |
//! | renderer | [`Renderer::fingerprint`](raadspost_content::Renderer::fingerprint) | version, template, font, theme |
//! | inspector | [`Inspector::fingerprint`](raadspost_content::Inspector::fingerprint) | a check |
//! | format | [`Format`] | another format under the same name |
//!
//! Only visible content counts: values are those of the document's own slots, so a cell that no
//! text uses changes nothing, and source locations are excluded, so a comment changes nothing
//! either. Documents with equal fingerprints are rendered once in a run (single flight).
//!
//! A document is fresh if its ledger row has this fingerprint and its file is the one of that row.
//! The file is unchanged if size, modification time and inode are as delivered; otherwise it is
//! hashed. A change that restores all three is detected by `verify`, and by a run that hashes
//! everything ([`RunOptions::paranoid`]).
//!
//! [`RunOptions::paranoid`]: crate::options::RunOptions::paranoid

use std::collections::HashMap;
use std::sync::Arc;

use raadspost_content::{Fingerprint, Format, Shape, Values};
use serde::Serialize;

/// Why a document is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DirtyReason {
    /// The ledger has no row for its path.
    New,
    /// The document itself changed: text, conditions, variant, phrases.
    ShapeChanged,
    /// A value of the row changed.
    ValuesChanged,
    /// The renderer changed: version, template, font or theme.
    RendererChanged,
    /// The inspector changed.
    InspectorChanged,
    /// The file is not there.
    FileMissing,
    /// The file differs from the delivered one.
    FileChanged,
}

/// Number of bytes kept of each part's digest, to determine which part changed.
pub(crate) const PART: usize = 8;

/// A document's fingerprint, with shortened fingerprints of its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct JobFingerprint {
    /// Decides freshness.
    pub(crate) whole: Fingerprint,
    /// Shape, values, renderer and inspector, shortened; used only to report a reason.
    pub(crate) parts: [u8; 4 * PART],
}

impl JobFingerprint {
    /// Puts the parts together.
    pub(crate) fn new(
        format: Format,
        shape: Fingerprint,
        values: Fingerprint,
        renderer: Fingerprint,
        inspector: Fingerprint,
    ) -> Self {
        let all = [shape, values, renderer, inspector];
        let mut builder = Fingerprint::builder("job");
        builder.field(format.extension().as_bytes());
        let mut parts = [0; 4 * PART];
        for (part, fingerprint) in parts.chunks_mut(PART).zip(&all) {
            builder.field(&fingerprint.0);
            part.copy_from_slice(&fingerprint.0[..PART]);
        }
        Self {
            whole: builder.finish(),
            parts,
        }
    }

    /// The part that differs from an earlier fingerprint; `None` if they are equal.
    pub(crate) fn reason_against(&self, whole: &[u8], parts: &[u8]) -> Option<DirtyReason> {
        if whole == self.whole.0 {
            return None;
        }
        let reasons = [
            DirtyReason::ShapeChanged,
            DirtyReason::ValuesChanged,
            DirtyReason::RendererChanged,
            DirtyReason::InspectorChanged,
        ];
        let mut pairs = self.parts.chunks(PART).zip(parts.chunks(PART)).zip(reasons);
        let differing = pairs
            .find(|((now, then), _)| now != then)
            .map(|(_, reason)| reason);
        // With equal parts the format differs, which counts as a renderer change.
        Some(differing.unwrap_or(DirtyReason::RendererChanged))
    }
}

/// The beginning of a fingerprint.
pub(crate) fn short(fingerprint: &Fingerprint) -> u64 {
    let mut head = [0; 8];
    head.copy_from_slice(&fingerprint.0[..8]);
    u64::from_le_bytes(head)
}

/// The parts of a document's fingerprint that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Differing {
    /// The shape.
    pub(crate) shape: bool,
    /// The values.
    pub(crate) values: bool,
    /// The renderer, or the format.
    pub(crate) renderer: bool,
    /// The inspectors.
    pub(crate) inspector: bool,
}

impl JobFingerprint {
    /// The shortened fingerprint of the shape.
    pub(crate) fn shape(&self) -> &[u8] {
        &self.parts[..PART]
    }

    /// The shortened fingerprint of the renderer.
    pub(crate) fn renderer(&self) -> &[u8] {
        &self.parts[2 * PART..3 * PART]
    }

    /// The parts that differ from an earlier fingerprint.
    pub(crate) fn differing(&self, parts: &[u8]) -> Differing {
        let mut pairs = self.parts.chunks(PART).zip(parts.chunks(PART));
        let mut differs = || pairs.next().is_none_or(|(now, then)| now != then);
        Differing {
            shape: differs(),
            values: differs(),
            renderer: differs(),
            inspector: differs(),
        }
    }
}

/// The shortened fingerprint of the shape in the parts of a ledger row.
pub(crate) fn shape_part(parts: &[u8]) -> &[u8] {
    parts.get(..PART).unwrap_or_default()
}

/// The shortened fingerprint of the renderer in the parts of a ledger row.
pub(crate) fn renderer_part(parts: &[u8]) -> &[u8] {
    parts.get(2 * PART..3 * PART).unwrap_or_default()
}

/// Number of bytes kept of the digest of each slot.
pub(crate) const SLOT: usize = 4;

/// Shortened digests of all slots, 4 bytes each, in the order of
/// [`Values::flat`](raadspost_content::Values::flat). They show which field changed without
/// revealing its value.
pub(crate) fn slot_digests(values: &Values) -> Vec<u8> {
    let flat = values.flat();
    let mut digests = Vec::with_capacity(flat.len() * SLOT);
    for text in flat {
        digests.extend_from_slice(&slot_digest(text));
    }
    digests
}

/// The shortened digest of one slot.
pub(crate) fn slot_digest(text: &str) -> [u8; SLOT] {
    let mut short = [0; SLOT];
    short.copy_from_slice(&Fingerprint::of(text.as_bytes()).0[..SLOT]);
    short
}

/// Number of shapes cached before the cache is cleared.
const SHAPES: usize = 1024;

/// Fingerprints by shape instance, so that a shared shape is hashed once.
#[derive(Default)]
pub(crate) struct ShapeFingerprints {
    // The `Arc` is kept, so that no other shape can be allocated at the same address.
    known: HashMap<*const Shape, (Arc<Shape>, Fingerprint)>,
}

impl ShapeFingerprints {
    /// The fingerprint of a shape.
    pub(crate) fn get(&mut self, shape: &Arc<Shape>) -> Fingerprint {
        let key = Arc::as_ptr(shape);
        if let Some((_, fingerprint)) = self.known.get(&key) {
            return *fingerprint;
        }
        if self.known.len() >= SHAPES {
            self.known.clear();
        }
        let fingerprint = shape.fingerprint();
        self.known.insert(key, (Arc::clone(shape), fingerprint));
        fingerprint
    }

    /// The fingerprint of a document, given those of its renderer and its inspectors.
    pub(crate) fn job(
        &mut self,
        format: Format,
        shape: &Arc<Shape>,
        values: &Values,
        (renderer, inspector): (Fingerprint, Fingerprint),
    ) -> JobFingerprint {
        JobFingerprint::new(
            format,
            self.get(shape),
            values.fingerprint(),
            renderer,
            inspector,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_changed_is_named() {
        let print = |text: &str| Fingerprint::of(text.as_bytes());
        let job = |parts: [&str; 4], format| {
            let [shape, values, renderer, inspector] = parts.map(print);
            JobFingerprint::new(format, shape, values, renderer, inspector)
        };
        let old = job(["s", "v", "r", "i"], Format::Pdf);
        let reason = |new: JobFingerprint| new.reason_against(&old.whole.0, &old.parts);
        assert_eq!(reason(job(["s", "v", "r", "i"], Format::Pdf)), None);
        assert_eq!(
            reason(job(["t", "v", "r", "i"], Format::Pdf)),
            Some(DirtyReason::ShapeChanged)
        );
        assert_eq!(
            reason(job(["s", "w", "r", "i"], Format::Pdf)),
            Some(DirtyReason::ValuesChanged)
        );
        assert_eq!(
            reason(job(["s", "v", "q", "i"], Format::Pdf)),
            Some(DirtyReason::RendererChanged)
        );
        assert_eq!(
            reason(job(["s", "v", "r", "j"], Format::Pdf)),
            Some(DirtyReason::InspectorChanged)
        );
        assert_eq!(
            reason(job(["s", "v", "r", "i"], Format::Docx)),
            Some(DirtyReason::RendererChanged)
        );
    }
}
