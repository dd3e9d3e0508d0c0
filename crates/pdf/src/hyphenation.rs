//! Where a word may not be broken although Typst's patterns would: the templates set the letter
//! behind each mark without hyphenation, and the mark itself is no part of the text.

use std::borrow::Cow;

use hypher::{Lang, hyphenate};

/// No line ends here: a word joiner.
pub(crate) const MARK: char = '\u{2060}';

/// What Typst's patterns do not know of a language.
pub(crate) struct Rules {
    lang: Lang,
    /// Letters that lose their mark at the start of a line.
    marked: &'static [char],
    /// Words with a hyphen at each place where they may be broken, in small letters; each stands for
    /// all words that begin with it, whose rest follows the patterns.
    exceptions: &'static [&'static str],
}

/// Dutch: a diaeresis shows where a syllable begins, and is left out where a line break shows it
/// (Woordenlijst Nederlandse Taal, Leidraad 16.2): `coördineren`, but `co-ordineren`. A break there
/// would need another spelling, so none is made.
const DUTCH: Rules = Rules {
    lang: Lang::Dutch,
    marked: &['ë', 'ï', 'ö', 'ü', 'Ë', 'Ï', 'Ö', 'Ü'],
    exceptions: &["oe-kraï-en", "oe-kraï-en-se", "oe-kraï-ne", "oe-kraï-ner"],
};

/// The rules of a language (ISO 639), if it has any of its own.
pub(crate) fn rules(lang: &str) -> Option<&'static Rules> {
    (lang == "nl").then_some(&DUTCH)
}

impl Rules {
    /// Whether the text may have a word that needs a mark.
    fn concern(&self, text: &str) -> bool {
        text.contains(self.marked)
    }

    /// The text with marks in those words that need them.
    pub(crate) fn marked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.concern(text) {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len() + 8);
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest
                .find(|c: char| !c.is_alphabetic())
                .unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            if word.chars().count() > 3 && self.concern(word) {
                out.push_str(&self.word(word));
            } else {
                out.push_str(word);
            }
            let next = behind.find(char::is_alphabetic).unwrap_or(behind.len());
            out.push_str(&behind[..next]);
            rest = &behind[next..];
        }
        Cow::Owned(out)
    }

    /// The word with a mark wherever the patterns break it and the language does not.
    fn word(&self, word: &str) -> String {
        let small = word.to_lowercase();
        let exceptions = self.exceptions.iter().filter_map(|exception| {
            let letters = exception.replace('-', "");
            small
                .starts_with(&letters)
                .then_some((*exception, letters.len()))
        });
        // As long as in small letters, so that places in one are places in the other.
        let exceptions = exceptions.filter(|_| small.len() == word.len());
        let (exception, known) = exceptions
            .max_by_key(|(_, length)| *length)
            .unwrap_or_default();
        let mut end = 0;
        let stated: Vec<usize> = exception
            .split('-')
            .map(|part| {
                end += part.len();
                end
            })
            .collect();
        let allowed = |at: usize| {
            if at <= known {
                stated.contains(&at)
            } else {
                !word[at..].starts_with(self.marked)
            }
        };
        let mut out = String::with_capacity(word.len() + 6);
        let mut at = 0;
        for syllable in hyphenate(word, self.lang) {
            if at > 0 && !allowed(at) {
                out.push(MARK);
            }
            out.push_str(syllable);
            at += syllable.len();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The word with a hyphen wherever Typst may break it.
    fn broken(word: &str) -> String {
        let marked = rules("nl").expect("rules").marked(word);
        let mut marks = marked.split(MARK);
        let mut ends = Vec::new();
        let mut at = 0;
        for part in marks.by_ref() {
            at += part.len();
            ends.push(at);
        }
        let mut out = String::new();
        for syllable in hyphenate(word, Lang::Dutch) {
            let at = out.replace('-', "").len();
            if at > 0 && !ends.contains(&at) {
                out.push('-');
            }
            out.push_str(syllable);
        }
        out
    }

    #[test]
    fn no_line_begins_with_a_letter_that_would_lose_its_diaeresis() {
        let words = [
            "coör-di-neert",
            "coör-di-na-tie",
            "geïn-for-meerd",
            "beëin-di-gen",
            "pa-tiën-ten",
            "reü-nie",
            "ko-loën",
            "Oekraï-ne",
            "Oekraï-ner",
            "Oekraïen-se",
            "OEKRAÏ-NE",
            "naïe-ve",
            "ge-creëerd",
        ];
        for expected in words {
            let word = expected.replace('-', "");
            let found = broken(&word);
            assert_eq!(found, expected, "{word}");
        }
    }

    #[test]
    fn all_else_is_left_as_it_is() {
        let rules = rules("nl").expect("rules");
        for text in [
            "De gemeente gaat over tot de orde van de dag.",
            "één café",
            "Zoë",
        ] {
            assert_eq!(rules.marked(text).replace(MARK, ""), text);
        }
        assert_eq!(rules.marked("één gemeente"), "één gemeente");
        let text = "Steun aan Oekraïne: coördinatie, geïnformeerd.";
        let marked = rules.marked(text);
        assert_ne!(marked, text);
        assert_eq!(marked.replace(MARK, ""), text);
        assert!(super::rules("de").is_none());
    }
}
