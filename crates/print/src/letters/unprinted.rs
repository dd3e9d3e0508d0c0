//! Letters and documents that are not printed, and why.

use raadspost_content::Format;
use raadspost_run::MailingDocument;
use serde::Serialize;

/// A letter that cannot be printed, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The municipality's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The line of its row in the register, from 1.
    pub line: u64,
    /// The letter's id.
    pub letter_id: String,
    /// The reason.
    pub reason: String,
}

/// Municipalities for which an envelope is not printed, with good reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotSent {
    /// The envelope.
    pub envelope: String,
    /// The reason.
    pub reason: String,
    /// The number of municipalities.
    pub number: u32,
    /// Their codes, in the order of the register.
    pub codes: Vec<String>,
}

/// A document that is made and in none of the envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotPosted {
    /// The document's id.
    pub document: String,
    /// Its format.
    pub format: Format,
    /// The number of them.
    pub number: u32,
    /// The reason.
    pub reason: String,
}

/// Letters and documents that are not printed, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NotPrinted {
    /// Letters that cannot be printed, in the order of the register.
    pub refused: Vec<Refused>,
    /// Municipalities that get no such envelope, because they do not get its letter or have no
    /// postal address.
    pub without: Vec<NotSent>,
    /// Municipalities whose documents the run was not asked to make.
    pub not_made: Vec<NotSent>,
    /// Documents that are made and in no envelope.
    pub documents: Vec<NotPosted>,
}

impl NotPrinted {
    /// The number of letters in a list.
    pub(crate) fn number(list: &[NotSent]) -> u32 {
        list.iter().map(|one| one.number).sum()
    }

    pub(crate) fn not_sent(list: &mut Vec<NotSent>, envelope: &str, code: &str, reason: String) {
        let same = |one: &&mut NotSent| one.envelope == envelope && one.reason == reason;
        let code = code.to_owned();
        match list.iter_mut().find(same) {
            Some(one) => {
                one.number += 1;
                one.codes.push(code);
            }
            None => list.push(NotSent {
                envelope: envelope.to_owned(),
                reason,
                number: 1,
                codes: vec![code],
            }),
        }
    }

    pub(crate) fn document(&mut self, document: &MailingDocument, reason: String) {
        let same = |one: &&mut NotPosted| {
            one.document == document.id && one.format == document.format && one.reason == reason
        };
        match self.documents.iter_mut().find(same) {
            Some(one) => one.number += 1,
            None => self.documents.push(NotPosted {
                document: document.id.clone(),
                format: document.format,
                number: 1,
                reason,
            }),
        }
    }
}
