//! What makes a file one of PDF/A-2a and PDF/UA-1 beside its marks: the output intent, the names of
//! the file, the properties that are said twice, and what no such file may have.

use raadspost_content::{Diagnostic, Diagnostics};

use super::Finished;
use crate::pdf::syntax::document::text_string;
use crate::pdf::syntax::object::{Dictionary, Object};
use crate::pdf::tree::metadata::Metadata;

pub(super) fn check(finished: &Finished<'_>, metadata: &Metadata) -> Diagnostics {
    let mut faults = Vec::new();
    faults.extend(intent(finished));
    faults.extend(identity(finished));
    faults.extend(metadata.faults.iter().cloned());
    faults.extend(twice(finished, metadata));
    let archival = faults
        .into_iter()
        .map(|fault| Diagnostic::error("pdf-not-archival", format!("the finished file: {fault}")));
    let mut found: Diagnostics = archival.collect();
    found.extend(active(finished));
    found
}

/// One output intent, for screens and printers of red, green and blue (ISO 19005-2, 6.2.3).
fn intent(finished: &Finished<'_>) -> Option<String> {
    let document = finished.pdf();
    let intents = document
        .catalog()
        .and_then(|catalog| catalog.get_deref(b"OutputIntents", document))
        .and_then(Object::as_array)
        .unwrap_or_default();
    let dictionaries = intents
        .iter()
        .filter_map(|intent| document.dereference(intent)?.1.as_dict());
    let mut own = dictionaries.filter(|intent| {
        intent.get_deref(b"S", document).and_then(Object::as_name) == Some(b"GTS_PDFA1")
    });
    let (Some(intent), None) = (own.next(), own.next()) else {
        return Some("it does not have one output intent".to_owned());
    };
    let name = text_string(document, intent, b"OutputConditionIdentifier");
    if name.unwrap_or_default().is_empty() {
        return Some("its output intent has no name".to_owned());
    }
    let profile = intent
        .get_deref(b"DestOutputProfile", document)
        .and_then(Object::as_stream);
    let Some(profile) = profile else {
        return Some("its output intent has no colour profile".to_owned());
    };
    let components = profile
        .dict
        .get_deref(b"N", document)
        .and_then(Object::as_i64);
    let bytes = profile.plain(document).unwrap_or_default();
    // The header of a profile: version, class, colour space, signature (ICC.1:2010, 7.2).
    let header = |at: usize, length: usize| bytes.get(at..at + length).unwrap_or_default();
    let length = header(0, 4)
        .iter()
        .fold(0, |all, byte| all << 8 | usize::from(*byte));
    let sound = header(36, 4) == b"acsp"
        && length == bytes.len()
        && header(8, 1).first().is_some_and(|version| *version <= 4)
        && matches!(header(12, 4), b"mntr" | b"prtr")
        && header(16, 4) == b"RGB "
        && components == Some(3);
    (!sound)
        .then(|| "the colour profile of its output intent is not one of three colours".to_owned())
}

/// The two names of a file (ISO 32000-1, 14.4), which a PDF/A has (ISO 19005-2, 6.1.3).
fn identity(finished: &Finished<'_>) -> Option<String> {
    let ids = finished
        .pdf()
        .trailer
        .get_deref(b"ID", finished.pdf())
        .and_then(Object::as_array);
    let sound = matches!(ids, Some([Object::String(first), Object::String(second)])
        if first.len() >= 16 && second.len() >= 16);
    (!sound).then(|| "its trailer does not have the two names of a file".to_owned())
}

/// What the information dictionary and the metadata both say (ISO 19005-2, 6.6.3).
fn twice(finished: &Finished<'_>, metadata: &Metadata) -> Vec<String> {
    let document = finished.pdf();
    let info = document
        .trailer
        .get_deref(b"Info", document)
        .and_then(Object::as_dict);
    let said = |key: &[u8]| info.and_then(|info: &Dictionary<'_>| text_string(document, info, key));
    // `D:20230209000000Z` and `2023-02-09T00:00:00+00:00`.
    let digits =
        |date: &str| -> String { date.chars().filter(char::is_ascii_digit).take(14).collect() };
    let mut faults = Vec::new();
    for (key, other, name) in [
        (&b"Author"[..], &metadata.xmp_author, "author"),
        (b"Subject", &metadata.description, "description"),
        (b"Keywords", &metadata.keywords, "key word"),
        (b"Creator", &metadata.creator, "program"),
    ] {
        if let Some(said) = said(key)
            && other.as_deref() != Some(&*said)
        {
            faults.push(format!("its {name} is not what its metadata says"));
        }
    }
    for (key, other) in [
        (&b"CreationDate"[..], &metadata.created),
        (b"ModDate", &metadata.modified),
    ] {
        if let Some(said) = said(key)
            && other.as_deref().map(digits) != Some(digits(&said))
        {
            faults.push("a date of it is not what its metadata says".to_owned());
        }
    }
    faults
}

/// What acts, is attached or is shown at choice: none of it may be in a letter.
fn active(finished: &Finished<'_>) -> Option<Diagnostic> {
    let document = finished.pdf();
    let catalog = document.catalog()?;
    let names = catalog
        .get_deref(b"Names", document)
        .and_then(Object::as_dict);
    let named = |key: &[u8]| names.is_some_and(|names| names.get(key).is_some());
    let first = [
        &b"OpenAction"[..],
        b"AA",
        b"AcroForm",
        b"OCProperties",
        b"Perms",
        b"AF",
    ]
    .into_iter()
    .find(|key| catalog.get(key).is_some())
    .or([&b"JavaScript"[..], b"EmbeddedFiles"]
        .into_iter()
        .find(|key| named(key)));
    if let Some(key) = first {
        let name = String::from_utf8_lossy(key);
        let message = format!(
            "the finished file has an entry `{name}`: something acts, is attached or is optional"
        );
        return Some(Diagnostic::error("pdf-not-archival", message));
    }
    let shows_title = catalog
        .get_deref(b"ViewerPreferences", document)
        .and_then(Object::as_dict)
        .and_then(|preferences| {
            preferences
                .get_deref(b"DisplayDocTitle", document)?
                .as_bool()
        });
    (shows_title != Some(true)).then(|| {
        let message = "the finished file does not have its title shown";
        Diagnostic::error("pdf-not-accessible", message)
    })
}
