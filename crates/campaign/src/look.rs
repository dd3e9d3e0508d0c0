//! The look settings of a campaign.

use raadspost_content::{Colour, LogoSettings, Span, Theme};

/// The look settings of a campaign; everything else comes from the theme.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Look {
    pub(crate) serif: Option<String>,
    pub(crate) sans: Option<String>,
    pub(crate) word_text: Option<String>,
    pub(crate) word_headings: Option<String>,
    pub(crate) ink: Option<Colour>,
    pub(crate) muted: Option<Colour>,
    pub(crate) accent: Option<Colour>,
    pub(crate) logo: Option<LogoSettings>,
    /// The reference document, and its source location.
    pub(crate) reference: Option<(String, Span)>,
}

impl Look {
    /// A theme with this look.
    pub(crate) fn over(&self, theme: Theme) -> Theme {
        let look = self.clone();
        Theme {
            serif: look.serif.unwrap_or(theme.serif),
            sans: look.sans.unwrap_or(theme.sans),
            word_text: look.word_text.unwrap_or(theme.word_text),
            word_headings: look.word_headings.unwrap_or(theme.word_headings),
            ink: look.ink.unwrap_or(theme.ink),
            muted: look.muted.unwrap_or(theme.muted),
            accent: look.accent.unwrap_or(theme.accent),
            ..theme
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_replaces_what_it_states_only() {
        let look = Look {
            accent: Colour::parse("#8A1538"),
            word_text: Some("Georgia".into()),
            ..Look::default()
        };
        let theme = look.over(Theme::default());
        assert_eq!(theme.accent.hex(), "8A1538");
        assert_eq!(theme.word_text, "Georgia");
        assert_eq!(theme.serif, Theme::default().serif);
    }
}
