//! A letter: the documents of one envelope for one addressee.

use raadspost_content::{Area, Fingerprint, Postal};

/// A PDF of a letter.
#[derive(Debug, Clone)]
pub(crate) struct LetterFile {
    /// Its path, relative to the run.
    pub(crate) path: String,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
    /// Its pages.
    pub(crate) pages: u32,
}

/// A letter.
#[derive(Debug, Clone)]
pub(crate) struct Letter {
    /// The municipality's code.
    pub(crate) code: String,
    /// Its name.
    pub(crate) name: String,
    /// The line of its row in the register.
    pub(crate) line: u64,
    /// The same in every print run: the code and the name of the envelope.
    pub(crate) id: String,
    /// The lines of the address block.
    pub(crate) lines: Vec<String>,
    /// The window of its envelope, if known.
    pub(crate) window: Option<Area>,
    /// The fields of the address.
    pub(crate) postal: Postal,
    /// The files in the order in which they are mailed.
    pub(crate) files: Vec<LetterFile>,
}

impl Letter {
    /// The digest of its files.
    pub(crate) fn sha256(&self) -> String {
        match self.files.as_slice() {
            [one] => one.sha256.clone(),
            files => {
                let mut builder = Fingerprint::builder("letter");
                for file in files {
                    builder.field(file.sha256.as_bytes());
                }
                builder.finish().to_string()
            }
        }
    }
}

/// A letter of the code `code` with files of so many pages.
#[cfg(test)]
pub(crate) fn sample(code: &str, pages: &[u32]) -> Letter {
    Letter {
        code: code.into(),
        name: code.into(),
        line: u64::from(code.as_bytes()[0]),
        id: format!("{code}.pack"),
        lines: Vec::new(),
        window: None,
        postal: Postal {
            postcode: "1234 AB".into(),
            ..Postal::default()
        },
        files: files_of(pages),
    }
}

/// Files of so many pages, of which nothing else is known.
pub(crate) fn files_of(pages: &[u32]) -> Vec<LetterFile> {
    let file = |pages: &u32| LetterFile {
        path: String::new(),
        sha256: String::new(),
        pages: *pages,
    };
    pages.iter().map(file).collect()
}
