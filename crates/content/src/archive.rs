//! What a campaign says for the archive, in the words of MDTO 1.0.1 (Metagegevens Duurzaam
//! Toegankelijke Overheidsinformatie).

use serde::{Deserialize, Serialize};

/// What a campaign says for the archive. Without a word of the campaign nothing is decided:
/// appraisal and restrictions are "to be determined", which the archivist sees.
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

/// `termijnGegevens`: how long something holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Term {
    /// What starts it, a label of `list`.
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
    /// What kind of restriction.
    pub kind: Concept,
    /// In more words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How long it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
}

/// Whether a text is a duration of whole years, months, weeks or days (ISO 8601, `xsd:duration`).
pub fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    // XML Schema has no weeks.
    let mut units = ['Y', 'M', 'D'].into_iter();
    let mut digits = 0_usize;
    let mut parts = 0;
    for c in rest.chars() {
        if c.is_ascii_digit() {
            digits += 1;
        } else if (1..=4).contains(&digits) && units.any(|unit| unit == c) {
            digits = 0;
            parts += 1;
        } else {
            return false;
        }
    }
    digits == 0 && parts > 0
}

#[cfg(test)]
mod tests {
    use super::is_duration;

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
}
