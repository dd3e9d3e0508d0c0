//! Loading the files that a campaign names.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use raadspost_campaign::{
    AddressForm, Campaign, FACTION_COLUMNS, NamedFiles, Register, RegisterSettings,
    load_address_form, load_envelope, load_language, load_theme, read_factions,
};
use raadspost_content::{
    Diagnostic, Diagnostics, Envelope, Factions, LanguageFile, Picture, Place, Severity, Source,
    Span, Theme, cldr,
};
use raadspost_table::TableSettings;

use crate::embedded;
use crate::error::ProjectError;
use crate::files::Files;
use crate::source::CampaignFile;
use crate::table::TableFile;

/// The rows of an open register.
pub(crate) type Rows = Register<Box<dyn Read + Send>>;

/// The author's theme, or the embedded one.
pub(crate) fn theme(files: &Files) -> Result<Result<Theme, Diagnostics>, ProjectError> {
    let Some(found) = files.find(embedded::THEME)? else {
        return Ok(Ok(Theme::default()));
    };
    let name = found.name.clone();
    match String::from_utf8(files.bytes(&found)?.into_owned()) {
        Ok(text) => Ok(load_theme(&Source::new(name, text))),
        Err(_) => Err(Diagnostic::not_utf8(&name, 1).into()),
    }
}

/// The envelopes that the campaign names and the default one, from the author's files or the
/// embedded ones.
fn envelopes(
    campaign: &Campaign,
    files: &Files,
) -> Result<Result<BTreeMap<String, Arc<Envelope>>, Diagnostics>, ProjectError> {
    let mut envelopes = BTreeMap::new();
    let mut mistakes = Vec::new();
    for (name, place) in campaign.envelope_names() {
        // An envelope name in a campaign is an id, and therefore a plain file name.
        let Some(found) = files.find(&format!("{}/{name}.yaml", embedded::ENVELOPES))? else {
            let known = embedded::below("content/envelopes")
                .filter_map(|(path, _)| path.strip_suffix(".yaml"))
                .collect::<Vec<_>>()
                .join(", ");
            let mistake = Diagnostic::error(
                "unknown-envelope",
                format!("there is no envelope `{name}`"),
            )
            .hint(format!(
                "choose one of {known}, or create `envelopes/{name}.yaml` in the campaign's folder"
            ));
            mistakes.push(match place {
                Some(place) => mistake.at(place),
                None => mistake,
            });
            continue;
        };
        let shown = found.name.clone();
        match String::from_utf8(files.bytes(&found)?.into_owned()) {
            Ok(text) => {
                let envelope = load_envelope(name, &Source::new(shown, text));
                match envelope {
                    Ok(envelope) => drop(envelopes.insert(name.to_owned(), Arc::new(envelope))),
                    Err(found) => mistakes.extend(found),
                }
            }
            Err(_) => return Err(Diagnostic::not_utf8(&shown, 1).into()),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(envelopes)
    } else {
        Err(mistakes)
    })
}

/// The files of the campaign's languages by tag, from the author's files or the embedded ones. An
/// author's file takes precedence word by word: what it does not state, the embedded file does.
fn languages(
    campaign: &Campaign,
    files: &Files,
) -> Result<Result<BTreeMap<String, Arc<LanguageFile>>, Diagnostics>, ProjectError> {
    let mut languages = BTreeMap::new();
    let mut mistakes = Vec::new();
    for tag in campaign.language_files() {
        let path = format!("{}/{tag}.yaml", embedded::LANGUAGES);
        let Some(found) = files.find(&path)? else {
            continue;
        };
        let text = String::from_utf8(files.bytes(&found)?.into_owned());
        let Ok(text) = text else {
            return Err(Diagnostic::not_utf8(&found.name, 1).into());
        };
        let below = embedded::get(&format!("content/{path}"));
        let below = below.and_then(|bytes| std::str::from_utf8(bytes).ok());
        let below = below.and_then(|text| load_language(&Source::new(path.as_str(), text)).ok());
        match load_language(&Source::new(found.name, text)) {
            Ok(file) => {
                let file = below.map_or_else(|| file.clone(), |below| file.clone().over(below));
                languages.insert(tag, Arc::new(file));
            }
            Err(found) => mistakes.extend(found),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(languages)
    } else {
        Err(mistakes)
    })
}

/// The forms of addresses by country.
type AddressForms = BTreeMap<String, AddressForm>;

/// The forms of addresses of the countries that the campaign may write to, from the author's files
/// or the embedded ones.
fn addresses(
    campaign: &Campaign,
    files: &Files,
) -> Result<Result<AddressForms, Diagnostics>, ProjectError> {
    let mut forms = AddressForms::new();
    let mut mistakes = Vec::new();
    let countries = files.countries()?;
    for country in campaign.address_forms(countries.iter().map(String::as_str)) {
        let path = format!("{}/{country}.yaml", embedded::ADDRESSES);
        let Some(found) = files.find(&path)? else {
            continue;
        };
        let text = String::from_utf8(files.bytes(&found)?.into_owned());
        let Ok(text) = text else {
            return Err(Diagnostic::not_utf8(&found.name, 1).into());
        };
        if !cldr::is_country(country) {
            let message = format!("`{country}` is not a country code");
            let mistake = Diagnostic::error("unknown-country", message);
            mistakes.push(
                mistake
                    .at(Place::File(found.name))
                    .hint("name the file by two capitals of ISO 3166-1, such as `NL.yaml`"),
            );
            continue;
        }
        match load_address_form(country, &Source::new(found.name, text)) {
            Ok(form) => drop(forms.insert(country.to_owned(), form)),
            Err(found) => mistakes.extend(found),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(forms)
    } else {
        Err(mistakes)
    })
}

/// Pictures by file and alternative text.
type Pictures = BTreeMap<(String, String), Arc<Picture>>;

/// The pictures that the campaign names.
fn pictures(
    campaign: &Campaign,
    files: &Files,
) -> Result<Result<Pictures, Diagnostics>, ProjectError> {
    let mut pictures = Pictures::new();
    let mut mistakes = Vec::new();
    for (file, alternative, place) in campaign.pictures_named() {
        let found = match files.find(file) {
            Ok(found) => found,
            Err(mistake) => {
                mistakes.push(mistake.at(place));
                continue;
            }
        };
        let Some(found) = found else {
            let message = format!("the picture `{file}` does not exist in the campaign's folder");
            mistakes.push(
                Diagnostic::error("picture-not-found", message)
                    .at(place)
                    .hint("write its path relative to the campaign's folder"),
            );
            continue;
        };
        match Picture::new(file, alternative, files.bytes(&found)?.into_owned()) {
            Ok(picture) => {
                let key = (file.to_owned(), alternative.to_owned());
                pictures.insert(key, Arc::new(picture));
            }
            Err(mistake) => mistakes.push(mistake.at(place)),
        }
    }
    Ok(if mistakes.is_empty() {
        Ok(pictures)
    } else {
        Err(mistakes)
    })
}

/// The register, by precedence or by the campaign, and its rows.
pub(crate) fn open_named(
    given: Option<&Path>,
    settings: &RegisterSettings,
    file: &CampaignFile,
) -> Result<(TableFile, Rows), Diagnostics> {
    let named = settings
        .file
        .as_ref()
        .map(|(path, span)| (path.as_str(), *span));
    let register = match (&file.kept.register, given) {
        (Some(kept), None) => kept.clone(),
        _ => register(given, named, file)?,
    };
    let rows = open(&register, settings)?;
    Ok((register, rows))
}

/// The register that takes precedence, otherwise the campaign's, otherwise the embedded default.
fn register(
    given: Option<&Path>,
    named: Option<(&str, Span)>,
    file: &CampaignFile,
) -> Result<TableFile, Diagnostics> {
    if let Some(path) = given {
        let name = path.display().to_string();
        return Ok(TableFile::on_disk(name, path.to_owned()));
    }
    let (path, span) = named.unwrap_or((embedded::REGISTER, Span::default()));
    let at = |mistake: Diagnostic| vec![mistake.at(Place::Source(Arc::clone(&file.source), span))];
    match file.files.find(path).map_err(at)? {
        Some(found) => Ok(TableFile::found(found)),
        None => {
            let message = format!("the register `{path}` does not exist in the campaign's folder");
            let mistake = Diagnostic::error("register-not-found", message);
            Err(at(
                mistake.hint("write its path relative to the campaign's folder")
            ))
        }
    }
}

/// The table of factions; empty if the campaign names none.
fn factions(
    settings: &RegisterSettings,
    file: &CampaignFile,
    used: &mut Option<TableFile>,
) -> Result<Factions, Diagnostics> {
    let Some((path, span)) = &settings.factions else {
        return Ok(Factions::default());
    };
    let table = match &file.kept.factions {
        Some(kept) => kept.clone(),
        None => register(None, Some((path, *span)), file)?,
    };
    let shown = table.clone();
    let table = table
        .in_memory()
        .map_err(|error| vec![raadspost_table::unreadable(shown.name(), &error)])?;
    let settings = TableSettings {
        sheet: None,
        header: None,
        ..settings.table.clone()
    };
    let input = table.input(&settings, &FACTION_COLUMNS);
    let read = input.and_then(|input| read_factions(table.name(), input, settings.delimiter));
    *used = Some(table);
    read
}

pub(crate) fn open(register: &TableFile, settings: &RegisterSettings) -> Result<Rows, Diagnostics> {
    let input = register.input(&settings.table, &settings.wanted())?;
    Register::open(register.name(), input, settings)
}

/// Everything that a campaign names besides its register, and the table of factions. A value with
/// mistakes is `None`, and its mistakes are added to the others.
pub(crate) fn files(
    campaign: &Campaign,
    file: &CampaignFile,
    mistakes: &mut Diagnostics,
) -> Result<(Option<NamedFiles>, Option<TableFile>), ProjectError> {
    let mut table = None;
    let factions = factions(campaign.register(), file, &mut table);
    let envelopes = envelopes(campaign, &file.files)?;
    let addresses = addresses(campaign, &file.files)?;
    let languages = languages(campaign, &file.files)?;
    let pictures = pictures(campaign, &file.files)?;
    let mut files = NamedFiles::default();
    let before = mistakes.len();
    match factions {
        Ok(factions) => files.factions = factions,
        Err(found) => mistakes.extend(found),
    }
    match envelopes {
        Ok(envelopes) => files.envelopes = envelopes,
        Err(found) => mistakes.extend(found),
    }
    match addresses {
        Ok(addresses) => {
            files.addresses = addresses;
            mistakes.extend(campaign.check_countries(&files));
        }
        Err(found) => mistakes.extend(found),
    }
    match languages {
        Ok(languages) => {
            files.languages = languages;
            let found = campaign.check_languages(&files);
            mistakes.extend(
                found
                    .into_iter()
                    .filter(|found| found.severity == Severity::Error),
            );
        }
        Err(found) => mistakes.extend(found),
    }
    match pictures {
        Ok(pictures) => files.pictures = pictures,
        Err(found) => mistakes.extend(found),
    }
    Ok(((mistakes.len() == before).then_some(files), table))
}

#[cfg(test)]
mod tests {
    use std::{fs, io};

    use super::*;

    fn text(table: &TableFile) -> String {
        io::read_to_string(table.open().unwrap()).unwrap()
    }

    #[test]
    fn a_register_is_the_given_one_then_beside_then_embedded() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("c.yaml");
        fs::write(&file, "x").unwrap();
        let campaign = CampaignFile::at(&file).unwrap();
        let named = Some((embedded::REGISTER, Span::default()));
        let embedded_one = register(None, named, &campaign).unwrap();
        assert_eq!(embedded_one.name(), embedded::REGISTER);
        assert_eq!(
            text(&embedded_one).as_bytes(),
            embedded::get("content/registers/nl.csv").unwrap()
        );

        fs::create_dir(dir.path().join("registers")).unwrap();
        fs::write(dir.path().join(embedded::REGISTER), "beside").unwrap();
        // A folder is read once; this is a new reading.
        let campaign = CampaignFile::at(&file).unwrap();
        assert_eq!(text(&register(None, named, &campaign).unwrap()), "beside");

        let given = dir.path().join("other.csv");
        fs::write(&given, "given").unwrap();
        let table = register(Some(&given), named, &campaign).unwrap();
        assert_eq!(text(&table), "given");

        for (path, code) in [
            ("none.csv", "register-not-found"),
            ("../c.csv", "path-outside"),
        ] {
            let absent = register(None, Some((path, Span::new(0, 1))), &campaign);
            let mistake = &absent.unwrap_err()[0];
            assert_eq!(mistake.code, code);
            assert!(mistake.to_string().contains("c.yaml:1:1: "), "{mistake}");
        }
    }
}
