//! Language selection: the only place that chooses one of several texts.

use raadspost_content::LanguageTag;

/// The text for a language: the one with the language's own tag, otherwise that of its nearest
/// parent; `None` if neither exists.
pub(crate) fn choose<'a, T>(
    texts: &'a [(LanguageTag, T)],
    language: &LanguageTag,
) -> Option<&'a T> {
    language
        .lookup()
        .find_map(|tag| texts.iter().find(|(own, _)| own.as_str() == tag))
        .map(|(_, text)| text)
}

/// Why a cell does not select a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoLanguage<'a> {
    /// The cell's language is not among the languages.
    Unknown,
    /// The cell's language has these regional forms.
    Several(Vec<&'a LanguageTag>),
}

/// The language selected by a cell: the one with the cell's own tag, otherwise its nearest parent,
/// otherwise the only one of which the cell is a parent.
pub(crate) fn named<'a>(
    among: &'a [LanguageTag],
    cell: &str,
) -> Result<&'a LanguageTag, NoLanguage<'a>> {
    let cell = LanguageTag::parse(cell).ok_or(NoLanguage::Unknown)?;
    let own = |tag: &str| among.iter().find(|known| known.as_str() == tag);
    if let Some(found) = cell.lookup().find_map(own) {
        return Ok(found);
    }
    let narrower: Vec<_> = among.iter().filter(|known| cell.covers(known)).collect();
    match narrower.as_slice() {
        [] => Err(NoLanguage::Unknown),
        [one] => Ok(one),
        _ => Err(NoLanguage::Several(narrower)),
    }
}

/// Plain text in one or several languages.
#[derive(Debug, Clone)]
pub(crate) enum Words {
    /// The same in every language.
    One(String),
    /// By language, in source order.
    Each(Vec<(LanguageTag, String)>),
}

impl Words {
    /// The text in a language; checks have made sure that there is one.
    pub(crate) fn in_language(&self, language: &LanguageTag) -> &str {
        match self {
            Self::One(words) => words,
            Self::Each(texts) => choose(texts, language).map_or("", String::as_str),
        }
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::One(String::new())
    }
}

#[cfg(test)]
mod tests {
    use super::{LanguageTag, NoLanguage, choose, named};

    fn tag(word: &str) -> LanguageTag {
        LanguageTag::parse(word).unwrap_or_else(|| panic!("{word}"))
    }

    #[test]
    fn tags_are_canonical_and_nothing_else_is_a_tag() {
        for (word, canonical) in [
            ("nl", "nl"),
            ("NL-nl", "nl-NL"),
            ("NL-LATN-be", "nl-Latn-BE"),
            ("fry", "fry"),
            ("de-CH-1996", "de-CH-1996"),
        ] {
            assert_eq!(tag(word).as_str(), canonical);
        }
        for word in [
            "",
            "n",
            "text",
            "nl_NL",
            "nl-",
            "nl-x",
            "nl-NL-u-ca-gregory",
            "nl NL",
        ] {
            assert_eq!(LanguageTag::parse(word), None, "{word}");
        }
    }

    #[test]
    fn the_nearest_tag_is_taken() {
        let texts = |tags: &[&str]| -> Vec<(LanguageTag, String)> {
            let tags = tags.iter();
            tags.map(|word| (tag(word), (*word).to_owned())).collect()
        };
        for (tags, language, taken) in [
            (&["nl", "nl-BE"][..], "nl-BE", Some("nl-BE")),
            (&["nl-BE", "nl"], "nl-NL", Some("nl")),
            (&["nl", "nl-Latn", "nl-BE"], "nl-Latn-BE", Some("nl-Latn")),
            (&["nl-BE"], "nl", None),
            (&["nl-BE"], "nl-NL", None),
            (&["fr", "en"], "nl", None),
        ] {
            let texts = texts(tags);
            let found = choose(&texts, &tag(language)).map(String::as_str);
            assert_eq!(found, taken, "{tags:?} {language}");
        }
    }

    #[test]
    fn a_cell_names_one_language_or_none() {
        let among = ["nl-NL", "nl-BE", "fy-NL", "de"].map(tag);
        for (cell, language) in [
            ("nl-be", "nl-BE"),
            ("fy", "fy-NL"),
            ("de-AT", "de"),
            ("nl-Latn-NL", ""),
            ("sv", ""),
            ("Nederlands", ""),
        ] {
            let found = named(&among, cell).map(LanguageTag::as_str);
            assert_eq!(found.unwrap_or_default(), language, "{cell}");
        }
        assert_eq!(
            named(&among, "nl"),
            Err(NoLanguage::Several(vec![&among[0], &among[1]]))
        );
    }
}
