//! The second renderer: pages as pixels, by a program that shares no line with ours.

use std::cell::RefCell;

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt as _;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};

/// Pixels for a pt: 72 dpi, at which a pixel is 0.35 mm wide. At 108 dpi a page takes twice the time.
pub(crate) const SCALE: f32 = 1.0;

thread_local! {
    /// The canvas of the last page, because fresh memory of 2 MB costs a fifth of the rendering.
    static CANVAS: RefCell<Option<(RenderContext, Pixmap)>> = const { RefCell::new(None) };
}

/// Shows a page on white to `see`. Where it keeps glyphs it paints them in a few places within a
/// pixel, which takes four fifths of the time; else each at its own place. `scale` is pixels for a pt.
pub(crate) fn with_pixels<'a, T>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    keeps_glyphs: bool,
    scale: f32,
    see: impl FnOnce(&Pixmap) -> T,
) -> T {
    let options = RenderSettings {
        // No hinting, because the box is that of the outline.
        hinting: false,
        glyph_caching: keeps_glyphs,
        ..RenderSettings::default()
    };
    let (width, height) = page.render_dimensions();
    let [width, height] = [width, height].map(|side| (side * scale) as u16);
    let fresh = || {
        (
            RenderContext::new(width, height),
            Pixmap::new(width, height),
        )
    };
    let kept = CANVAS.take();
    let kept = kept.filter(|(_, pixmap)| (pixmap.width(), pixmap.height()) == (width, height));
    let (mut context, mut pixmap) = kept.unwrap_or_else(fresh);
    context.reset();
    let transform = Affine::scale(scale.into()) * page.initial_transform(true).to_kurbo();
    let settings = InterpreterSettings::default();
    render_into(page, cache, &settings, &options, &mut context, transform);
    context.flush();
    let rasterizer = RasterizerSettings {
        target_init: TargetInit::Clear(WHITE),
        ..RasterizerSettings::default()
    };
    context.render_with(&mut pixmap, &mut Resources::default(), rasterizer);
    let seen = see(&pixmap);
    CANVAS.set(Some((context, pixmap)));
    seen
}
