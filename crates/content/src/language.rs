//! Language conventions: dates, numbers, and the few words that no campaign states.

use crate::{Date, Decimal};

/// How a language writes dates and numbers, and the words that no campaign states.
///
/// The only table of such words: a new word is a new field, and the compiler reports every language
/// that lacks it.
#[derive(Debug)]
pub struct Conventions {
    /// Primary language subtag.
    language: &'static str,
    /// The usual word for a post-office box, written before its number.
    pub po_box: &'static str,
    /// Label of the letter's public id in its reference block.
    pub our_reference: &'static str,
    /// Label of place and date in the reference block.
    pub dated: &'static str,
    /// Label of the subject there.
    pub subject: &'static str,
    /// Label of the requested treatment.
    pub treatment: &'static str,
    /// Heading of a list of one enclosure, and of several.
    pub enclosures: [&'static str; 2],
    /// Text before a page number.
    pub page: &'static str,
    /// Replacement for text withheld from a publication copy.
    pub withheld: &'static str,
    /// Alternative text of a QR code, before its address.
    pub qr_code: &'static str,
    /// The long date as a picture for a date control in Word (ECMA-376 17.5.2.7, 17.16.4.1).
    pub date_picture: &'static str,
    months: [&'static str; 12],
    /// `{d}`, `{m}` and `{y}` stand for day, month name and year; spaces do not break.
    long: &'static str,
    /// Separator between the first day and its month, if it differs from the others (French `1er`).
    first_day: &'static str,
    /// Between groups of three digits.
    group: &'static str,
    /// Between units and decimals.
    decimal: &'static str,
}

/// All known languages, from the long dates and number symbols of the Unicode CLDR.
static CONVENTIONS: [Conventions; 7] = [
    Conventions {
        language: "nl",
        po_box: "Postbus",
        our_reference: "Ons kenmerk:",
        dated: "Datum:",
        subject: "Onderwerp:",
        treatment: "Gevraagde behandeling:",
        enclosures: ["Bijlage", "Bijlagen"],
        page: "Pagina",
        withheld: "[niet openbaar]",
        qr_code: "QR-code naar",
        date_picture: "d MMMM yyyy",
        months: [
            "januari",
            "februari",
            "maart",
            "april",
            "mei",
            "juni",
            "juli",
            "augustus",
            "september",
            "oktober",
            "november",
            "december",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "fy",
        po_box: "Postbus",
        our_reference: "Us skaaimerk:",
        dated: "Datum:",
        subject: "Underwerp:",
        treatment: "Frege behanneling:",
        enclosures: ["Taheakke", "Taheakken"],
        page: "Side",
        withheld: "[net iepenbier]",
        qr_code: "QR-koade nei",
        date_picture: "d MMMM yyyy",
        months: [
            "jannewaris",
            "febrewaris",
            "maart",
            "april",
            "maaie",
            "juny",
            "july",
            "augustus",
            "septimber",
            "oktober",
            "novimber",
            "desimber",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "en",
        po_box: "PO Box",
        our_reference: "Our reference:",
        dated: "Date:",
        subject: "Subject:",
        treatment: "Requested treatment:",
        enclosures: ["Enclosure", "Enclosures"],
        page: "Page",
        withheld: "[withheld]",
        qr_code: "QR code to",
        date_picture: "d MMMM yyyy",
        months: [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        long: "{d} {m} {y}",
        first_day: "1",
        group: ",",
        decimal: ".",
    },
    Conventions {
        language: "de",
        po_box: "Postfach",
        our_reference: "Unser Zeichen:",
        dated: "Datum:",
        subject: "Betreff:",
        treatment: "Erbetene Behandlung:",
        enclosures: ["Anlage", "Anlagen"],
        page: "Seite",
        withheld: "[nicht öffentlich]",
        qr_code: "QR-Code zu",
        date_picture: "d. MMMM yyyy",
        months: [
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember",
        ],
        long: "{d}. {m} {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "fr",
        po_box: "BP",
        our_reference: "Notre référence\u{A0}:",
        dated: "Date\u{A0}:",
        subject: "Objet\u{A0}:",
        treatment: "Suite souhaitée\u{A0}:",
        enclosures: ["Annexe", "Annexes"],
        page: "Page",
        withheld: "[non public]",
        qr_code: "code QR vers",
        date_picture: "d MMMM yyyy",
        months: [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        long: "{d} {m} {y}",
        first_day: "1er",
        group: "\u{202F}",
        decimal: ",",
    },
    Conventions {
        language: "es",
        po_box: "Apartado",
        our_reference: "Nuestra referencia:",
        dated: "Fecha:",
        subject: "Asunto:",
        treatment: "Tratamiento solicitado:",
        enclosures: ["Anexo", "Anexos"],
        page: "Página",
        withheld: "[no público]",
        qr_code: "código QR hacia",
        date_picture: "d 'de' MMMM 'de' yyyy",
        months: [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        long: "{d} de {m} de {y}",
        first_day: "1",
        group: ".",
        decimal: ",",
    },
    Conventions {
        language: "uk",
        po_box: "а/с",
        our_reference: "Наш вих. №:",
        dated: "Дата:",
        subject: "Тема:",
        treatment: "Прохання щодо розгляду:",
        enclosures: ["Додаток", "Додатки"],
        page: "Сторінка",
        withheld: "[не підлягає оприлюдненню]",
        qr_code: "QR-код за адресою",
        date_picture: "d MMMM yyyy 'р.'",
        months: [
            "січня",
            "лютого",
            "березня",
            "квітня",
            "травня",
            "червня",
            "липня",
            "серпня",
            "вересня",
            "жовтня",
            "листопада",
            "грудня",
        ],
        long: "{d} {m} {y} р.",
        first_day: "1",
        group: "\u{A0}",
        decimal: ",",
    },
];

impl Conventions {
    /// The conventions of a language tag such as `nl-NL`.
    pub fn of(tag: &str) -> Option<&'static Self> {
        let primary = tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
        CONVENTIONS
            .iter()
            .find(|conventions| conventions.language == primary)
    }

    /// The words of a language tag; English if the language is unknown.
    pub fn words(tag: &str) -> &'static Self {
        Self::of(tag).unwrap_or(&CONVENTIONS[2])
    }

    /// The languages that are known.
    pub fn known() -> impl Iterator<Item = &'static str> {
        CONVENTIONS.iter().map(|conventions| conventions.language)
    }

    /// Whether a word is a month name in any of the languages.
    pub fn is_month(word: &str) -> bool {
        let mut all = CONVENTIONS.iter().flat_map(|language| &language.months);
        all.any(|month| *month == word)
    }

    /// `9 februari 2023`. Day and month are kept on one line by a no-break space.
    pub fn long_date(&self, date: Date) -> String {
        let day = if date.day == 1 {
            self.first_day.to_owned()
        } else {
            date.day.to_string()
        };
        let month = self
            .months
            .get(usize::from(date.month).wrapping_sub(1))
            .copied()
            .unwrap_or("");
        let text = self
            .long
            .replace("{d}", &day)
            .replace("{m}", month)
            .replace("{y}", &date.year.to_string());
        text.replacen(' ', "\u{A0}", 1)
    }

    /// `7.100`, with the number's own decimals.
    pub fn number(&self, number: Decimal) -> String {
        let written = number.to_string();
        let (sign, digits) = written
            .strip_prefix('-')
            .map_or(("", written.as_str()), |digits| ("\u{2212}", digits));
        let (whole, decimals) = digits
            .split_once('.')
            .map_or((digits, None), |(w, d)| (w, Some(d)));
        let mut out = String::from(sign);
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        if let Some(decimals) = decimals {
            out.push_str(self.decimal);
            out.push_str(decimals);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Conventions;
    use crate::{Date, Decimal};

    #[test]
    fn dates_and_numbers_follow_the_language() {
        let date = Date {
            year: 2023,
            month: 2,
            day: 9,
        };
        let dutch = Conventions::of("nl-NL").expect("Dutch is known");
        assert_eq!(dutch.long_date(date), "9\u{A0}februari 2023");
        let number = |text: &str| dutch.number(Decimal::parse(text).expect(text));
        assert_eq!(number("7100"), "7.100");
        assert_eq!(number("1234567.50"), "1.234.567,50");
        assert_eq!(number("-971"), "\u{2212}971");
        let french = Conventions::of("fr").expect("French is known");
        assert_eq!(
            french.long_date(Date { day: 1, ..date }),
            "1er\u{A0}février 2023"
        );
        assert!(Conventions::of("xx").is_none());
        assert_eq!(Conventions::words("xx").subject, "Subject:");
    }

    #[test]
    fn every_language_has_all_its_words() {
        let date = Date {
            year: 2026,
            month: 3,
            day: 2,
        };
        let long: Vec<String> = ["nl-NL", "fy-NL", "en", "uk", "de"]
            .map(|tag| Conventions::of(tag).expect(tag).long_date(date))
            .into();
        assert_eq!(
            long,
            [
                "2\u{A0}maart 2026",
                "2\u{A0}maart 2026",
                "2\u{A0}March 2026",
                "2\u{A0}березня 2026 р.",
                "2.\u{A0}März 2026",
            ]
        );
        for language in Conventions::known() {
            let conventions = Conventions::of(language).expect("it is known");
            assert!(!conventions.po_box.is_empty(), "{language}");
            assert!(conventions.withheld.starts_with('['), "{language}");
            for letter in ["d", "MMMM", "yyyy"] {
                assert!(conventions.date_picture.contains(letter), "{language}");
            }
        }
    }
}
