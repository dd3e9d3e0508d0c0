//! The answer of a time-stamping authority (RFC 3161, 2.4.2), and the signed message in it
//! (RFC 5652, 5).

use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Reader as _, SliceReader, Tag, Tagged as _};
use raadspost_run::{Words, parse_time, words};
use sha1::Sha1;
use sha2::Digest as _;

use crate::stamp::certificate::{Certificate, Moment};
use crate::stamp::encoding::{SHA_256, digest, open, tagged};

/// A signed message (RFC 5652, 5.1).
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// `id-ct-TSTInfo`.
const STAMP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// Attributes: type and digest of the content, and the certificate of the signer by its SHA-1
/// (RFC 2634) or another digest (RFC 5035).
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const BY_SHA_1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const BY_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");

/// An answer.
pub(super) enum Answer<'a> {
    Granted(Box<Token<'a>>),
    /// The status (2.4.2).
    Refused(u64),
}

/// A time stamp token.
pub(super) struct Token<'a> {
    /// The signed content, a `TSTInfo`.
    content: &'a [u8],
    /// The algorithm and the digest of what is stamped.
    pub(super) imprint: (ObjectIdentifier, &'a [u8]),
    /// `genTime`, as it is written.
    time: &'a [u8],
    pub(super) certificates: Vec<Certificate>,
    signer: Signer<'a>,
}

/// `SignerInfo` (RFC 5652, 5.3).
struct Signer<'a> {
    /// Issuer and serial number of its certificate, each as its bytes.
    certificate: (&'a [u8], &'a [u8]),
    digest_algorithm: ObjectIdentifier,
    /// The signed attributes as they are signed, as a `SET OF`.
    attributes: Vec<u8>,
    algorithm: ObjectIdentifier,
    signature: &'a [u8],
}

impl<'a> Answer<'a> {
    /// Reads an answer.
    ///
    /// # Errors
    /// It is not DER, or not of this structure.
    pub(super) fn read(bytes: &'a [u8]) -> der::Result<Self> {
        let mut outer = SliceReader::new(bytes)?;
        let mut answer = open(&mut outer, Tag::Sequence)?;
        outer.finish()?;
        let status: u64 = open(&mut answer, Tag::Sequence)?.decode()?;
        // Granted, or granted with another policy than was asked for.
        if status > 1 {
            return Ok(Self::Refused(status));
        }
        let mut token = open(&mut answer, Tag::Sequence)?;
        answer.finish()?;
        expect(&mut token, SIGNED_DATA)?;
        let mut token = open(&mut token, tagged(0))?;
        let token = Token::read(&mut open(&mut token, Tag::Sequence)?)?;
        Ok(Self::Granted(Box::new(token)))
    }
}

/// Reads an object identifier that has to be this one.
fn expect(reader: &mut SliceReader<'_>, wanted: ObjectIdentifier) -> der::Result<()> {
    match reader.decode::<ObjectIdentifier>()? {
        found if found == wanted => Ok(()),
        oid => Err(der::ErrorKind::OidUnknown { oid }.into()),
    }
}

impl<'a> Token<'a> {
    /// Reads `SignedData`.
    fn read(data: &mut SliceReader<'a>) -> der::Result<Self> {
        let _version: u8 = data.decode()?;
        open(data, Tag::Set)?;
        let mut content = open(data, Tag::Sequence)?;
        expect(&mut content, STAMP)?;
        let mut content = open(&mut content, tagged(0))?;
        let content: AnyRef<'a> = content.decode()?;
        content.tag().assert_eq(Tag::OctetString)?;
        let mut certificates = Vec::new();
        let mut signers = None;
        while !data.is_finished() {
            let any: AnyRef<'a> = data.decode()?;
            let mut inner = SliceReader::new(any.value())?;
            match any.tag() {
                tag if tag == tagged(0) => {
                    while !inner.is_finished() {
                        let bytes = inner.tlv_bytes()?;
                        // What is not an X.509 certificate is of no use here.
                        certificates.extend(Certificate::read(bytes).ok());
                    }
                }
                Tag::Set => signers = Some(inner),
                // Lists of withdrawn certificates.
                _ => {}
            }
        }
        let mut signers = signers.ok_or(der::ErrorKind::Failed)?;
        let signer = Signer::read(&mut open(&mut signers, Tag::Sequence)?)?;
        // A token has one signer (RFC 3161, 2.4.2).
        signers.finish()?;

        let mut info = SliceReader::new(content.value())?;
        let mut info = open(&mut info, Tag::Sequence)?;
        let _version: u8 = info.decode()?;
        let _policy: ObjectIdentifier = info.decode()?;
        let mut imprint = open(&mut info, Tag::Sequence)?;
        let algorithm = open(&mut imprint, Tag::Sequence)?.decode()?;
        let hashed: AnyRef<'a> = imprint.decode()?;
        let _serial: AnyRef<'a> = info.decode()?;
        let time: AnyRef<'a> = info.decode()?;
        time.tag().assert_eq(Tag::GeneralizedTime)?;
        Ok(Self {
            content: content.value(),
            imprint: (algorithm, hashed.value()),
            time: time.value(),
            certificates,
            signer,
        })
    }

    /// `genTime`: `20260401120000Z`, with fractions of a second if given.
    pub(super) fn moment(&self) -> Result<Moment, Words> {
        let text = String::from_utf8_lossy(self.time);
        let part = |from, to| text.get(from..to).unwrap_or_default();
        let written = format!(
            "{}-{}-{}T{}:{}:{}{}",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14),
            part(14, text.len()),
        );
        let seconds = parse_time(&written).map(|time| time.unix_timestamp());
        match seconds {
            Ok(seconds) if text.ends_with('Z') => Ok(Moment { seconds, written }),
            Ok(_) | Err(_) => Err(words!(
                "its moment `{text}` is not a time in UTC",
                "het tijdstip `{text}` is geen tijd in UTC"
            )),
        }
    }

    /// The certificate whose key signed the content.
    ///
    /// # Errors
    /// It is not in the token, or the signature is not its.
    pub(super) fn verified_signer(&self) -> Result<&Certificate, Words> {
        let Some(certificate) = self
            .certificates
            .iter()
            .find(|one| one.is(self.signer.certificate))
        else {
            return Err(words!(
                "the certificate of the signer is not in it",
                "het certificaat van de ondertekenaar zit er niet in"
            ));
        };
        let broken = || {
            words!(
                "its signature does not hold",
                "de handtekening van het tijdstempel klopt niet"
            )
        };
        let content = digest(self.signer.digest_algorithm, self.content).ok_or_else(broken)?;
        let attributes = self.signer.attributes(certificate).map_err(|_| broken())?;
        let is_signed = attributes.content_type == Some(STAMP)
            && attributes.digest == Some(content.as_slice())
            && attributes.names_certificate
            && certificate.verifies(
                self.signer.algorithm,
                self.signer.digest_algorithm,
                &self.signer.attributes,
                self.signer.signature,
            );
        if is_signed {
            Ok(certificate)
        } else {
            Err(broken())
        }
    }
}

/// What the signed attributes say.
#[derive(Default)]
struct Attributes<'a> {
    content_type: Option<ObjectIdentifier>,
    digest: Option<&'a [u8]>,
    /// Whether the certificate is the one that the signer names.
    names_certificate: bool,
}

impl<'a> Signer<'a> {
    fn read(info: &mut SliceReader<'a>) -> der::Result<Self> {
        let _version: u8 = info.decode()?;
        let mut named = open(info, Tag::Sequence)?;
        let certificate = (named.tlv_bytes()?, named.tlv_bytes()?);
        let digest_algorithm = open(info, Tag::Sequence)?.decode()?;
        let tag = Tag::peek(info)?;
        let mut attributes = info.tlv_bytes()?.to_vec();
        if tag != tagged(0) {
            return Err(tag.unexpected_error(Some(tagged(0))).into());
        }
        // They are signed under the tag of a set (RFC 5652, 5.4).
        if let Some(first) = attributes.first_mut() {
            *first = 0x31;
        }
        let algorithm = open(info, Tag::Sequence)?.decode()?;
        let signature: AnyRef<'a> = info.decode()?;
        signature.tag().assert_eq(Tag::OctetString)?;
        Ok(Self {
            certificate,
            digest_algorithm,
            attributes,
            algorithm,
            signature: signature.value(),
        })
    }

    fn attributes(&self, certificate: &Certificate) -> der::Result<Attributes<'_>> {
        let mut found = Attributes::default();
        let mut outer = SliceReader::new(&self.attributes)?;
        let mut set = open(&mut outer, Tag::Set)?;
        while !set.is_finished() {
            let mut attribute = open(&mut set, Tag::Sequence)?;
            let kind: ObjectIdentifier = attribute.decode()?;
            let mut values = open(&mut attribute, Tag::Set)?;
            match kind {
                CONTENT_TYPE => found.content_type = Some(values.decode()?),
                MESSAGE_DIGEST => {
                    let value: AnyRef<'_> = values.decode()?;
                    found.digest = Some(value.value());
                }
                // The first of the certificates is the signer's.
                BY_SHA_1 | BY_DIGEST => {
                    let mut named = open(&mut values, Tag::Sequence)?;
                    let mut named = open(&mut named, Tag::Sequence)?;
                    let mut named = open(&mut named, Tag::Sequence)?;
                    let mut wanted = match kind {
                        BY_SHA_1 => Some(Sha1::digest(certificate.bytes()).to_vec()),
                        _ => digest(SHA_256, certificate.bytes()),
                    };
                    if Tag::peek(&named)? == Tag::Sequence {
                        let algorithm = open(&mut named, Tag::Sequence)?.decode()?;
                        wanted = digest(algorithm, certificate.bytes());
                    }
                    let hash: AnyRef<'_> = named.decode()?;
                    found.names_certificate = wanted.as_deref() == Some(hash.value());
                }
                _ => {}
            }
        }
        Ok(found)
    }
}
