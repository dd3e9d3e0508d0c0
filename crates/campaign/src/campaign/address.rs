//! The postal address of a municipality in the form of its country.

use std::borrow::Cow;

use raadspost_content::{Diagnostic, Diagnostics, Place, Postal, cldr};

use super::{Campaign, NamedFiles};
use crate::address::{AddressFacts, AddressForm, PostalField, Present, country_of, postal};
use crate::ast::CampaignDraft;
use crate::register::Municipality;

impl CampaignDraft {
    /// The code of the sender's country.
    pub(crate) fn sender_country(&self) -> Option<Cow<'_, str>> {
        let own = self.sender.country.as_ref().map(|(code, _)| code.as_str());
        own.or(self.register.country.as_deref()).map(Cow::Borrowed)
    }
}

/// The hint for a country without a form.
fn hint(country: &str) -> String {
    format!(
        "create `addresses/{country}.yaml` in the campaign's folder, like one of the embedded files"
    )
}

impl Campaign {
    /// The countries among `all` whose forms of addresses the campaign needs.
    pub fn address_forms<'a>(&self, all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let own = self.draft.register.country.as_deref();
        all.filter(|country| self.has_countries || own == Some(country))
            .collect()
    }

    /// Mistakes in the countries that the campaign states, given the forms of
    /// [`Self::address_forms`].
    pub fn check_countries(&self, files: &NamedFiles) -> Diagnostics {
        let mut found = Vec::new();
        let register = &self.draft.register;
        let own = (register.country.as_ref()).zip(register.country_span);
        let sender = self.draft.sender.country.as_ref();
        let sender = sender.map(|(country, span)| (country, *span));
        for ((country, span), needs_form) in own
            .map(|own| (own, true))
            .into_iter()
            .chain(sender.map(|sender| (sender, false)))
        {
            let at = |mistake: Diagnostic| mistake.at(Place::Source(self.source.clone(), span));
            if !cldr::is_country(country) {
                let message = format!("`{country}` is not a country code");
                let meant = country_of(country).unwrap_or_else(|| "NL".to_owned());
                found.push(at(Diagnostic::error("unknown-country", message).hint(
                    format!("write two capitals of ISO 3166-1, such as `{meant}`"),
                )));
            } else if needs_form && !files.addresses.contains_key(country) {
                let message = format!("the form of addresses in `{country}` is not known");
                found.push(at(
                    Diagnostic::error("unknown-address-form", message).hint(hint(country))
                ));
            }
        }
        found
    }

    /// The country of a municipality: that of its row, else the register's. `Err` if the cell is not
    /// a country.
    fn country(&self, municipality: &Municipality) -> Result<Option<String>, ()> {
        match municipality.get("country") {
            Some(cell) => country_of(cell).map(Some).ok_or(()),
            None => Ok(self.draft.register.country.clone()),
        }
    }

    fn form(&self, country: Option<&str>) -> Option<usize> {
        self.addresses.of(country?)
    }

    /// What of the postal address decides its lines.
    pub(super) fn address_facts(&self, municipality: &Municipality) -> AddressFacts {
        let country = self.country(municipality);
        let is_known = country.is_ok();
        let country = country.unwrap_or_default();
        let index = self.form(country.as_deref());
        let plain = AddressForm::plain();
        let form = index.and_then(|at| self.addresses.forms.get(at));
        let present = Present::of(|field| municipality.get(field).is_some());
        let is_address = present.is_address();
        let (po_box, complete, present) = form.unwrap_or(&plain).facts(present);
        let is_lost = country.is_some() && form.is_none() && !self.addresses.forms.is_empty();
        let postcode = municipality.get("postcode");
        let is_postcode =
            |form: &AddressForm| postcode.is_none_or(|postcode| form.postcode(postcode).is_some());
        AddressFacts {
            form: index,
            wrong: is_address && (!is_known || is_lost || !form.is_none_or(is_postcode)),
            complete,
            po_box,
            present,
            abroad: country.is_some()
                && country.as_deref() != self.draft.sender_country().as_deref(),
        }
    }

    /// The postal fields of a municipality, the postcode as its country writes it.
    pub(super) fn postal(&self, municipality: &Municipality) -> Postal {
        let country = self.country(municipality).unwrap_or_default();
        let form = self.form(country.as_deref());
        postal(
            municipality.postal(),
            form.and_then(|at| self.addresses.forms.get(at)),
        )
    }

    /// Why a letter cannot be addressed: the country, its form or the postcode is not valid, or
    /// cells are empty.
    pub(super) fn address_mistake(&self, municipality: &Municipality) -> Diagnostic {
        let cell = municipality.get("country").unwrap_or_default();
        let at = |mistake: Diagnostic, field| mistake.at(municipality.place(field));
        let Ok(country) = self.country(municipality) else {
            let message = format!("`{}` is not a country", cell.escape_debug());
            let mistake = Diagnostic::error("unknown-country", message)
                .hint("write the code of ISO 3166-1, such as `BE`, or the name of the country");
            return at(mistake, Some("country"));
        };
        let plain = AddressForm::plain();
        let form = match (&country, self.form(country.as_deref())) {
            (Some(country), None) if !self.addresses.forms.is_empty() => {
                let message = format!("the form of addresses in `{country}` is not known");
                let mistake =
                    Diagnostic::error("unknown-address-form", message).hint(hint(country));
                return at(mistake, Some("country"));
            }
            (_, form) => form
                .and_then(|at| self.addresses.forms.get(at))
                .unwrap_or(&plain),
        };
        if let Some(postcode) = municipality.get("postcode")
            && form.postcode(postcode).is_none()
        {
            let message = format!(
                "`{}` is not a postcode of {}",
                postcode.escape_debug(),
                form.country
            );
            let forms: Vec<_> = form
                .postcodes
                .iter()
                .map(|form| format!("`{form}`"))
                .collect();
            let mistake = Diagnostic::error("wrong-postcode", message).hint(format!(
                "write it like {}, where `9` is a digit, `A` a letter and `*` either",
                forms.join(" or ")
            ));
            return at(mistake, Some("postcode"));
        }
        at(incomplete(form, municipality), None)
    }
}

/// The empty cells of an address.
fn incomplete(form: &AddressForm, municipality: &Municipality) -> Diagnostic {
    let is_absent = |field: &PostalField| municipality.get(field.column()).is_none();
    let is_place = |field: &PostalField| matches!(field, PostalField::Postcode | PostalField::Town);
    let required = form.required(false);
    let (place, street): (Vec<_>, Vec<_>) = required.into_iter().partition(is_place);
    let names = |fields: &[PostalField]| -> Vec<&str> {
        fields.iter().map(|field| field.column()).collect()
    };
    let has_box = !form.po_box.is_empty();
    let mut absent: Vec<String> = Vec::new();
    let is_without_box = !has_box || is_absent(&PostalField::PoBox);
    if is_without_box && street.iter().any(is_absent) {
        if has_box {
            absent.push(format!("po_box (or {})", names(&street).join(" and ")));
        } else {
            absent.extend(
                street
                    .iter()
                    .filter(|field| is_absent(field))
                    .map(|it| it.column().to_owned()),
            );
        }
    }
    absent.extend(
        place
            .iter()
            .filter(|field| is_absent(field))
            .map(|it| it.column().to_owned()),
    );
    Diagnostic::error(
        "no-address",
        format!("no postal address: {} has no value", absent.join(", ")),
    )
    .hint("complete the address in the register, or write `address: optional` in the letter")
}
