//! The zones of marks on finished pages, which must be white for a machine. Pages are rendered, because
//! only pixels show which ink is covered by other ink.

use std::collections::HashSet;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use raadspost_content::{Area, Fingerprint};

use crate::draw::marks::Placed;
use crate::pdf::page::PageCopy;
use crate::sizes::PT;

/// Pixels of a pt: 144 dpi, at which a hairline of 0.1 mm is half a pixel and darkens it.
const SCALE: f64 = 2.0;

/// A channel darker than white by so many of 255 levels is ink.
const INK: u8 = 6;

/// Places named in a message, at most.
const NAMED: usize = 5;

/// Checks that zones are white, each content once.
#[derive(Default)]
pub(crate) struct WhiteCheck {
    /// Contents with their zones that were looked at and are white.
    known: HashSet<[u8; 32]>,
    faults: Vec<String>,
    more: usize,
}

impl WhiteCheck {
    /// Checks the zones of the drawings over page `at` of a PDF, from 0.
    pub(crate) fn look(
        &mut self,
        pdf: &mut LazyPdf<'_>,
        at: usize,
        copy: &PageCopy,
        placed: &[Placed],
        letter: &str,
    ) {
        if !placed.iter().any(|one| copy.may_reach(&one.zone)) {
            return;
        }
        let mut builder = Fingerprint::builder("zones");
        builder.field(&copy.key());
        for one in placed {
            let Area {
                left,
                top,
                width,
                height,
            } = one.zone;
            for side in [left, top, width, height] {
                builder.field(&side.to_le_bytes());
            }
        }
        let key = builder.finish().0;
        if self.known.contains(&key) {
            return;
        }
        let inked = match pdf.page(at, copy, placed) {
            Some(inked) => inked,
            None => vec![("page", placed[0].zone)],
        };
        if inked.is_empty() {
            self.known.insert(key);
        }
        for (what, zone) in inked {
            if self.faults.len() == NAMED {
                self.more += 1;
                continue;
            }
            self.faults.push(format!(
                "page {} of `{letter}` is not white where the {what} is, {}",
                at + 1,
                extent(&zone)
            ));
        }
    }

    /// The zones that are not white, in words.
    pub(crate) fn faults(self) -> Vec<String> {
        let mut faults = self.faults;
        if self.more > 0 {
            faults.push(format!("{} more places are not white", self.more));
        }
        faults
    }
}

/// An area in words.
pub(crate) fn extent(area: &Area) -> String {
    format!(
        "{:.1} to {:.1} mm across and {:.1} to {:.1} mm down",
        area.left,
        area.right(),
        area.top,
        area.bottom()
    )
}

/// A PDF that the renderer opens once it is needed.
pub(crate) struct LazyPdf<'a> {
    bytes: &'a [u8],
    opened: Option<Option<Pdf>>,
}

impl<'a> LazyPdf<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            opened: None,
        }
    }

    /// The zones of a page in which there is ink; `None` if the renderer does not see the page.
    fn page(
        &mut self,
        at: usize,
        copy: &PageCopy,
        placed: &[Placed],
    ) -> Option<Vec<(&'static str, Area)>> {
        let bytes = self.bytes;
        let pdf = self
            .opened
            .get_or_insert_with(|| Pdf::new(bytes.to_vec()).ok());
        let pdf = pdf.as_ref()?;
        let page = pdf.pages().get(at)?;
        // The corner of the trimmed page on what the renderer draws, pt.
        let (across, down) = copy.trim_corner();
        let whole = bounds(placed);
        let pixels = |mm: f64| (mm * PT * SCALE).ceil().clamp(1.0, 4000.0) as u16;
        let (width, height) = (pixels(whole.width), pixels(whole.height));
        let mut context = RenderContext::new(width, height);
        let mut pixmap = Pixmap::new(width, height);
        let shift = (-(whole.left * PT + across), -(whole.top * PT + down));
        let transform = Affine::scale(SCALE)
            * Affine::translate(shift)
            * page.initial_transform(true).to_kurbo();
        let options = RenderSettings {
            hinting: false,
            ..RenderSettings::default()
        };
        let settings = InterpreterSettings::default();
        let cache = RenderCache::new();
        render_into(page, &cache, &settings, &options, &mut context, transform);
        context.flush();
        let rasterizer = RasterizerSettings {
            target_init: TargetInit::Clear(WHITE),
            ..RasterizerSettings::default()
        };
        context.render_with(&mut pixmap, &mut Resources::default(), rasterizer);
        let data = pixmap.data_as_u8_slice();
        let is_inked = |zone: &Area| {
            let begin = |from: f64, to: f64| ((to - from) * PT * SCALE).floor().max(0.0) as usize;
            let end = |from: f64, to: f64| ((to - from) * PT * SCALE).ceil().max(0.0) as usize;
            let (left, right) = (
                begin(whole.left, zone.left),
                end(whole.left, zone.right()).min(usize::from(width)),
            );
            let (top, bottom) = (
                begin(whole.top, zone.top),
                end(whole.top, zone.bottom()).min(usize::from(height)),
            );
            (top..bottom).any(|row| {
                let row = &data[row * usize::from(width) * 4..][..usize::from(width) * 4];
                row[left * 4..right * 4]
                    .chunks_exact(4)
                    .any(|pixel| pixel[..3].iter().any(|part| *part < u8::MAX - INK))
            })
        };
        let inked = placed.iter().filter(|one| is_inked(&one.zone));
        Some(inked.map(|one| (one.what, one.zone)).collect())
    }
}

/// The least area that has all zones.
fn bounds(placed: &[Placed]) -> Area {
    let edges = |of: fn(&Area) -> f64| placed.iter().map(move |one| of(&one.zone));
    let left = edges(|zone| zone.left).fold(f64::INFINITY, f64::min);
    let top = edges(|zone| zone.top).fold(f64::INFINITY, f64::min);
    let right = edges(Area::right).fold(f64::NEG_INFINITY, f64::max);
    let bottom = edges(Area::bottom).fold(f64::NEG_INFINITY, f64::max);
    Area {
        left,
        top,
        width: right - left,
        height: bottom - top,
    }
}
