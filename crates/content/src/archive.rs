//! Archive settings of a campaign, in the terms of MDTO 1.0.1 (Metagegevens Duurzaam Toegankelijke
//! Overheidsinformatie).

use serde::{Deserialize, Serialize};

use crate::Date;

/// Archive settings of a campaign. The default decides nothing: appraisal and restrictions are "to
/// be determined", which the archivist sees in every package.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ArchiveSettings {
    /// `waardering`.
    pub appraisal: Appraisal,
    /// `beperkingGebruik`; empty means "Nader te bepalen".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Restriction>,
    /// `bewaartermijn`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<Term>,
    /// `informatiecategorie`: the entry of the selection list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<Concept>,
    /// `classificatie`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classifications: Vec<Concept>,
    /// `trefwoord`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// `omschrijving` of the dossier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `activiteit`: the business process in which it was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// `isOnderdeelVan` of the uppermost object: the one above it in the archive that receives it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ParentObject>,
    /// Where the transfer goes, for the packing slip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// `motietype` of Open Raadsinformatie.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub motion_type: Option<String>,
}

/// `waardering`, a closed list of MDTO.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Appraisal {
    /// Blijvend te bewaren.
    #[serde(rename = "B")]
    Keep,
    /// Tijdelijk te bewaren.
    #[serde(rename = "V")]
    Destroy,
    /// Nader te bepalen.
    #[default]
    #[serde(rename = "N")]
    Undecided,
}

impl Appraisal {
    /// The codes, as YAML takes them.
    pub const CODES: [&'static str; 3] = ["B", "V", "N"];

    /// The appraisal with this code.
    pub fn of_code(code: &str) -> Option<Self> {
        match code {
            "B" => Some(Self::Keep),
            "V" => Some(Self::Destroy),
            "N" => Some(Self::Undecided),
            _ => None,
        }
    }

    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Keep => "B",
            Self::Destroy => "V",
            Self::Undecided => "N",
        }
    }

    /// Its label.
    pub fn label(self) -> &'static str {
        match self {
            Self::Keep => "Blijvend te bewaren",
            Self::Destroy => "Tijdelijk te bewaren",
            Self::Undecided => "Nader te bepalen",
        }
    }
}

/// `begripGegevens`: a term of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Concept {
    /// `begripLabel`.
    pub label: String,
    /// `begripCode`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The name of the list.
    pub list: String,
}

/// `verwijzingGegevens` of an object already in the archive.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ParentObject {
    /// `verwijzingNaam`.
    pub name: String,
    /// `identificatieKenmerk`.
    pub key: String,
    /// `identificatieBron`.
    pub origin: String,
}

/// `termijnGegevens`: a retention or restriction period.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Term {
    /// The event that starts it, a label of `list`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Concept>,
    /// First day, `2023-02-09`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Duration (ISO 8601), `P10Y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
    /// Last day, `2033-02-09`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
}

/// `beperkingGebruikGegevens`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Restriction {
    /// Kind of restriction.
    pub kind: Concept,
    /// Further explanation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Period of validity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
}

/// Whether a text is a duration of whole years, months and days (ISO 8601, `xsd:duration`), each of
/// at most four digits. XML Schema has no weeks.
pub fn is_duration(text: &str) -> bool {
    duration(text).is_some()
}

/// Years, months and days of a duration.
fn duration(text: &str) -> Option<[i32; 3]> {
    let mut rest = text.strip_prefix('P')?;
    let mut parts = [0; 3];
    for (part, unit) in parts.iter_mut().zip(['Y', 'M', 'D']) {
        let Some((digits, behind)) = rest.split_once(unit) else {
            continue;
        };
        let is_number = digits.bytes().all(|b| b.is_ascii_digit());
        if !is_number || !(1..=4).contains(&digits.len()) {
            return None;
        }
        *part = digits.parse().ok()?;
        rest = behind;
    }
    (rest.is_empty() && text.len() > 1).then_some(parts)
}

/// The date that lies a duration after another, as XML Schema adds them (part 2, appendix E): years
/// and months first, with the last day of a shorter month, then days. `None` if the text is not a
/// duration, or the date lies after the year 9999.
pub fn date_after(start: Date, text: &str) -> Option<Date> {
    let [years, months, days] = duration(text)?;
    let month = i32::from(start.month) - 1 + months;
    let (year, month) = (start.year + years + month / 12, month % 12 + 1);
    let at = |day: i32| Date::parse(&format!("{year:04}-{month:02}-{day:02}"));
    let mut date = (0..4).find_map(|less| at(i32::from(start.day) - less))?;
    for _ in 0..days {
        date = date.next()?;
    }
    Some(date)
}

#[cfg(test)]
mod tests {
    use super::{date_after, is_duration};
    use crate::Date;

    #[test]
    fn durations_are_those_of_xml_schema() {
        for right in ["P10Y", "P1Y6M", "P20D", "P1Y2M3D"] {
            assert!(is_duration(right), "{right}");
        }
        for wrong in [
            "", "P", "10Y", "P10", "PY", "P6M1Y", "P2W", "P-1Y", "p1Y", "P1Y ",
        ] {
            assert!(!is_duration(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_date_after_a_duration_is_that_of_xml_schema() {
        for (start, duration, end) in [
            ("2026-03-02", "P10Y", Some("2036-03-02")),
            ("2024-02-29", "P1Y", Some("2025-02-28")),
            ("2026-01-31", "P1M", Some("2026-02-28")),
            ("2026-01-31", "P1M1D", Some("2026-03-01")),
            ("2026-11-30", "P1Y2M3D", Some("2028-02-02")),
            ("9999-12-31", "P1D", None),
            ("9990-01-01", "P10Y", None),
            ("2026-01-01", "10Y", None),
        ] {
            let start = Date::parse(start).unwrap();
            let found = date_after(start, duration).map(|date| date.to_string());
            assert_eq!(found.as_deref(), end, "{start} {duration}");
        }
    }
}
