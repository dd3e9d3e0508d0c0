//! Lowering of the campaign's look.

use raadspost_content::LogoSettings;
use raadspost_yaml::Map;

use super::{Lower, named};
use crate::look::Look;

impl Lower<'_> {
    pub(super) fn look(&mut self, map: &Map<'_>) -> Look {
        let logo = map.object("logo").map(|logo| LogoSettings {
            file: logo.text("file").map(named).unwrap_or_default(),
            alternative: logo.string("alternative").unwrap_or_default(),
            width: super::theme::measure(logo.text("width"), self.diagnostics),
            in_motions: logo.flag("in-motions"),
        });
        let mut colour = |name| super::theme::colour(map.text(name)?, self.diagnostics);
        Look {
            ink: colour("ink"),
            muted: colour("muted"),
            accent: colour("accent"),
            serif: map.string("serif"),
            sans: map.string("sans"),
            word_text: map.string("word-text"),
            word_headings: map.string("word-headings"),
            logo,
            reference: map.text("reference-document").map(named),
        }
    }
}
