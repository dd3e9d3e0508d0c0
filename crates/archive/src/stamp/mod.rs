//! Time stamps (RFC 3161): that a list of files existed at a moment, by the word of a time-stamping
//! authority. The request and the answer are DER; the answer holds a signed message (RFC 5652) whose
//! certificate is held to roots that the caller trusts, if there are any.

mod certificate;
mod encoding;
mod token;

use der::asn1::{OctetStringRef, UintRef};
use der::{Encode as _, Sequence};
use raadspost_run::{Words, words};
use x509_cert::spki::AlgorithmIdentifierRef;

pub use certificate::Roots;
use encoding::SHA_256;
use token::Answer;

/// A request for a time stamp (2.4.1), without a nonce: the digest is of a list that names this
/// package alone, and an earlier answer for it would prove an earlier moment.
#[derive(Sequence)]
struct Request<'a> {
    version: UintRef<'a>,
    imprint: Imprint<'a>,
    /// Whether the answer is to hold the certificate.
    certificate: bool,
}

/// `MessageImprint`.
#[derive(Sequence)]
struct Imprint<'a> {
    algorithm: AlgorithmIdentifierRef<'a>,
    hashed: &'a OctetStringRef,
}

/// The request for a SHA-256, in DER (`application/timestamp-query`).
///
/// # Errors
/// It cannot be encoded.
pub(crate) fn request(sha256: &[u8; 32]) -> der::Result<Vec<u8>> {
    Request {
        version: UintRef::new(&[1])?,
        imprint: Imprint {
            algorithm: AlgorithmIdentifierRef {
                oid: SHA_256,
                parameters: Some(der::asn1::AnyRef::NULL),
            },
            hashed: OctetStringRef::new(sha256)?,
        },
        certificate: true,
    }
    .to_der()
}

/// A time stamp that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The moment (RFC 3339).
    pub(crate) time: String,
    /// The subject of the authority's certificate.
    pub(crate) authority: String,
}

/// Verifies an answer for a SHA-256: granted, of these bytes, signed by a certificate for time
/// stamping that was valid at that moment and, if roots are given, leads to one of them.
///
/// # Errors
/// Which of it is not so.
pub(crate) fn verify(
    answer: &[u8],
    sha256: &[u8; 32],
    roots: Option<&Roots>,
) -> Result<Stamp, Words> {
    let answer = Answer::read(answer).map_err(|_| {
        words!(
            "it is not an answer of a time-stamping authority",
            "het is geen antwoord van een tijdstempeldienst"
        )
    })?;
    let token = match answer {
        Answer::Granted(token) => token,
        Answer::Refused(status) => {
            return Err(words!(
                "the time-stamping authority refused the request with status {status}",
                "de tijdstempeldienst heeft het verzoek geweigerd, met status {status}"
            ));
        }
    };
    if token.imprint != (SHA_256, sha256.as_slice()) {
        return Err(words!(
            "the time stamp is of other bytes",
            "het tijdstempel is van andere bytes"
        ));
    }
    let signer = token.verified_signer()?;
    let time = token.moment()?;
    signer.may_stamp(&time)?;
    if let Some(roots) = roots {
        signer.leads_to(roots, &token.certificates, &time)?;
    }
    Ok(Stamp {
        time: time.to_string(),
        authority: signer.subject(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_what_openssl_writes() {
        let digest = [0xAB; 32];
        let mut expected = vec![
            0x30, 0x39, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48,
            0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
        ];
        expected.extend(digest);
        expected.extend([0x01, 0x01, 0xFF]);
        assert_eq!(request(&digest).unwrap(), expected);
    }

    #[test]
    fn what_is_not_an_answer_is_told() {
        for bytes in [&b""[..], b"x", &[0x30, 0x80], &[0x30; 100], &[0xA0, 0x00]] {
            let why = verify(bytes, &[0; 32], None).unwrap_err();
            assert!(why.english.contains("not an answer"), "{why:?}");
        }
        // Refused: status 2 without a token.
        let refused = [0x30, 0x05, 0x30, 0x03, 0x02, 0x01, 0x02];
        let why = verify(&refused, &[0; 32], None).unwrap_err();
        assert!(why.english.contains("status 2"), "{why:?}");
    }
}
