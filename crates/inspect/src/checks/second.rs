//! The second renderer: pages as pixels, by a program that shares no line with ours.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::Pixmap;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};

/// Pixels for a pt: 72 dpi, at which a pixel is 0.35 mm wide. At 108 dpi a page takes twice the time.
pub(super) const SCALE: f32 = 1.0;

/// A page on white. Where it keeps glyphs it paints them in a few places within a pixel, which takes
/// four fifths of the time; else each where it stands.
pub(super) fn pixmap<'a>(
    page: &'a Page<'a>,
    cache: &RenderCache<'a>,
    keeps_glyphs: bool,
) -> Pixmap {
    let options = RenderSettings {
        // The outline as it is, because its box is that of the outline.
        hinting: false,
        glyph_caching: keeps_glyphs,
        ..RenderSettings::default()
    };
    let pixmap = PixmapSettings {
        x_scale: SCALE,
        y_scale: SCALE,
        bg_color: WHITE,
    };
    let settings = InterpreterSettings::default();
    render(page, cache, &settings, &options, &pixmap)
}
