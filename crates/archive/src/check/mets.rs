//! METS of an E-ARK package: every file that it lists is held to its size and checksum, and every
//! file of the package is listed.

use std::collections::HashSet;
use std::io::{self, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use raadspost_run::{Words, path_key as key, words};

use crate::ArchiveError;
use crate::check::Check;
use crate::sip::eark;
use crate::sip::pakbon::PackingSlip;
use crate::sip::spool;
use crate::xml::Bounded;

/// A file that METS lists.
struct Bound {
    path: String,
    bytes: String,
    sha256: String,
}

impl Check<'_> {
    /// Reads METS of package and representation.
    pub(super) fn mets(&mut self) -> Result<(), ArchiveError> {
        let mut listed = HashSet::from([key(eark::METS)]);
        let mut is_whole = true;
        for (mets, folder) in [
            (eark::METS, ""),
            (eark::REPRESENTATION, "representations/rep1/"),
        ] {
            let Some(copy) = self.read(mets, spool::copy)? else {
                let words = words!("`{mets}` is missing", "`{mets}` is er niet");
                self.fault("file-missing", mets, words);
                is_whole = false;
                continue;
            };
            let mut copy = copy.map_err(ArchiveError::io("read", self.at.join(mets)))?;
            let (_, copy) = spool::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
            let mut halted = None;
            let read = files(copy, |bound| {
                let path = format!("{folder}{}", bound.path);
                listed.insert(key(&path));
                match self.bound(mets, &path, &bound) {
                    Ok(()) => true,
                    Err(error) => {
                        halted = Some(error);
                        false
                    }
                }
            });
            if let Some(error) = halted {
                return Err(error);
            }
            if let Err(why) = read {
                self.fault("mets-changed", mets, why);
                is_whole = false;
            }
        }
        self.bagged = is_whole.then_some(listed);
        Ok(())
    }

    /// Holds a file to what METS says of it.
    fn bound(&mut self, mets: &str, path: &str, bound: &Bound) -> Result<(), ArchiveError> {
        if !raadspost_run::inside(path) {
            let words = words!(
                "the path `{path}` leads out of the package",
                "het pad `{path}` leidt buiten het pakket"
            );
            self.fault("mets-changed", mets, words);
            return Ok(());
        }
        match self.pass(path, false)? {
            None => {
                let words = words!(
                    "`{mets}` lists it, and it is missing",
                    "`{mets}` noemt het, en het is er niet"
                );
                self.fault("mets-changed", path, words);
            }
            Some(found) => {
                let is_equal = found.bytes.to_string() == bound.bytes
                    && found.sha256.eq_ignore_ascii_case(&bound.sha256);
                if !is_equal {
                    let words = words!(
                        "its size or its checksum differs from `{mets}`",
                        "de omvang of de checksum is een andere dan in `{mets}`"
                    );
                    self.fault("mets-changed", path, words);
                }
            }
        }
        Ok(())
    }

    /// Holds METS to the packing slip: the package is called the same.
    pub(super) fn mets_of(&mut self, slip: &PackingSlip) -> Result<(), ArchiveError> {
        let Some(copy) = self.read(eark::METS, spool::copy)? else {
            return Ok(());
        };
        let mut copy = copy.map_err(ArchiveError::io("read", self.at.join(eark::METS)))?;
        let (_, copy) = spool::sized(&mut copy).map_err(ArchiveError::io("read", self.at))?;
        let root = root(copy).unwrap_or_default();
        if root != (slip.name.clone(), "SIP".to_owned()) {
            let (name, kind) = root;
            let words = words!(
                "it is a {kind} called `{name}`, and the packing slip has a SIP called another",
                "het is een {kind} met de naam `{name}`, en de pakbon noemt een SIP met een andere"
            );
            self.fault("mets-changed", eark::METS, words);
        }
        Ok(())
    }
}

/// The value of an attribute with any prefix; empty if it is missing.
fn attribute(element: &BytesStart<'_>, name: &str) -> String {
    let found = element
        .attributes()
        .flatten()
        .find(|one| one.key.local_name().as_ref() == name.as_bytes());
    let text = found.and_then(|one| {
        let text = std::str::from_utf8(&one.value).ok()?;
        Some(quick_xml::escape::unescape(text).ok()?.into_owned())
    });
    text.unwrap_or_default()
}

/// `OBJID` of the root, and the kind of package.
fn root(from: impl Read) -> Option<(String, String)> {
    let mut reader = Reader::from_reader(io::BufReader::new(Bounded::new(from)));
    let mut buffer = Vec::new();
    let mut name = String::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(start) if start.local_name().as_ref() == b"mets" => {
                name = attribute(&start, "OBJID");
            }
            Event::Start(start) if start.local_name().as_ref() == b"metsHdr" => {
                return Some((name, attribute(&start, "OAISPACKAGETYPE")));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Calls back with each file that METS lists, until it says `false`.
fn files(from: impl Read, mut each: impl FnMut(Bound) -> bool) -> Result<(), Words> {
    let mut reader = Reader::from_reader(io::BufReader::new(Bounded::new(from)));
    let mut buffer = Vec::new();
    let mut file = (String::new(), String::new());
    let mut depth = 0_u64;
    let broken = |at: u64| {
        words!(
            "it is not well-formed XML at byte {at}",
            "het is geen welgevormde XML bij byte {at}"
        )
    };
    loop {
        buffer.clear();
        let Ok(event) = reader.read_event_into(&mut buffer) else {
            return Err(broken(reader.error_position()));
        };
        if matches!(event, Event::Start(_)) {
            depth += 1;
        }
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let bound = |(bytes, sha256), path| Bound {
                    path,
                    bytes,
                    sha256,
                };
                let bound = match element.local_name().as_ref() {
                    b"file" => {
                        file = (attribute(element, "SIZE"), attribute(element, "CHECKSUM"));
                        continue;
                    }
                    b"FLocat" => bound(std::mem::take(&mut file), attribute(element, "href")),
                    b"mdRef" => bound(
                        (attribute(element, "SIZE"), attribute(element, "CHECKSUM")),
                        attribute(element, "href"),
                    ),
                    _ => continue,
                };
                if !each(bound) {
                    return Ok(());
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(broken(reader.buffer_position())),
            _ => {}
        }
    }
}
