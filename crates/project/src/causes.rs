//! Documents that cannot be made, grouped by cause and reported at the location of the cause: a
//! character in the campaign's text, a key, a template. A row of the register is reported only if
//! the fault is the row's own.

use std::collections::BTreeMap;

use raadspost_campaign::Campaign;
use raadspost_content::{Body, Diagnostic, Diagnostics, Letter, Place, Shape};
use raadspost_pipeline::Failure;
use raadspost_yaml::{Step, place_of, places_of_character};

/// The key of a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    code: &'static str,
    /// A document, a letter or a place.
    scope: String,
    /// The message, if documents with different messages have different causes.
    message: String,
}

/// Documents with the same cause.
#[derive(Debug)]
struct Group {
    /// How many.
    documents: u64,
    /// Number of rows, as far as it matters: 1, or more.
    rows: u64,
    /// The first one, in order of the register and of paths.
    first: First,
}

#[derive(Debug)]
struct First {
    reason: Diagnostic,
    row: Place,
    path: String,
    document: String,
    /// The letter in it, and whether it has a KIX code.
    letter: Option<(String, bool)>,
    /// The members, if the document is a collection.
    members: Vec<String>,
}

/// Failures grouped by cause; bounded by the number of causes.
#[derive(Debug, Default)]
pub struct Failures(BTreeMap<Key, Group>);

/// Further causes are grouped together, so that memory is bounded.
const CAUSES: usize = 4096;

/// Faults of a letter as a whole.
const OF_LETTER: [&str; 2] = ["pdf-letterhead-too-tall", "pdf-return-address-too-wide"];
/// Faults of a document as a whole.
const OF_DOCUMENT: [&str; 2] = ["pdf-too-many-pages", "pdf-too-large"];

impl Failures {
    /// Adds a failure.
    pub fn add(&mut self, failure: &Failure<'_>) {
        let letter = letter(&failure.document.shape);
        let key = key(failure, letter);
        let new = || First {
            reason: failure.reason.clone(),
            row: failure.row.clone(),
            path: failure.path.as_str().to_owned(),
            document: failure.document.document.clone(),
            letter: letter.map(|letter| (letter.id.clone(), letter.kix.is_some())),
            members: failure
                .document
                .shape
                .members()
                .iter()
                .map(|member| member.document.clone())
                .collect(),
        };
        let key = if self.0.contains_key(&key) || self.0.len() < CAUSES {
            key
        } else {
            Key {
                code: "too-many-failures",
                scope: String::new(),
                message: String::new(),
            }
        };
        let Some(group) = self.0.get_mut(&key) else {
            let (documents, rows, first) = (1, 1, new());
            let group = Group {
                documents,
                rows,
                first,
            };
            self.0.insert(key, group);
            return;
        };
        group.documents += 1;
        let line = |place: &Place| match place {
            Place::Row { line, .. } => Some(*line),
            Place::Nowhere | Place::Source(..) | Place::File(_) => None,
        };
        let (here, first) = (line(failure.row), line(&group.first.row));
        if here != first {
            group.rows = 2;
        }
        // Threads find them in any order; the first in register order is reported.
        let path = failure.path.as_str();
        if (here, path) < (first, group.first.path.as_str()) {
            group.first = new();
        }
    }

    /// One diagnostic for each cause.
    pub fn told(self, campaign: &Campaign) -> Diagnostics {
        let (mut groups, collections): (Vec<Group>, Vec<Group>) = self
            .0
            .into_values()
            .partition(|group| group.first.members.is_empty());
        for collection in collections {
            // A document's fault also affects every file that contains the document.
            let member = groups.iter_mut().find(|group| {
                group.first.reason.code == collection.first.reason.code
                    && collection.first.members.contains(&group.first.document)
            });
            match member {
                Some(member) => member.documents += collection.documents,
                None => groups.push(collection),
            }
        }
        let told = groups.into_iter().flat_map(|group| group.told(campaign));
        let mut told: Diagnostics = told.collect();
        told.sort_by_cached_key(|diagnostic| {
            let (file, line, column) = diagnostic.location();
            (
                file.map(str::to_owned),
                line,
                column,
                diagnostic.message.clone(),
            )
        });
        told
    }
}

impl Group {
    fn told(self, campaign: &Campaign) -> Diagnostics {
        let Self {
            documents,
            rows,
            first,
        } = self;
        let missing = characters(&first.reason, campaign);
        if !missing.is_empty() {
            let told = |(c, place)| {
                let message = format!(
                    "no font has the character `{c}` (U+{:04X}){}",
                    u32::from(c),
                    whose(documents, &first.path)
                );
                Diagnostic::error("pdf-missing-glyph", message)
                    .at(place)
                    .hint("replace it, or add a font that has it and name it in `fallback` of the theme")
            };
            return missing.into_iter().map(told).collect();
        }
        let mut reason = first.reason.clone();
        reason.message.push_str(&whose(documents, &first.path));
        if matches!(reason.place, Place::Nowhere) {
            let shared = shared(&first, rows > 1).and_then(|path| {
                let path: Vec<Step<'_>> = path.iter().map(Owned::step).collect();
                // The nearest existing key above it, if the file does not have the key itself.
                (1..=path.len())
                    .rev()
                    .find_map(|steps| place_of(campaign.source(), &path[..steps]))
            });
            reason.place = shared.unwrap_or(first.row);
        }
        vec![reason]
    }
}

/// How many documents are affected.
fn whose(documents: u64, path: &str) -> String {
    if documents == 1 {
        format!(" (in `{path}`)")
    } else {
        format!(" (in {documents} documents, such as `{path}`)")
    }
}

fn letter(shape: &Shape) -> Option<&Letter> {
    match &shape.body {
        Body::Letter(letter) => Some(letter),
        Body::Parts { .. } => None,
        Body::Collection(members) => members.iter().find_map(|member| letter(member)),
    }
}

fn key(failure: &Failure<'_>, letter: Option<&Letter>) -> Key {
    let reason = failure.reason;
    let code = reason.code;
    let message = reason.message.as_str();
    let letter_id = || letter.map_or_else(String::new, |letter| format!("letter {}", letter.id));
    let of = |scope: String, message: String| Key {
        code,
        scope,
        message,
    };
    if let Place::Source(source, span) = &reason.place {
        let scope = format!("{}:{}", source.name(), span.start);
        return of(scope, message.to_owned());
    }
    if OF_LETTER.contains(&code) {
        return of(letter_id(), String::new());
    }
    if OF_DOCUMENT.contains(&code) {
        return of(failure.document.document.clone(), String::new());
    }
    if code == "pdf-address-too-tall" && letter.is_some_and(|letter| letter.kix.is_some()) {
        return of(letter_id(), String::new());
    }
    if code.starts_with("pdf-address-") {
        return of(letter_id(), message.to_owned());
    }
    if let Some((said, _)) = message.split_once(", in the text of ") {
        return of(String::new(), said.to_owned());
    }
    // Positions on a page and neighbouring words differ from row to row.
    of(failure.document.file.clone(), String::new())
}

/// The characters that no font has, each with its first location in the campaign; empty if the
/// fault is another one, or if they do not occur in the campaign.
fn characters(reason: &Diagnostic, campaign: &Campaign) -> Vec<(char, Place)> {
    if reason.code != "pdf-missing-glyph" {
        return Vec::new();
    }
    let numbers = reason.message.split("U+").skip(1);
    let all = numbers.filter_map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        let c = char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?;
        let place = places_of_character(campaign.source(), c)
            .into_iter()
            .next()?;
        Some((c, place))
    });
    all.collect()
}

/// An owned step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Owned {
    Key(String),
    Having(&'static str, String),
}

impl Owned {
    fn step(&self) -> Step<'_> {
        match self {
            Self::Key(key) => Step::Key(key),
            Self::Having(key, value) => Step::Having(key, value),
        }
    }
}

/// The path in the campaign to the shared text that causes the fault; `None` if the row itself
/// does.
fn shared(first: &First, many_rows: bool) -> Option<Vec<Owned>> {
    let key = |key: &str| Owned::Key(key.to_owned());
    let document = || {
        vec![
            key("documents"),
            Owned::Having("id", first.document.clone()),
        ]
    };
    let letter = |last: &str| {
        let (id, _) = first.letter.as_ref()?;
        Some(vec![key("letters"), key(id), key(last)])
    };
    let has_kix = first.letter.as_ref().is_some_and(|(_, kix)| *kix);
    match first.reason.code {
        "pdf-letterhead-too-tall" => Some(vec![key("sender")]),
        "pdf-return-address-too-wide" => Some(vec![key("sender"), key("address")]),
        "pdf-too-many-pages" => Some([document(), vec![key("limits"), key("pages")]].concat()),
        "pdf-too-large" => Some([document(), vec![key("limits"), key("bytes")]].concat()),
        "pdf-address-too-tall" if has_kix && many_rows => letter("kix"),
        code if code.starts_with("pdf-address-") => {
            many_rows.then(|| letter("addressee")).flatten()
        }
        _ => many_rows.then(document),
    }
}
