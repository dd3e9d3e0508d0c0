//! The form of postal addresses in a country: its lines, its capitals and its postcodes.

use raadspost_content::{LanguageTag, Postal, cldr};

/// A field of a postal address, by its standard column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum PostalField {
    Street,
    HouseNumber,
    Addition,
    PoBox,
    Postcode,
    Town,
    Province,
}

impl PostalField {
    pub(crate) const ALL: [Self; 7] = [
        Self::Street,
        Self::HouseNumber,
        Self::Addition,
        Self::PoBox,
        Self::Postcode,
        Self::Town,
        Self::Province,
    ];

    /// Its column.
    pub(crate) fn column(self) -> &'static str {
        match self {
            Self::Street => "street",
            Self::HouseNumber => "house_number",
            Self::Addition => "addition",
            Self::PoBox => "po_box",
            Self::Postcode => "postcode",
            Self::Town => "town",
            Self::Province => "province",
        }
    }
}

/// The fields that are not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Present(u8);

impl Present {
    pub(crate) fn of(has: impl Fn(&'static str) -> bool) -> Self {
        let fields = PostalField::ALL.iter();
        let bits = fields.filter(|field| has(field.column()));
        Self(bits.fold(0, |bits, field| bits | 1 << *field as u8))
    }

    pub(crate) fn has(self, field: PostalField) -> bool {
        self.0 & (1 << field as u8) != 0
    }

    /// Whether there is an address at all: town and province belong to a name as well.
    pub(crate) fn is_address(self) -> bool {
        let fields = [
            PostalField::PoBox,
            PostalField::Street,
            PostalField::Postcode,
        ];
        fields.into_iter().any(|field| self.has(field))
    }

    /// These fields, as far as a shape depends on them.
    fn among(self, fields: &[PostalField]) -> Self {
        let mask = fields
            .iter()
            .fold(0, |bits, field| bits | 1 << *field as u8);
        Self(self.0 & mask)
    }
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AddressPiece {
    Text(String),
    /// A field; in capitals if so written: `{TOWN}`.
    Field(PostalField, bool),
    /// The word for a post-office box in the language of the document: `{po-box-word}`.
    BoxWord,
    /// Shown if every field directly in it is present: `[ {addition}]`.
    Optional(Vec<AddressPiece>),
}

impl AddressPiece {
    /// The pieces of a line such as `[{house_number} ]{street}`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn line(text: &str) -> Result<Vec<Self>, String> {
        let mut open: Vec<Vec<Self>> = vec![Vec::new()];
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let pieces = open.last_mut().ok_or("unbalanced")?;
            match c {
                '[' => {
                    open.push(Vec::new());
                    rest = &rest[1..];
                }
                ']' => {
                    let inner = open.pop().unwrap_or_default();
                    let outer = open.last_mut().ok_or("`]` has no `[` before it")?;
                    outer.push(Self::Optional(inner));
                    rest = &rest[1..];
                }
                '{' => {
                    let end = rest.find('}').ok_or("`{` has no `}` behind it")?;
                    pieces.push(Self::field(&rest[1..end])?);
                    rest = &rest[end + 1..];
                }
                _ => {
                    let end = rest.find(['[', ']', '{']).unwrap_or(rest.len());
                    pieces.push(Self::Text(rest[..end].to_owned()));
                    rest = &rest[end..];
                }
            }
        }
        match open.pop() {
            Some(pieces) if open.is_empty() => Ok(pieces),
            _ => Err("`[` has no `]` behind it".to_owned()),
        }
    }

    fn field(name: &str) -> Result<Self, String> {
        if name == "po-box-word" {
            return Ok(Self::BoxWord);
        }
        let capitals = name.chars().any(char::is_uppercase);
        let lower = name.to_lowercase();
        let mut fields = PostalField::ALL.into_iter();
        let is_one_case = !capitals || name == lower.to_uppercase();
        match fields.find(|field| field.column() == lower && is_one_case) {
            Some(field) => Ok(Self::Field(field, capitals)),
            None => Err(format!("`{{{name}}}` is not a field of an address")),
        }
    }

    fn collect(pieces: &[Self], optional: bool, wanted: bool, out: &mut Vec<PostalField>) {
        for piece in pieces {
            match piece {
                Self::Field(field, _) if optional == wanted => out.push(*field),
                Self::Optional(inner) => Self::collect(inner, true, wanted, out),
                Self::Text(_) | Self::BoxWord | Self::Field(..) => {}
            }
        }
    }
}

/// All lines of an address, in order.
pub(crate) type AddressLines = Vec<Vec<AddressPiece>>;

/// The form of addresses in a country.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressForm {
    /// ISO 3166-1 alpha-2 code; empty for the form of addresses without a country.
    pub(crate) country: String,
    /// Its first language, which decides capitals and the names of other countries.
    pub(crate) language: LanguageTag,
    /// The lines with a street.
    pub(crate) street: AddressLines,
    /// The lines with a post-office box; empty if addresses have none.
    pub(crate) po_box: AddressLines,
    /// The forms of a postcode: `9` a digit, `A` a letter, `*` either, anything else itself. Empty
    /// if the country has no postcodes.
    pub(crate) postcodes: Vec<String>,
    /// Postcodes of these forms do not exist.
    pub(crate) never: Vec<String>,
}

/// What of a postal address decides the lines of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct AddressFacts {
    /// The form, by index; `None` if the country is unknown or has none.
    pub(crate) form: Option<usize>,
    /// The country, its form or the postcode is not valid.
    pub(crate) wrong: bool,
    /// Every field that the form requires is present.
    pub(crate) complete: bool,
    /// It is a post-office box.
    pub(crate) po_box: bool,
    /// The optional fields that are present.
    pub(crate) present: Present,
    /// The country is not the sender's, so that it is the last line.
    pub(crate) abroad: bool,
}

impl AddressForm {
    /// The form of addresses without a country.
    pub(crate) fn plain() -> Self {
        let lines = |lines: [&str; 2]| -> AddressLines {
            let lines = lines.iter();
            lines
                .filter_map(|line| AddressPiece::line(line).ok())
                .collect()
        };
        Self {
            country: String::new(),
            language: LanguageTag::default(),
            street: lines(["{street} {house_number}[{addition}]", "{postcode} {town}"]),
            po_box: lines(["{po-box-word} {po_box}", "{postcode} {town}"]),
            postcodes: Vec::new(),
            never: Vec::new(),
        }
    }

    /// The lines of an address.
    pub(crate) fn lines(&self, po_box: bool) -> &AddressLines {
        if po_box { &self.po_box } else { &self.street }
    }

    fn fields(&self, po_box: bool, optional: bool) -> Vec<PostalField> {
        let mut fields = Vec::new();
        for line in self.lines(po_box) {
            AddressPiece::collect(line, false, optional, &mut fields);
        }
        fields
    }

    /// The fields without which an address has no lines, in the order of the lines.
    pub(crate) fn required(&self, po_box: bool) -> Vec<PostalField> {
        self.fields(po_box, false)
    }

    /// Whether an address is one of a post-office box, complete, and which optional fields it has.
    pub(crate) fn facts(&self, present: Present) -> (bool, bool, Present) {
        let po_box = !self.po_box.is_empty() && present.has(PostalField::PoBox);
        let complete = self
            .required(po_box)
            .into_iter()
            .all(|field| present.has(field));
        (po_box, complete, present.among(&self.fields(po_box, true)))
    }

    /// A postcode as the country writes it; `None` if it is not one.
    pub(crate) fn postcode(&self, written: &str) -> Option<String> {
        if self.postcodes.is_empty() {
            return Some(written.to_owned());
        }
        let plain: Vec<char> = written
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–'))
            .flat_map(char::to_uppercase)
            .collect();
        let found = self
            .postcodes
            .iter()
            .find_map(|form| shaped(form, &plain))?;
        let is_never = self.never.iter().any(|form| shaped(form, &plain).is_some());
        (!is_never).then_some(found)
    }
}

/// The characters of a postcode in a form; `None` if they do not fit. Letters with which a form
/// begins may be absent.
fn shaped(form: &str, plain: &[char]) -> Option<String> {
    let is_class = |c: char| matches!(c, '9' | 'A' | '*');
    let fit = |plain: &[char]| {
        let mut rest = plain.iter();
        let mut out = String::new();
        for wanted in form.chars() {
            if matches!(wanted, ' ' | '-') {
                out.push(wanted);
                continue;
            }
            let c = *rest.next()?;
            let fits = match wanted {
                '9' => c.is_ascii_digit(),
                'A' => c.is_ascii_uppercase(),
                '*' => c.is_ascii_digit() || c.is_ascii_uppercase(),
                own => c == own,
            };
            if !fits {
                return None;
            }
            out.push(c);
        }
        rest.next().is_none().then_some(out)
    };
    let prefix: Vec<char> = form
        .chars()
        .take_while(|c| c.is_alphabetic() && !is_class(*c))
        .collect();
    fit(plain)
        .or_else(|| (!prefix.is_empty()).then(|| fit(&[prefix.as_slice(), plain].concat()))?)
}

/// The code of the country in a cell: ISO 3166-1 alpha-2 in any case, or the country's name.
pub(crate) fn country_of(cell: &str) -> Option<String> {
    let code = cell.trim().to_uppercase();
    if cldr::is_country(&code) {
        return Some(code);
    }
    cldr::country_named(cell).map(str::to_owned)
}

/// The forms of a campaign's countries.
#[derive(Debug, Clone, Default)]
pub(crate) struct Addresses {
    /// Sorted by country.
    pub(crate) forms: Vec<AddressForm>,
}

impl Addresses {
    /// The form of a country.
    pub(crate) fn of(&self, country: &str) -> Option<usize> {
        let country = |form: &AddressForm| form.country.as_str().cmp(country);
        self.forms.binary_search_by(country).ok()
    }
}

/// The postal fields with the postcode as the country writes it.
pub(crate) fn postal(postal: Postal, form: Option<&AddressForm>) -> Postal {
    let written = form.and_then(|form| form.postcode(&postal.postcode));
    Postal {
        postcode: written.unwrap_or(postal.postcode),
        ..postal
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressForm, AddressPiece, PostalField, country_of};

    fn form(postcodes: &[&str], never: &[&str]) -> AddressForm {
        let own = |forms: &[&str]| forms.iter().map(|form| (*form).to_owned()).collect();
        AddressForm {
            postcodes: own(postcodes),
            never: own(never),
            ..AddressForm::plain()
        }
    }

    #[test]
    fn postcodes_are_written_as_the_country_does_or_refused() {
        let dutch = form(&["9999 AA"], &["0*** **", "**** SS"]);
        let british = form(
            &[
                "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA",
            ],
            &[],
        );
        let latvian = form(&["LV-9999"], &[]);
        for (form, cell, written) in [
            (&dutch, "3500ce", Some("3500 CE")),
            (&dutch, "3500\u{A0}CE", Some("3500 CE")),
            (&dutch, "0500 CE", None),
            (&dutch, "3500 SS", None),
            (&dutch, "3500", None),
            (&dutch, "3500 CEX", None),
            (&british, "sw1e6qp", Some("SW1E 6QP")),
            (&british, "M1 1AE", Some("M1 1AE")),
            (&british, "M11 1A", None),
            (&latvian, "1010", Some("LV-1010")),
            (&latvian, "lv 1010", Some("LV-1010")),
            (&latvian, "101", None),
        ] {
            assert_eq!(form.postcode(cell).as_deref(), written, "{cell}");
        }
        assert_eq!(form(&[], &[]).postcode("x 1").as_deref(), Some("x 1"));
    }

    #[test]
    fn lines_are_parsed_or_refused_with_the_reason() {
        use AddressPiece::{Field, Optional, Text};
        let line = AddressPiece::line("[{house_number}[ {addition}], ]{TOWN}").expect("a line");
        let number = Field(PostalField::HouseNumber, false);
        let addition = Field(PostalField::Addition, false);
        let inner = Optional(vec![Text(" ".into()), addition]);
        let outer = Optional(vec![number, inner, Text(", ".into())]);
        assert_eq!(line, [outer, Field(PostalField::Town, true)]);
        for (line, why) in [
            ("{towm}", "`{towm}` is not a field"),
            ("{Town}", "`{Town}` is not a field"),
            ("[{town}", "`[` has no `]`"),
            ("{town}]", "`]` has no `[`"),
            ("{town", "`{` has no `}`"),
        ] {
            let found = AddressPiece::line(line).expect_err(line);
            assert!(found.contains(why), "{line}: {found}");
        }
    }

    #[test]
    fn a_country_is_a_code_or_a_name() {
        for (cell, code) in [
            ("nl", Some("NL")),
            ("Duitsland", Some("DE")),
            ("GERMANY", Some("DE")),
            ("Utopia", None),
        ] {
            assert_eq!(country_of(cell).as_deref(), code, "{cell}");
        }
    }
}
