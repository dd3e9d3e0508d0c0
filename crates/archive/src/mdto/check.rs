//! An own check of MDTO 1.0.1 sidecars: order, mandatory elements, value types and closed lists.
//! The schema itself may not be copied here, and a package is judged years later without network;
//! a test holds this check and `xmllint` with the schema against each other.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::mdto::object::NAMESPACE;

/// What an element holds.
#[derive(Debug, Clone, Copy)]
enum Holds {
    /// Elements in this order.
    Sequence(&'static [Slot]),
    /// Any text that is not empty.
    Text,
    /// A whole number.
    Number,
    /// A language tag (`xsd:language`).
    Language,
    /// Year, month or day.
    Day,
    /// The same, or a moment.
    DayOrTime,
    /// A moment (`xsd:dateTime`).
    Time,
    /// `P10Y`.
    Duration,
}

/// A place in a sequence: name, least and most (0: any number), and what it holds.
type Slot = (&'static str, usize, usize, Holds);

use Holds::{Day, DayOrTime, Duration, Language, Number, Sequence, Text, Time};

static IDENTITY: [Slot; 2] = [
    ("identificatieKenmerk", 1, 1, Text),
    ("identificatieBron", 1, 1, Text),
];
static REFERENCE: [Slot; 2] = [
    ("verwijzingNaam", 1, 1, Text),
    ("verwijzingIdentificatie", 0, 1, Sequence(&IDENTITY)),
];
static CONCEPT: [Slot; 3] = [
    ("begripLabel", 1, 1, Text),
    ("begripCode", 0, 1, Text),
    ("begripBegrippenlijst", 1, 1, Sequence(&REFERENCE)),
];
static TERM: [Slot; 4] = [
    ("termijnTriggerStartLooptijd", 0, 1, Sequence(&CONCEPT)),
    ("termijnStartdatumLooptijd", 0, 1, Day),
    ("termijnLooptijd", 0, 1, Duration),
    ("termijnEinddatum", 0, 1, Day),
];
static LOCATION: [Slot; 2] = [
    ("raadpleeglocatieFysiek", 0, 0, Sequence(&REFERENCE)),
    ("raadpleeglocatieOnline", 0, 0, Text),
];
static PERIOD: [Slot; 3] = [
    ("dekkingInTijdType", 1, 1, Sequence(&CONCEPT)),
    ("dekkingInTijdBegindatum", 1, 1, Day),
    ("dekkingInTijdEinddatum", 0, 1, Day),
];
static EVENT: [Slot; 4] = [
    ("eventType", 1, 1, Sequence(&CONCEPT)),
    ("eventTijd", 0, 1, DayOrTime),
    ("eventVerantwoordelijkeActor", 0, 1, Sequence(&REFERENCE)),
    ("eventResultaat", 0, 1, Text),
];
static RELATED: [Slot; 2] = [
    (
        "gerelateerdInformatieobjectVerwijzing",
        1,
        1,
        Sequence(&REFERENCE),
    ),
    (
        "gerelateerdInformatieobjectTypeRelatie",
        1,
        1,
        Sequence(&CONCEPT),
    ),
];
static PARTY: [Slot; 2] = [
    ("betrokkeneTypeRelatie", 1, 1, Sequence(&CONCEPT)),
    ("betrokkeneActor", 1, 1, Sequence(&REFERENCE)),
];
static RESTRICTION: [Slot; 4] = [
    ("beperkingGebruikType", 1, 1, Sequence(&CONCEPT)),
    ("beperkingGebruikNadereBeschrijving", 0, 1, Text),
    ("beperkingGebruikDocumentatie", 0, 0, Sequence(&REFERENCE)),
    ("beperkingGebruikTermijn", 0, 1, Sequence(&TERM)),
];
static OBJECT: [Slot; 23] = [
    ("identificatie", 1, 0, Sequence(&IDENTITY)),
    ("naam", 1, 1, Text),
    ("aggregatieniveau", 0, 1, Sequence(&CONCEPT)),
    ("classificatie", 0, 0, Sequence(&CONCEPT)),
    ("trefwoord", 0, 0, Text),
    ("omschrijving", 0, 0, Text),
    ("raadpleeglocatie", 0, 0, Sequence(&LOCATION)),
    ("dekkingInTijd", 0, 0, Sequence(&PERIOD)),
    ("dekkingInRuimte", 0, 0, Sequence(&REFERENCE)),
    ("taal", 0, 0, Language),
    ("event", 0, 0, Sequence(&EVENT)),
    ("waardering", 1, 1, Sequence(&CONCEPT)),
    ("bewaartermijn", 0, 1, Sequence(&TERM)),
    ("informatiecategorie", 0, 1, Sequence(&CONCEPT)),
    ("isOnderdeelVan", 0, 0, Sequence(&REFERENCE)),
    ("bevatOnderdeel", 0, 0, Sequence(&REFERENCE)),
    ("heeftRepresentatie", 0, 0, Sequence(&REFERENCE)),
    ("aanvullendeMetagegevens", 0, 0, Sequence(&REFERENCE)),
    ("gerelateerdInformatieobject", 0, 0, Sequence(&RELATED)),
    ("archiefvormer", 1, 0, Sequence(&REFERENCE)),
    ("betrokkene", 0, 0, Sequence(&PARTY)),
    ("activiteit", 0, 1, Sequence(&REFERENCE)),
    ("beperkingGebruik", 1, 0, Sequence(&RESTRICTION)),
];
static CHECKSUM: [Slot; 3] = [
    ("checksumAlgoritme", 1, 1, Sequence(&CONCEPT)),
    ("checksumWaarde", 1, 1, Text),
    ("checksumDatum", 1, 1, Time),
];
static FILE: [Slot; 7] = [
    ("identificatie", 1, 0, Sequence(&IDENTITY)),
    ("naam", 1, 1, Text),
    ("omvang", 1, 1, Number),
    ("bestandsformaat", 1, 1, Sequence(&CONCEPT)),
    ("checksum", 1, 0, Sequence(&CHECKSUM)),
    ("URLBestand", 0, 1, Text),
    ("isRepresentatieVan", 1, 1, Sequence(&REFERENCE)),
];

/// `waardering`, a closed list.
const APPRAISALS: [(&str, &str); 3] = [
    ("B", "Blijvend te bewaren"),
    ("V", "Tijdelijk te bewaren"),
    ("N", "Nader te bepalen"),
];
/// `checksumAlgoritme`, and the digits that its values have; written with or without hyphen.
const ALGORITHMS: [(&str, usize); 4] = [
    ("SHA224", 56),
    ("SHA256", 64),
    ("SHA384", 96),
    ("SHA512", 128),
];

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first element at the end of a path.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        match path {
            [] => Some(self),
            [name, rest @ ..] => self
                .children
                .iter()
                .find(|child| child.name == *name)?
                .at(rest),
        }
    }

    /// The text at the end of a path.
    pub(crate) fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str())
    }
}

/// Reads a sidecar into elements.
///
/// # Errors
/// What makes it not well-formed, or of another namespace.
pub(crate) fn parse(bytes: &[u8]) -> Result<Element, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        match event {
            Event::Start(start) => {
                let name = std::str::from_utf8(start.name().as_ref())
                    .map_err(|error| error.to_string())?
                    .to_owned();
                if open.is_empty() {
                    if root.is_some() {
                        return Err("it has two uppermost elements".to_owned());
                    }
                    let space = start
                        .try_get_attribute("xmlns")
                        .map_err(|error| error.to_string())?;
                    if space.is_none_or(|space| space.value.as_ref() != NAMESPACE.as_bytes()) {
                        return Err(format!("its namespace is not `{NAMESPACE}`"));
                    }
                }
                open.push(Element {
                    name,
                    ..Element::default()
                });
            }
            Event::End(_) => close(&mut open, &mut root),
            Event::Empty(start) => {
                let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                open.push(Element {
                    name,
                    ..Element::default()
                });
                close(&mut open, &mut root);
            }
            Event::Text(text) => {
                let text = text.xml10_content().map_err(|error| error.to_string())?;
                match open.last_mut() {
                    Some(element) => element.text.push_str(&text),
                    None if text.trim().is_empty() => {}
                    None => return Err("it has text outside of its elements".to_owned()),
                }
            }
            Event::GeneralRef(reference) => {
                let c = match reference.resolve_char_ref() {
                    Ok(Some(c)) => Some(c.to_string()),
                    _ => reference.decode().ok().and_then(|name| {
                        quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned)
                    }),
                };
                match (c, open.last_mut()) {
                    (Some(c), Some(element)) => element.text.push_str(&c),
                    _ => return Err("it has an entity that XML does not know".to_owned()),
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::CData(_) | Event::DocType(_) => {
                return Err("it has a part that MDTO does not use".to_owned());
            }
        }
    }
    if !open.is_empty() {
        return Err("it ends too early".to_owned());
    }
    root.ok_or_else(|| "it has no element".to_owned())
}

fn close(open: &mut Vec<Element>, root: &mut Option<Element>) {
    if let Some(element) = open.pop() {
        match open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => *root = Some(element),
        }
    }
}

/// What is wrong with a sidecar; empty where nothing is.
pub(crate) fn faults(root: &Element) -> Vec<String> {
    let mut faults = Vec::new();
    match (root.name.as_str(), root.children.as_slice()) {
        ("MDTO", [one]) if one.name == "informatieobject" => {
            sequence(one, &OBJECT, &mut faults);
            closed_lists(one, &mut faults);
        }
        ("MDTO", [one]) if one.name == "bestand" => {
            sequence(one, &FILE, &mut faults);
            closed_lists(one, &mut faults);
        }
        _ => faults.push("it is not one `informatieobject` or `bestand` in `MDTO`".to_owned()),
    }
    faults
}

fn sequence(element: &Element, slots: &[Slot], faults: &mut Vec<String>) {
    let mut children = element.children.iter().peekable();
    for (name, least, most, holds) in slots {
        let mut count = 0;
        while let Some(child) = children.next_if(|child| child.name == *name) {
            count += 1;
            value(child, *holds, faults);
        }
        if count < *least {
            faults.push(format!(
                "`{}` has no `{name}`, or not in its place",
                element.name
            ));
        }
        if *most > 0 && count > *most {
            faults.push(format!("`{}` has `{name}` {count} times", element.name));
        }
    }
    if let Some(child) = children.next() {
        faults.push(format!(
            "`{}` stands in `{}` where it may not",
            child.name, element.name
        ));
    }
    if !element.text.trim().is_empty() {
        faults.push(format!("`{}` has text between its elements", element.name));
    }
}

fn value(element: &Element, holds: Holds, faults: &mut Vec<String>) {
    let text = element.text.trim();
    let right = match holds {
        Sequence(slots) => return sequence(element, slots, faults),
        Text => !text.is_empty(),
        Number => !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
        Language => is_language(text),
        Day => is_day(text),
        DayOrTime => is_day(text) || is_time(text),
        Time => is_time(text),
        Duration => is_duration(text),
    };
    if !right {
        faults.push(format!("`{}` cannot be `{text}`", element.name));
    }
    if !element.children.is_empty() {
        faults.push(format!("`{}` has elements in it", element.name));
    }
}

fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let primary = parts.next().unwrap_or("");
    (1..=8).contains(&primary.len())
        && letters(primary)
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

/// `2023`, `2023-02` or `2023-02-09`.
fn is_day(text: &str) -> bool {
    let full = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        _ => text.to_owned(),
    };
    raadspost_content::Date::parse(&full).is_some()
}

/// `2023-02-09T12:00:00`, with parts of a second and an offset where there are any.
fn is_time(text: &str) -> bool {
    let zoned = |text: &str| raadspost_run::parse_time(text).is_ok();
    text.contains('T') && (zoned(text) || zoned(&format!("{text}Z")))
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    let (days, times) = rest.split_once('T').unwrap_or((rest, ""));
    let part = |text: &str, units: &str| {
        let mut units = units.chars();
        let mut digits = 0;
        for c in text.chars() {
            if c.is_ascii_digit() {
                digits += 1;
            } else if digits > 0 && units.any(|unit| unit == c) {
                digits = 0;
            } else {
                return false;
            }
        }
        digits == 0
    };
    !rest.is_empty() && !rest.ends_with('T') && part(days, "YMD") && part(times, "HMS")
}

fn closed_lists(element: &Element, faults: &mut Vec<String>) {
    if let Some(appraisal) = element.at(&["waardering"]) {
        let label = appraisal.text_at(&["begripLabel"]).unwrap_or("");
        let code = appraisal.text_at(&["begripCode"]);
        let known = APPRAISALS
            .iter()
            .any(|(short, long)| *long == label && code.is_none_or(|code| code == *short));
        if !known {
            faults.push(format!("`waardering` cannot be `{label}`"));
        }
    }
    let checksums = element.children.iter().filter(|one| one.name == "checksum");
    for checksum in checksums {
        let label = checksum
            .text_at(&["checksumAlgoritme", "begripLabel"])
            .unwrap_or("");
        let value = checksum.text_at(&["checksumWaarde"]).unwrap_or("");
        let plain = label.replace('-', "");
        let hex = value.bytes().all(|b| b.is_ascii_hexdigit());
        match ALGORITHMS.iter().find(|(name, _)| *name == plain) {
            None => faults.push(format!("`checksumAlgoritme` cannot be `{label}`")),
            Some((_, digits)) if !hex || value.len() != *digits => {
                faults.push(format!("`checksumWaarde` cannot be `{value}` for {label}"));
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The official examples at MDTO 1.0.1 are right, and each without one of its lines is not,
    /// where that line is of a mandatory element.
    #[test]
    #[expect(
        clippy::print_stderr,
        reason = "a skipped test says so where a person looks"
    )]
    fn the_official_examples_are_right() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
        let folder = root.join("data/mdto/voorbeelden");
        let Ok(entries) = fs::read_dir(&folder) else {
            eprintln!("skipped: {} is not here", folder.display());
            return;
        };
        let mut judged = 0;
        for entry in entries {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            let text = text.trim_start_matches('\u{FEFF}');
            assert_eq!(
                faults(&parse(text.as_bytes()).unwrap()),
                Vec::<String>::new()
            );
            for name in ["naam", "identificatie", "waardering", "checksum", "omvang"] {
                let renamed = text.replacen(&format!("<{name}>"), "<x>", 1).replacen(
                    &format!("</{name}>"),
                    "</x>",
                    1,
                );
                if renamed != text {
                    assert!(
                        !faults(&parse(renamed.as_bytes()).unwrap()).is_empty(),
                        "{name}"
                    );
                }
            }
            judged += 1;
        }
        assert_eq!(judged, 4);
    }

    #[test]
    fn values_are_judged() {
        assert!(is_day("2023") && is_day("2023-02") && !is_day("2023-2-9"));
        assert!(is_time("2025-02-18T15:24:18") && is_time("2025-02-18T15:24:18+01:00"));
        assert!(!is_time("2025-02-18") && !is_time("T"));
        assert!(
            is_duration("P1Y") && is_duration("PT5M") && !is_duration("P") && !is_duration("P1W")
        );
        assert!(is_language("nl") && is_language("nl-NL") && !is_language("nl NL"));
    }
}
