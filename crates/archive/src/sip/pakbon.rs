//! The packing slip, `pakbon.xml` ("Pakbon" in the MDTO SIP specification): its head, and the list of
//! all files with their digests, in the order in which they were written.
//!
//! The specification leaves the form to sender and receiver, so these elements are ours:
//! `hashSIP` is the SHA-256 over the lines `<sha256>  <path>\n` of that list.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use raadspost_run::{Words, words};

use crate::xml::{Bounded, Xml, escaped};

/// Its file name, at the root of a package.
pub(crate) const PAKBON: &str = "pakbon.xml";

/// The elements of a packing slip.
const FIELDS: [&str; 14] = [
    "identificatie",
    "naam",
    "titel",
    "locatieDoelsysteem",
    "tijdstip",
    "archiefvormer",
    "contactpersoon",
    "email",
    "aantalInformatieobjecten",
    "aantalBestanden",
    "omvang",
    "bijzonderheden",
    "hashSIP",
    LIST,
];

/// The element of the list.
const LIST: &str = "lijst";

/// The packing slip without its list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct PackingSlip {
    /// Unique identification.
    pub(crate) identification: String,
    /// The package's name.
    pub(crate) name: String,
    /// Title of the transfer.
    pub(crate) title: String,
    /// The archive that gets it.
    pub(crate) destination: String,
    /// The time at which it was made (RFC 3339).
    pub(crate) time: String,
    /// The archiefvormer.
    pub(crate) creator: String,
    /// The person to ask.
    pub(crate) contact: String,
    /// Their address.
    pub(crate) email: String,
    /// Information objects.
    pub(crate) objects: u64,
    /// Files that are not sidecars.
    pub(crate) files: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Remarks.
    pub(crate) remarks: String,
    /// Digest over the list.
    pub(crate) hash: String,
}

/// A file of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    /// Path below the packing slip's folder.
    pub(crate) path: String,
    /// SHA-256.
    pub(crate) sha256: String,
    /// Size.
    pub(crate) bytes: u64,
}

impl PackingSlip {
    /// Writes the packing slip; `list` has a line `<sha256>  <bytes>  <path>` for each file.
    pub(crate) fn write(&self, list: impl BufRead, to: &mut dyn Write) -> io::Result<()> {
        let mut xml = Xml::new()?;
        xml.group("pakbon", |xml| {
            xml.text("identificatie", &self.identification)?;
            xml.text("naam", &self.name)?;
            xml.text("titel", &self.title)?;
            xml.text("locatieDoelsysteem", &self.destination)?;
            xml.text("tijdstip", &self.time)?;
            xml.text("archiefvormer", &self.creator)?;
            xml.text("contactpersoon", &self.contact)?;
            xml.text("email", &self.email)?;
            xml.text("aantalInformatieobjecten", &self.objects.to_string())?;
            xml.text("aantalBestanden", &self.files.to_string())?;
            xml.text("omvang", &self.bytes.to_string())?;
            xml.text("bijzonderheden", &self.remarks)?;
            xml.text("hashSIP", &self.hash)?;
            xml.text("lijst", "")
        })?;
        let head = String::from_utf8(xml.finish()).map_err(io::Error::other)?;
        // The list is a stream, whatever its length, so it is put between head and foot.
        let (head, foot) = head
            .split_once("<lijst></lijst>")
            .ok_or_else(|| io::Error::other("the packing slip has no list"))?;
        write!(to, "{head}<lijst>")?;
        for line in list.lines() {
            let line = line?;
            let mut parts = line.splitn(3, "  ");
            let (Some(sha256), Some(bytes), Some(path)) =
                (parts.next(), parts.next(), parts.next())
            else {
                return Err(io::Error::other("a line of the list is cut off"));
            };
            let path = escaped(path)?;
            write!(
                to,
                "\n\t\t<bestand pad=\"{path}\" omvang=\"{bytes}\" sha256=\"{sha256}\"/>"
            )?;
        }
        write!(to, "\n\t</lijst>{foot}")
    }

    /// Reads a packing slip; calls back with each file of its list.
    ///
    /// # Errors
    /// The packing slip is not well-formed, or lacks an element.
    pub(crate) fn read(
        from: impl Read,
        mut each: impl FnMut(Listed) -> Result<(), Words>,
    ) -> Result<Self, Words> {
        let mut reader = Reader::from_reader(io::BufReader::new(Bounded::new(from)));
        let mut buffer = Vec::new();
        let mut fields: BTreeMap<String, String> = BTreeMap::new();
        let mut open = String::new();
        let mut depth = 0_u64;
        loop {
            buffer.clear();
            let Ok(event) = reader.read_event_into(&mut buffer) else {
                return Err(malformed(reader.error_position()));
            };
            match event {
                Event::Start(start) => {
                    depth += 1;
                    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                    match depth {
                        1 if name == "pakbon" => {}
                        1 => {
                            return Err(words!(
                                "it is not a packing slip but `{name}`",
                                "het is geen pakbon maar `{name}`"
                            ));
                        }
                        2 if FIELDS.contains(&name.as_str()) => {
                            if fields.insert(name.clone(), String::new()).is_some() {
                                return Err(words!(
                                    "it has `{name}` twice",
                                    "`{name}` staat er twee keer in"
                                ));
                            }
                            open = name;
                        }
                        _ => {
                            return Err(stranger(&name));
                        }
                    }
                }
                Event::Empty(start) if open == LIST && start.name().as_ref() == b"bestand" => {
                    each(listed(&start)?)?;
                }
                Event::Empty(start) => {
                    let name = String::from_utf8_lossy(start.name().as_ref()).into_owned();
                    return Err(stranger(&name));
                }
                Event::Text(text) if open != LIST => {
                    let Ok(text) = text.xml10_content() else {
                        return Err(malformed(reader.buffer_position()));
                    };
                    if let Some(field) = fields.get_mut(&open) {
                        field.push_str(text.trim_matches(['\n', '\t']));
                    }
                }
                Event::GeneralRef(reference) => {
                    let Ok(name) = reference.decode() else {
                        return Err(malformed(reader.buffer_position()));
                    };
                    let known = quick_xml::escape::resolve_predefined_entity(&name);
                    if let (Some(known), Some(field)) = (known, fields.get_mut(&open)) {
                        field.push_str(known);
                    }
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    open.clear();
                }
                Event::Eof => break,
                Event::DocType(_) => {
                    return Err(words!(
                        "it has a document type, which a packing slip does not use",
                        "het heeft een documenttype, en dat kent een pakbon niet"
                    ));
                }
                _ => {}
            }
        }
        if depth != 0 {
            return Err(words!("it ends too early", "het is afgebroken"));
        }
        Self::of_fields(&fields)
    }

    /// A packing slip of the texts of its elements.
    fn of_fields(fields: &BTreeMap<String, String>) -> Result<Self, Words> {
        let text = |name: &str| {
            fields
                .get(name)
                .cloned()
                .ok_or_else(|| words!("it has no `{name}`", "`{name}` ontbreekt"))
        };
        let number = |name: &str| {
            text(name)?
                .parse()
                .map_err(|_| words!("its `{name}` is not a number", "`{name}` is geen getal"))
        };
        Ok(Self {
            identification: text("identificatie")?,
            name: text("naam")?,
            title: text("titel")?,
            destination: text("locatieDoelsysteem")?,
            time: text("tijdstip")?,
            creator: text("archiefvormer")?,
            contact: text("contactpersoon")?,
            email: text("email")?,
            objects: number("aantalInformatieobjecten")?,
            files: number("aantalBestanden")?,
            bytes: number("omvang")?,
            remarks: text("bijzonderheden")?,
            hash: text("hashSIP")?,
        })
    }
}

fn malformed(at: u64) -> Words {
    words!(
        "it is not well-formed XML at byte {at}",
        "het is geen welgevormde XML bij byte {at}"
    )
}

fn stranger(name: &str) -> Words {
    words!(
        "it has an element `{name}` that it may not have",
        "het element `{name}` hoort er niet in"
    )
}

fn listed(start: &BytesStart<'_>) -> Result<Listed, Words> {
    let attribute = |name: &str| -> Result<String, Words> {
        let found = start.try_get_attribute(name).ok().flatten();
        let text = found.and_then(|found| {
            let text = std::str::from_utf8(&found.value).ok()?;
            Some(quick_xml::escape::unescape(text).ok()?.into_owned())
        });
        text.ok_or_else(|| {
            words!(
                "a file of its list has no `{name}`, or one that is not text",
                "een bestand in de lijst heeft geen `{name}`, of een dat geen tekst is"
            )
        })
    };
    Ok(Listed {
        path: attribute("pad")?,
        sha256: attribute("sha256")?,
        bytes: attribute("omvang")?.parse().map_err(|_| {
            words!(
                "a size in its list is not a number",
                "een omvang in de lijst is geen getal"
            )
        })?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_read_as_it_was_written() {
        let slip = PackingSlip {
            identification: "c/X1".into(),
            title: "Brief & bijlagen <1>".into(),
            objects: 3,
            files: 2,
            bytes: 12,
            hash: "ab".into(),
            ..PackingSlip::default()
        };
        let list = format!("{0}  5  a/b.pdf\n{0}  7  a/c&d.pdf\n", "0a".repeat(32));
        let mut xml = Vec::new();
        slip.write(list.as_bytes(), &mut xml).unwrap();
        let mut files = Vec::new();
        let read = PackingSlip::read(xml.as_slice(), |file| {
            files.push((file.path, file.bytes));
            Ok(())
        });
        assert_eq!(read.unwrap(), slip);
        assert_eq!(
            files,
            [("a/b.pdf".to_owned(), 5), ("a/c&d.pdf".to_owned(), 7)]
        );
        let typed = [b"<!DOCTYPE pakbon>".as_slice(), &xml[39..]].concat();
        let why = PackingSlip::read(typed.as_slice(), |_| Ok(())).unwrap_err();
        assert!(why.english.contains("document type"), "{why:?}");
        let long = [b"<pakbon><titel>".as_slice(), &vec![b' '; 3 << 20], &xml].concat();
        let why = PackingSlip::read(long.as_slice(), |_| Ok(())).unwrap_err();
        assert!(why.english.contains("not well-formed"), "{why:?}");
        let cut = &xml[..xml.len() - 12];
        assert!(PackingSlip::read(cut, |_| Ok(())).is_err());
    }
}
