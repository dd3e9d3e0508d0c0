//! Lowering of `addresses/*.yaml`.

use std::sync::Arc;

use raadspost_content::{Diagnostics, LanguageTag, Source};
use raadspost_yaml::{Kind, Map, Node};

use crate::address::{AddressForm, AddressLines, AddressPiece};
use crate::keys::address::ADDRESS;

/// Reads the form of addresses of a country (ISO 3166-1 alpha-2) and collects all mistakes.
pub fn load(country: &str, source: &Arc<Source>) -> Result<AddressForm, Diagnostics> {
    static ROOT: Kind = Kind::Object(&ADDRESS);
    let mut diagnostics = Vec::new();
    let Some(root) = raadspost_yaml::parse(source, &mut diagnostics) else {
        return Err(diagnostics);
    };
    raadspost_yaml::check(source, &root, &ROOT, &mut diagnostics);
    let form = Map::of(&root, &ADDRESS).and_then(|map| read(country, &map, &mut diagnostics));
    match form {
        Some(form) if diagnostics.is_empty() => Ok(form),
        _ => Err(diagnostics),
    }
}

fn read(country: &str, map: &Map<'_>, diagnostics: &mut Diagnostics) -> Option<AddressForm> {
    for described in ["raadspost-address", "title", "source"] {
        let _ = map.get(described);
    }
    let language = map.text("language")?;
    let tag = LanguageTag::parse(&language.text);
    if tag.is_none() {
        let message = format!("`{}` is not a language tag", language.text);
        let mistake = language.mistake("wrong-value", message);
        diagnostics.push(mistake.hint("write it like `nl`, `en-GB` or `fy`"));
    }
    let mut lines = |name: &'static str| -> AddressLines {
        let texts = map.list(name).iter().filter_map(Node::scalar);
        let lines = texts.filter_map(|text| match AddressPiece::line(&text.text) {
            Ok(line) => Some(line),
            Err(why) => {
                let mistake = text.mistake("wrong-value", why);
                let hint = "write fields in braces and what may be absent in brackets: `{street}[ {house_number}]`";
                diagnostics.push(mistake.hint(hint));
                None
            }
        });
        lines.collect()
    };
    Some(AddressForm {
        country: country.to_owned(),
        language: tag?,
        street: lines("street"),
        po_box: lines("po-box"),
        postcodes: map.strings("postcodes"),
        never: map.strings("no-postcodes"),
    })
}
