//! Warnings for text that no document shows.

use std::collections::BTreeSet;

use raadspost_content::Diagnostic;
use raadspost_yaml::Text;

use super::Checker;
use crate::ast::visit::{ADDRESS_PHRASES, Met, Owner};
use crate::ast::{BodyDraft, Piece};

impl<'a> Checker<'a> {
    /// Warns about phrases, texts, letters and motions that no document shows.
    pub(super) fn unused(&mut self) {
        let draft = self.draft;
        let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
        let mut choices: BTreeSet<(&str, &str)> = BTreeSet::new();
        for document in &draft.documents {
            draft.visit_document(document, None, &mut |owner, met| {
                match met {
                    Met::Piece(Piece::FillIn(reference)) => {
                        used.insert(("fill-in", &reference.key))
                    }
                    Met::Piece(Piece::Choice(reference)) => match owner {
                        Owner::Motion(motion) => choices.insert((&motion.key.text, &reference.key)),
                        Owner::Phrase | Owner::Other => false,
                    },
                    Met::Piece(Piece::Phrase(reference)) | Met::Phrase(reference) => {
                        used.insert(("phrase", &reference.key))
                    }
                    Met::Piece(_) | Met::Document(_) => false,
                    Met::Letter(key) => used.insert(("letter", &key.key)),
                    Met::Text(key) => used.insert(("text", &key.key)),
                    Met::Motion(key, _) => used.insert(("motion", &key.key)),
                };
            });
            if matches!(document.body, BodyDraft::Letter(_)) {
                used.extend(ADDRESS_PHRASES.iter().map(|key| ("phrase", *key)));
            }
        }
        let fill_ins = draft.fill_ins.iter().map(|(key, _)| ("fill-in", key));
        let phrases = draft.phrases.iter().map(|(key, _)| ("phrase", key));
        let letters = draft.letters.iter().map(|letter| ("letter", &letter.key));
        let texts = draft.texts.iter().map(|text| ("text", &text.key));
        let motions = draft.motions.iter().map(|motion| ("motion", &motion.key));
        let all = fill_ins.chain(phrases).chain(letters).chain(texts);
        for (what, key) in all.chain(motions) {
            if !used.contains(&(what, key.text.as_str())) {
                let code = match what {
                    "fill-in" => "unused-fill-in",
                    "phrase" => "unused-phrase",
                    "letter" => "unused-letter",
                    "text" => "unused-text",
                    _ => "unused-motion",
                };
                self.idle(code, what, key);
            }
        }
        for motion in &draft.motions {
            // An unused motion is reported as a whole.
            let shown = used.contains(&("motion", motion.key.text.as_str()));
            for (key, _) in &motion.choices {
                if shown && !choices.contains(&(motion.key.text.as_str(), key.text.as_str())) {
                    self.idle("unused-choice", "choice", key);
                }
            }
        }
    }

    fn idle(&mut self, code: &'static str, what: &str, key: &Text) {
        let message = format!("{what} `{}` is not used by any document", key.text);
        self.diagnostics.push(
            Diagnostic::warning(code, message)
                .at(key.whole())
                .hint(format!("use it, remove it, or write `allow: [{code}]`")),
        );
    }
}
