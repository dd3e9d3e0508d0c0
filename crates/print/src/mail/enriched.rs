//! The enriched file of a bulk-mail service: an order and codes for each letter. Its headings are the
//! printer's data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use raadspost_content::{Area, Fingerprint, kix_bars};
use raadspost_run::read_named;

use crate::PrintError;
use crate::draw::codes::{self, MailCodes};
use crate::draw::fonts::{Fonts, is_ascii_mark_text};
use crate::letters::order::Piece;
use crate::letters::unprinted::Refused;
use crate::profile::{BulkMail, ReadThrough};
use crate::sizes::A4;

/// A row of the enriched file that belongs to a letter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Enriched {
    /// Position in the service's own order; `None` if the printer names no column for it.
    pub(crate) order: Option<u64>,
    /// The codes.
    pub(crate) codes: MailCodes,
}

/// The rows of an enriched file, and its digest.
pub(crate) struct Import {
    /// By letter id.
    pub(crate) rows: BTreeMap<String, Enriched>,
    /// Rows that belong to no letter, and why.
    pub(crate) unmatched: Vec<Refused>,
    /// Digest of the file.
    pub(crate) digest: Fingerprint,
}

/// Bytes of an enriched file, at most: 500,000 letters with 500 bytes each.
const LARGEST: u64 = 256 << 20;

/// Reads an enriched file, and matches its rows by reference and postcode.
///
/// # Errors
/// A file that cannot be read, or lacks a column that the printer names.
pub(crate) fn import(
    path: &Path,
    bulk: &BulkMail,
    pieces: &[Piece],
    fonts: &Fonts,
) -> Result<Import, PrintError> {
    let bytes = read_named(path, LARGEST).map_err(PrintError::io("read", path))?;
    let digest = Fingerprint::of(&bytes);
    let table = with_line_feeds(&bytes);
    let head = table.split(|byte| *byte == b'\n').next().unwrap_or(&[]);
    let delimiter = if head.contains(&b';') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_reader(table.as_slice());
    let headings = reader.headers().map_err(PrintError::csv(path))?.clone();
    let mut columns = BTreeMap::new();
    for (field, heading) in &bulk.import {
        let at = headings
            .iter()
            .position(|found| found.trim_start_matches('\u{feff}').trim() == heading);
        let at = at.ok_or_else(|| PrintError::NoColumn {
            file: path.to_owned(),
            column: heading.clone(),
        })?;
        columns.insert(field.as_str(), at);
    }
    let known: BTreeMap<&str, &Piece> = pieces
        .iter()
        .map(|piece| (piece.id.as_str(), piece))
        .collect();
    let mut import = Import {
        rows: BTreeMap::new(),
        unmatched: Vec::new(),
        digest,
    };
    let mut doubled = BTreeSet::new();
    for record in reader.into_records() {
        let record = record.map_err(PrintError::csv(path))?;
        let get = |field: &str| {
            let at = columns.get(field);
            at.and_then(|at| record.get(*at)).unwrap_or_default().trim()
        };
        let reference = get("reference").trim_start_matches('\'').to_owned();
        let row = Enriched {
            order: get("order").parse().ok(),
            codes: MailCodes {
                code_2d: get("code_2d").to_owned(),
                code_line: get("code_line").to_owned(),
                print_line: get("print_line").to_owned(),
                letter_code: get("letter_code").to_owned(),
                kix: get("kix").to_owned(),
            },
        };
        let reason = match known.get(reference.as_str()) {
            None => Some("no letter has this reference".to_owned()),
            Some(piece) if piece.postcode.0 != folded(get("postcode")) => Some(format!(
                "the letter's postcode is `{}`, not `{}`",
                piece.postcode.0,
                get("postcode")
            )),
            Some(_) if columns.contains_key("order") && row.order.is_none() => {
                Some(match get("order") {
                    "" => "it has no place in the order".to_owned(),
                    order => format!("its place in the order, `{order}`, is not a number"),
                })
            }
            Some(piece) => unprintable(&row.codes, piece, bulk, fonts),
        };
        let line = reader_line(&table, &record);
        let refusal = |reason: String| Refused {
            code: String::new(),
            name: String::new(),
            line,
            letter_id: reference.clone(),
            reason,
        };
        match reason {
            Some(reason) => import.unmatched.push(refusal(reason)),
            None if import.rows.contains_key(&reference) || doubled.contains(&reference) => {
                // It is not known which of the two is right.
                import.rows.remove(&reference);
                doubled.insert(reference.clone());
                import
                    .unmatched
                    .push(refusal("two rows have the reference".to_owned()));
            }
            None => {
                import.rows.insert(reference, row);
            }
        }
    }
    Ok(import)
}

/// The reason why the codes of a row cannot be printed, if any.
fn unprintable(codes: &MailCodes, piece: &Piece, bulk: &BulkMail, fonts: &Fonts) -> Option<String> {
    let postcode = piece.postcode.0.as_str();
    let texts = [
        ("2D code", &codes.code_2d),
        ("code line", &codes.code_line),
        ("print line", &codes.print_line),
        ("letter code", &codes.letter_code),
    ];
    for (what, text) in texts {
        if !is_ascii_mark_text(text) {
            return Some(format!("the {what} has characters beyond ASCII"));
        }
    }
    if !codes.code_2d.is_empty() && codes::modules(&codes.code_2d).is_none() {
        return Some("the 2D code is too long".to_owned());
    }
    if kix_bars(&codes.kix).is_none() {
        return Some(format!("`{}` is not a KIX", codes.kix));
    }
    // A KIX begins with the postcode; one of another postcode would send the letter elsewhere.
    let elsewhere = !codes.kix.is_empty() && !codes.kix.starts_with(postcode);
    if elsewhere {
        return Some(format!(
            "the KIX `{}` does not begin with `{postcode}`",
            codes.kix
        ));
    }
    // No printer prints up to the edge of a sheet.
    let sheet = Area {
        left: 0.0,
        top: 0.0,
        width: A4.0 - EDGE,
        height: A4.1 - EDGE,
    };
    let area = codes::area(bulk, codes, fonts);
    if !sheet.holds(&area, 0.01) {
        return Some(format!(
            "its codes reach {:.1} mm across and {:.1} mm down, off the sheet",
            area.right(),
            area.bottom()
        ));
    }
    let read = codes::machine_area(bulk, codes);
    let window = piece
        .window
        .filter(|_| bulk.read_through == ReadThrough::Window)?;
    (read.width > 0.0 && !window.holds(&read, 0.01)).then(|| {
        format!(
            "its codes, to {:.1} mm across and {:.1} mm down, lie outside the window of the \
             envelope, which is {:.1} to {:.1} mm across and {:.1} to {:.1} mm down",
            read.right(),
            read.bottom(),
            window.left,
            window.right(),
            window.top,
            window.bottom()
        )
    })
}

/// The edge of a sheet on which an office printer does not print, mm.
const EDGE: f64 = 4.2;

fn folded(postcode: &str) -> String {
    let plain = postcode.chars().filter(|c| !c.is_whitespace());
    plain.collect::<String>().to_uppercase()
}

/// The text with LF in the place of each CR LF and CR: the `csv` crate counts LF alone as lines.
fn with_line_feeds(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (at, byte) in bytes.iter().enumerate() {
        match (byte, at.checked_sub(1).map(|before| bytes[before])) {
            (b'\n', Some(b'\r')) => {}
            (b'\r', _) => out.push(b'\n'),
            _ => out.push(*byte),
        }
    }
    out
}

/// The line on which a row begins. The reader counts blank lines before a row to it.
fn reader_line(table: &[u8], record: &csv::StringRecord) -> u64 {
    let Some(position) = record.position() else {
        return 1;
    };
    let from = usize::try_from(position.byte()).unwrap_or(table.len());
    let behind = table.get(from..).unwrap_or_default();
    let blank = behind.iter().take_while(|byte| **byte == b'\n');
    position.line() + blank.count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::letter::sample as letter;
    use crate::profile::sample;

    #[test]
    fn rows_are_named_by_their_lines_whatever_ends_these() {
        let fonts = crate::draw::fonts::sample();
        let bulk = sample("inserter").bulk_mail.expect("bulk mail");
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("back.csv");
        // A heading between quotes that is two lines, and a `;` only behind the header.
        let text = "Referentie,Postcode,Volgorde,2D-code,Codeerregel,Printregel,Briefcode,KIX,\"a\nb\"\n\
            A.pack,1234AB,1,X1,c1,p1,b1,1234AB1,;\n\
            \n\
            B.pack,1234AB,2,X2,c2,p2,b2,1234AB2,\n";
        for end in ["\n", "\r\n", "\r"] {
            std::fs::write(&file, text.replace('\n', end)).expect("written");
            let unmatched = import(&file, &bulk, &[], &fonts)
                .expect("an import")
                .unmatched;
            let lines: Vec<u64> = unmatched.iter().map(|row| row.line).collect();
            assert_eq!(lines, [3, 5], "{end:?}");
            std::fs::write(&file, format!("{text}C,D\n").replace('\n', end)).expect("written");
            let error = import(&file, &bulk, &[], &fonts)
                .err()
                .expect("a short row");
            let source = std::error::Error::source(&error).expect("why");
            assert!(source.to_string().contains("line: 6"), "{end:?}: {source}");
        }
    }

    #[test]
    fn rows_that_do_not_match_are_refused_with_a_reason() {
        let fonts = crate::draw::fonts::sample();
        let profile = sample("inserter");
        let bulk = profile.bulk_mail.clone().expect("bulk mail");
        let location = crate::letters::run::Location {
            offset: 0,
            envelope: 0,
        };
        let pieces: Vec<Piece> = ["A", "B", "C", "D", "E", "F", "G", "H", "I"]
            .map(|code| Piece::new(&letter(code, &[1]), location, &profile))
            .into();
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("back.csv");
        let text = "Referentie;Postcode;Volgorde;2D-code;Codeerregel;Printregel;Briefcode;KIX\n\
            A.pack;1234AB;2;X1;c1;p1;b1;1234AB1\n\
            B.pack;9999ZZ;1;X2;c2;p2;b2;1234AB2\n\
            C.pack;1234AB;3;X3;c;p;b;1234AB3\n\
            C.pack;1234AB;4;X4;c;p;b;1234AB3\n\
            D.pack;1234 ab;5;X5;ü;p;b;1234AB3\n\
            Z.pack;1234AB;6;X6;c;p;b;1234AB3\n\
            E.pack;1234AB;last;X7;c;p;b;1234AB3\n\
            F.pack;1234AB;9;X8;c;p;b;9999ZZ3\n\
            G.pack;1234AB;;X9;c;p;b;1234AB3\n\
            H.pack;1234AB;8;X10;c;p;b;1234AB12345X678\n\
            I.pack;1234AB;8;X11;a code line that is much too long for the room that there is between the 2D code and the edge of the sheet;p;b;1234AB1\n";
        std::fs::write(&file, text).expect("written");
        let import = import(&file, &bulk, &pieces, &fonts).expect("an import");
        assert_eq!(import.rows.keys().collect::<Vec<_>>(), ["A.pack"]);
        assert_eq!(import.rows["A.pack"].codes.print_line, "p1");
        let reasons: Vec<_> = import
            .unmatched
            .iter()
            .map(|row| (row.letter_id.as_str(), row.line, row.reason.as_str()))
            .collect();
        assert_eq!(
            reasons,
            [
                (
                    "B.pack",
                    3,
                    "the letter's postcode is `1234AB`, not `9999ZZ`"
                ),
                ("C.pack", 5, "two rows have the reference"),
                ("D.pack", 6, "the code line has characters beyond ASCII"),
                ("Z.pack", 7, "no letter has this reference"),
                (
                    "E.pack",
                    8,
                    "its place in the order, `last`, is not a number"
                ),
                (
                    "F.pack",
                    9,
                    "the KIX `9999ZZ3` does not begin with `1234AB`"
                ),
                ("G.pack", 10, "it has no place in the order"),
                (
                    "H.pack",
                    11,
                    "its codes reach 206.4 mm across and 77.8 mm down, off the sheet"
                ),
                ("I.pack", 12, reasons[8].2),
            ]
        );
        assert!(reasons[8].2.ends_with("off the sheet"), "{}", reasons[8].2);
    }

    #[test]
    fn codes_that_are_read_through_the_window_lie_in_it() {
        let fonts = crate::draw::fonts::sample();
        let profile = sample("inserter");
        let mut bulk = profile.bulk_mail.clone().expect("bulk mail");
        let location = crate::letters::run::Location {
            offset: 0,
            envelope: 0,
        };
        let mut letter = letter("A", &[1]);
        letter.window = Some(Area {
            left: 30.0,
            top: 50.0,
            width: 85.0,
            height: 27.0,
        });
        let pieces = [Piece::new(&letter, location, &profile)];
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("back.csv");
        let text = "Referentie;Postcode;Volgorde;2D-code;Codeerregel;Printregel;Briefcode;KIX\n\
            A.pack;1234AB;2;X1;c1;p1;b1;1234AB1\n";
        std::fs::write(&file, text).expect("written");
        let mut refused = |read_through, left| {
            bulk.read_through = read_through;
            (bulk.left, bulk.top) = (left, 58.0);
            let import = import(&file, &bulk, &pieces, &fonts).expect("an import");
            import.unmatched.first().map(|row| row.reason.clone())
        };
        assert_eq!(refused(ReadThrough::Sheet, 128.0), None);
        assert_eq!(refused(ReadThrough::Window, 70.0), None);
        let reason = refused(ReadThrough::Window, 128.0).expect("refused");
        assert!(reason.contains("outside the window"), "{reason}");
    }
}
