//! The output intent of a PDF/X-4 (ISO 15930-7): the printing condition that a job is made for, and the
//! ICC profile of it that the print house hands in.

use lopdf::{Dictionary, Object, ObjectId, Stream, dictionary};

use crate::pdf::sink::{Sink, packed};

/// Length of the header of an ICC profile, bytes (ICC.1:2010 7.2).
const HEADER: usize = 128;

/// An ICC profile of a printing condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputProfile {
    bytes: Vec<u8>,
    /// The parts of a colour: 1 for grey, 4 for CMYK.
    pub(crate) parts: u8,
}

impl OutputProfile {
    /// Reads the profile of a printing condition.
    ///
    /// # Errors
    /// The reason why it is not one (ICC.1:2010 7.2 and 7.3, ISO 15930-7 6.2.3).
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let long = |at: usize| {
            let bytes = bytes.get(at..at + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        if bytes.len() < HEADER + 4 || bytes.get(36..40) != Some(b"acsp") {
            return Err("it is not an ICC profile".to_owned());
        }
        if long(0).map(|size| size as usize) != Some(bytes.len()) {
            return Err("its size is not the one in its header".to_owned());
        }
        if !matches!(bytes[8], 2 | 4) {
            return Err(format!("it has version {} of ICC, not 2 or 4", bytes[8]));
        }
        let class = String::from_utf8_lossy(&bytes[12..16]).into_owned();
        if class != "prtr" {
            return Err(format!(
                "it is of the class `{class}`, not of an output device"
            ));
        }
        let space = String::from_utf8_lossy(&bytes[16..20]).into_owned();
        let parts = match space.as_str() {
            "CMYK" => 4,
            "GRAY" => 1,
            // Black is K only, which a condition in RGB does not have.
            _ => {
                let space = space.trim();
                return Err(format!("it is for `{space}`, not for CMYK or grey"));
            }
        };
        if !matches!(&bytes[20..24], b"Lab " | b"XYZ ") {
            return Err("it connects to neither Lab nor XYZ".to_owned());
        }
        let tags = long(HEADER).unwrap_or(0) as usize;
        let mut names = Vec::new();
        for tag in 0..tags {
            let at = HEADER + 4 + 12 * tag;
            let (Some(begin), Some(size)) = (long(at + 4), long(at + 8)) else {
                return Err("its table of tags ends too early".to_owned());
            };
            let end = begin as usize + size as usize;
            if (begin as usize) < HEADER || end > bytes.len() {
                return Err("a tag of it lies outside the file".to_owned());
            }
            names.push(&bytes[at..at + 4]);
        }
        let wanted: &[&[u8]] = match parts {
            4 => &[b"desc", b"wtpt", b"A2B0", b"B2A0"],
            _ => &[b"desc", b"wtpt", b"kTRC"],
        };
        if let Some(missing) = wanted.iter().find(|tag| !names.contains(tag)) {
            let missing = String::from_utf8_lossy(missing);
            return Err(format!("it has no tag `{missing}`"));
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            parts,
        })
    }
}

/// The output intent of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutputIntent {
    /// The profile.
    pub(crate) profile: OutputProfile,
    /// The identifier of the printing condition.
    pub(crate) condition: String,
    /// The registry that knows the identifier.
    pub(crate) registry: Option<String>,
    /// Its name for people.
    pub(crate) info: String,
}

impl OutputIntent {
    /// Puts it into a file (ISO 32000-1 14.11.5, ISO 15930-7 6.2.2).
    pub(crate) fn put(&self, sink: &mut Sink) -> ObjectId {
        let mut head = Dictionary::new();
        head.set("N", i64::from(self.profile.parts));
        let alternate = if self.profile.parts == 4 {
            "DeviceCMYK"
        } else {
            "DeviceGray"
        };
        head.set("Alternate", alternate);
        let stream: Stream = packed(head, &self.profile.bytes);
        let profile = sink.put(&Object::Stream(stream));
        let mut intent = dictionary! {
            "Type" => "OutputIntent",
            "S" => "GTS_PDFX",
            "OutputConditionIdentifier" => text(&self.condition),
            "OutputCondition" => text(&self.info),
            "Info" => text(&self.info),
            "DestOutputProfile" => profile,
        };
        if let Some(registry) = &self.registry {
            intent.set("RegistryName", text(registry));
        }
        sink.put(&Object::Dictionary(intent))
    }
}

/// A text string (ISO 32000-1 7.9.2.2): ASCII as it is, else UTF-16BE.
pub(crate) fn text(text: &str) -> Object {
    if text.is_ascii() {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, lopdf::StringFormat::Hexadecimal)
}

/// A profile with these tags, all of them empty, for the class and the space given.
#[cfg(test)]
pub(crate) fn sample_profile(class: &[u8; 4], space: &[u8; 4], tags: &[&[u8; 4]]) -> Vec<u8> {
    let size = HEADER + 4 + 12 * tags.len();
    let mut bytes = vec![0; HEADER];
    bytes[..4].copy_from_slice(&(size as u32).to_be_bytes());
    bytes[8] = 2;
    bytes[12..16].copy_from_slice(class);
    bytes[16..20].copy_from_slice(space);
    bytes[20..24].copy_from_slice(b"Lab ");
    bytes[36..40].copy_from_slice(b"acsp");
    bytes.extend((tags.len() as u32).to_be_bytes());
    for tag in tags {
        bytes.extend_from_slice(*tag);
        bytes.extend((HEADER as u32).to_be_bytes());
        bytes.extend(4_u32.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const CMYK: [&[u8; 4]; 4] = [b"desc", b"wtpt", b"A2B0", b"B2A0"];

    #[test]
    fn a_profile_of_a_printing_condition_is_taken_and_another_refused() {
        let good = sample_profile(b"prtr", b"CMYK", &CMYK);
        assert_eq!(OutputProfile::read(&good).expect("a profile").parts, 4);
        let grey = sample_profile(b"prtr", b"GRAY", &[b"desc", b"wtpt", b"kTRC"]);
        assert_eq!(OutputProfile::read(&grey).expect("a profile").parts, 1);
        let changed = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            bytes
        };
        for (bytes, why) in [
            (b"%PDF-1.6".to_vec(), "not an ICC profile"),
            (changed(36, b'x'), "not an ICC profile"),
            (good[..good.len() - 1].to_vec(), "size"),
            (changed(8, 5), "version 5"),
            (sample_profile(b"mntr", b"CMYK", &CMYK), "class `mntr`"),
            (sample_profile(b"prtr", b"RGB ", &CMYK), "for `RGB`"),
            (changed(20, b'Y'), "neither Lab nor XYZ"),
            (
                sample_profile(b"prtr", b"CMYK", &CMYK[..3]),
                "no tag `B2A0`",
            ),
            (changed(HEADER + 3, 200), "too early"),
            (changed(HEADER + 8, 255), "outside the file"),
        ] {
            let found = OutputProfile::read(&bytes).expect_err(why);
            assert!(found.contains(why), "{found}");
        }
    }

    #[test]
    fn texts_beyond_ascii_are_utf16() {
        assert_eq!(text("a"), Object::string_literal("a"));
        let Object::String(bytes, _) = text("é") else {
            panic!("not a string");
        };
        assert_eq!(bytes, [0xFE, 0xFF, 0, 0xE9]);
    }
}
