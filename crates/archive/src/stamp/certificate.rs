//! Certificates of time-stamping authorities (RFC 5280), and the roots that they lead to.

use std::fmt;
use std::path::Path;

use der::asn1::ObjectIdentifier;
use der::{Decode as _, Encode as _, Reader as _, Tag};
use p256::ecdsa::signature::hazmat::PrehashVerifier as _;
use raadspost_run::{Words, read_regular, words};
use rsa::pkcs8::DecodePublicKey as _;
use sha2::{Sha256, Sha384, Sha512};
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage};

use crate::ArchiveError;
use crate::stamp::encoding::{digest, whole};

/// `id-kp-timeStamping`.
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// Bytes of a file of roots, at most: those of a whole browser are some 300 kB.
const ROOTS_LIMIT: u64 = 16 << 20;
/// Certificates between the authority's and a root, at most.
const DEPTH: usize = 8;

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// The digests of the signature algorithms that name one: RSA (RFC 8017) and ECDSA (RFC 5758).
const WITH_DIGEST: [(&str, &str); 6] = [
    ("1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1"),
    ("1.2.840.113549.1.1.12", "2.16.840.1.101.3.4.2.2"),
    ("1.2.840.113549.1.1.13", "2.16.840.1.101.3.4.2.3"),
    ("1.2.840.10045.4.3.2", "2.16.840.1.101.3.4.2.1"),
    ("1.2.840.10045.4.3.3", "2.16.840.1.101.3.4.2.2"),
    ("1.2.840.10045.4.3.4", "2.16.840.1.101.3.4.2.3"),
];

/// A moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moment {
    /// Seconds since 1970.
    pub(super) seconds: i64,
    /// As RFC 3339.
    pub(super) written: String,
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

/// The certificates that a caller trusts.
#[derive(Debug, Clone)]
pub struct Roots(Vec<Certificate>);

impl Roots {
    /// Reads a file of certificates (PEM).
    ///
    /// # Errors
    /// It cannot be read, or has no certificate or one that is not valid.
    pub fn read(path: &Path) -> Result<Self, ArchiveError> {
        let bytes = read_regular(path, ROOTS_LIMIT).map_err(ArchiveError::io("read", path))?;
        let bad = || ArchiveError::BadRoots(path.to_owned());
        let read = x509_cert::Certificate::load_pem_chain(&bytes).map_err(|_| bad())?;
        let read = read.iter().map(|one| Certificate::read(&one.to_der()?));
        let roots: Vec<_> = read.collect::<der::Result<_>>().map_err(|_| bad())?;
        if roots.is_empty() {
            return Err(bad());
        }
        Ok(Self(roots))
    }
}

/// A certificate.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    bytes: Vec<u8>,
    /// The signed part, as its bytes.
    signed: Vec<u8>,
    parsed: x509_cert::Certificate,
    /// Issuer and serial number, each as its bytes.
    name: (Vec<u8>, Vec<u8>),
}

impl Certificate {
    /// Reads a certificate (DER).
    pub(super) fn read(bytes: &[u8]) -> der::Result<Self> {
        let parsed = x509_cert::Certificate::from_der(bytes)?;
        let signed = whole(bytes, Tag::Sequence)?.tlv_bytes()?.to_vec();
        let content = parsed.tbs_certificate();
        let name = (
            content.issuer().to_der()?,
            content.serial_number().to_der()?,
        );
        Ok(Self {
            bytes: bytes.to_vec(),
            signed,
            parsed,
            name,
        })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether it has this issuer and serial number.
    pub(super) fn is(&self, (issuer, serial): (&[u8], &[u8])) -> bool {
        self.name.0 == issuer && self.name.1 == serial
    }

    /// Its subject, as RFC 4514 writes it.
    pub(super) fn subject(&self) -> String {
        self.parsed.tbs_certificate().subject().to_string()
    }

    /// Whether a signature of a message is by its key.
    pub(super) fn verifies(
        &self,
        algorithm: ObjectIdentifier,
        digest_algorithm: ObjectIdentifier,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let named = WITH_DIGEST
            .iter()
            .find(|(name, _)| ObjectIdentifier::new_unwrap(name) == algorithm)
            .map(|(_, digest)| ObjectIdentifier::new_unwrap(digest));
        let digest_algorithm = match named {
            Some(named) => named,
            None if algorithm == RSA => digest_algorithm,
            None => return false,
        };
        let Some(hashed) = digest(digest_algorithm, message) else {
            return false;
        };
        let info = self.parsed.tbs_certificate().subject_public_key_info();
        let Ok(key) = info.to_der() else {
            return false;
        };
        if let Ok(key) = rsa::PublicKey::from_public_key_der(&key) {
            let scheme = match hashed.len() {
                32 => rsa::Pkcs1v15Sign::new::<Sha256>(),
                48 => rsa::Pkcs1v15Sign::new::<Sha384>(),
                _ => rsa::Pkcs1v15Sign::new::<Sha512>(),
            };
            return key.verify(scheme, &hashed, signature).is_ok();
        }
        let point = info.subject_public_key.raw_bytes();
        if let (Ok(key), Ok(signature)) = (
            p256::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p256::ecdsa::Signature::from_der(signature),
        ) {
            return key.verify_prehash(&hashed, &signature).is_ok();
        }
        if let (Ok(key), Ok(signature)) = (
            p384::ecdsa::VerifyingKey::from_sec1_bytes(point),
            p384::ecdsa::Signature::from_der(signature),
        ) {
            return key.verify_prehash(&hashed, &signature).is_ok();
        }
        false
    }

    fn is_valid_at(&self, moment: &Moment) -> bool {
        let validity = self.parsed.tbs_certificate().validity();
        let seconds = |time: x509_cert::time::Time| time.to_unix_duration().as_secs();
        u64::try_from(moment.seconds).is_ok_and(|at| {
            (seconds(validity.not_before)..=seconds(validity.not_after)).contains(&at)
        })
    }

    /// Checks that it is a certificate for time stamping and nothing else (RFC 3161, 2.3), valid at
    /// the moment of the stamp.
    pub(super) fn may_stamp(&self, moment: &Moment) -> Result<(), Words> {
        let uses = self
            .parsed
            .tbs_certificate()
            .get_extension::<ExtendedKeyUsage>();
        let is_for_stamps = match uses {
            Ok(Some((critical, uses))) => critical && uses.0 == [TIME_STAMPING],
            Ok(None) | Err(_) => false,
        };
        if !is_for_stamps {
            return Err(words!(
                "the certificate of the signer is not one for time stamps",
                "het certificaat van de ondertekenaar is niet voor tijdstempels"
            ));
        }
        if !self.is_valid_at(moment) {
            return Err(words!(
                "the certificate of the signer was not valid at {moment}",
                "het certificaat van de ondertekenaar was op {moment} niet geldig"
            ));
        }
        Ok(())
    }

    /// Checks that it leads to one of the roots, over certificates of the token.
    pub(super) fn leads_to(
        &self,
        roots: &Roots,
        between: &[Self],
        moment: &Moment,
    ) -> Result<(), Words> {
        let mut at = self;
        for _ in 0..DEPTH {
            if roots.0.iter().any(|root| root.bytes == at.bytes) {
                return Ok(());
            }
            if roots.0.iter().any(|root| root.has_issued(at, moment)) {
                return Ok(());
            }
            let Some(above) = between.iter().find(|one| one.has_issued(at, moment)) else {
                break;
            };
            at = above;
        }
        Err(words!(
            "the certificate of the signer does not lead to one that is trusted",
            "het certificaat van de ondertekenaar leidt niet tot een vertrouwd certificaat"
        ))
    }

    /// Whether it is that of an authority which issued another one.
    fn has_issued(&self, other: &Self, moment: &Moment) -> bool {
        let (own, content) = (
            self.parsed.tbs_certificate(),
            other.parsed.tbs_certificate(),
        );
        let is_authority = match own.get_extension::<BasicConstraints>() {
            Ok(Some((_, constraints))) => constraints.ca,
            Ok(None) | Err(_) => false,
        };
        let algorithm = other.parsed.signature_algorithm().oid;
        is_authority
            && own.subject() == content.issuer()
            && self.is_valid_at(moment)
            && self.verifies(
                algorithm,
                algorithm,
                &other.signed,
                other.parsed.signature().raw_bytes(),
            )
    }
}
