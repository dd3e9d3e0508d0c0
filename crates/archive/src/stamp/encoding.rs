//! The encoding of answers and certificates, DER, and the digests that they may use.

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode as _, Reader as _, SliceReader, Tag, TagNumber, Tagged as _};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// SHA-256.
pub(super) const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// A constructed tag `[number]`.
pub(super) fn tagged(number: u8) -> Tag {
    Tag::ContextSpecific {
        constructed: true,
        number: TagNumber(u32::from(number)),
    }
}

/// The contents of the next element, which has this tag.
pub(super) fn open<'a>(reader: &mut SliceReader<'a>, tag: Tag) -> der::Result<SliceReader<'a>> {
    let any: AnyRef<'a> = reader.decode()?;
    if any.tag() != tag {
        return Err(any.tag().unexpected_error(Some(tag)).into());
    }
    SliceReader::new(any.value())
}

/// The digest of bytes by an algorithm; `None` for one that no authority should use.
pub(super) fn digest(algorithm: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match algorithm {
        SHA_256 => Sha256::digest(bytes).to_vec(),
        SHA_384 => Sha384::digest(bytes).to_vec(),
        SHA_512 => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// An element that is read whole.
pub(super) fn whole<'a>(bytes: &'a [u8], tag: Tag) -> der::Result<SliceReader<'a>> {
    let any = AnyRef::from_der(bytes)?;
    any.tag().assert_eq(tag)?;
    SliceReader::new(any.value())
}
