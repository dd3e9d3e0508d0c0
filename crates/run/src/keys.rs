//! Keys of minisign: the secret one that signs, and the public one that a signature is held to.

use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use minisign::{PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};

use crate::fault::RunFault;
use crate::regular::{SMALL_LIMIT, read_named};

/// Where a secret key lies.
#[derive(Debug)]
pub struct SigningKey {
    /// minisign's file.
    pub file: PathBuf,
    /// Its password; if there is none and the key has one, it is asked for at the terminal.
    pub password: Option<String>,
}

/// A secret key that is open, with its public one.
pub struct Signer {
    secret: SecretKey,
    public: PublicKey,
    file: PathBuf,
}

impl Signer {
    /// Reads and opens a key.
    ///
    /// # Errors
    /// The file cannot be read, is not a secret key, or has another password.
    pub fn open(key: SigningKey) -> Result<Self, RunFault> {
        let SigningKey { file, password } = key;
        let bad = unusable(&file);
        let text = read_key(&file).map_err(RunFault::io("read", &file))?;
        let sealed = || SecretKeyBox::from_string(&text).map_err(&bad);
        let secret = match sealed()?.into_unencrypted_secret_key() {
            Ok(secret) => secret,
            Err(_) => sealed()?.into_secret_key(password).map_err(&bad)?,
        };
        let public = PublicKey::from_secret_key(&secret).map_err(&bad)?;
        Ok(Self {
            secret,
            public,
            file,
        })
    }

    /// The public key: minisign's 56 characters.
    pub fn public(&self) -> String {
        self.public.to_base64()
    }

    /// The public key as minisign's file.
    ///
    /// # Errors
    /// The key cannot be written as text.
    pub fn public_file(&self) -> Result<String, RunFault> {
        let text = self.public.to_box().map_err(unusable(&self.file))?;
        Ok(text.to_string())
    }

    /// The signature of what is read, as minisign's file. `comment` is signed too.
    ///
    /// # Errors
    /// It cannot be read or signed.
    pub fn sign(&self, what: impl Read, comment: &str, title: &str) -> Result<String, RunFault> {
        let (public, secret) = (Some(&self.public), &self.secret);
        minisign::sign(public, secret, what, Some(comment), Some(title))
            .map(|signature| signature.to_string())
            .map_err(unusable(&self.file))
    }
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// Reads a key: minisign's file, or its 56 characters.
    ///
    /// # Errors
    /// It is neither.
    pub fn read(key: &str) -> Result<Self, RunFault> {
        let path = Path::new(key);
        let read = if path.is_file() {
            let text = read_key(path).map_err(RunFault::io("read", path))?;
            PublicKeyBox::from_string(&text).and_then(PublicKeyBox::into_public_key)
        } else {
            PublicKey::from_base64(key)
        };
        read.map(Self).map_err(unusable(path))
    }

    /// The key of minisign's 56 characters, or of its file's text; `None` if it is neither.
    pub fn of_text(text: &str) -> Option<Self> {
        PublicKey::from_base64(text.trim())
            .or_else(|_| PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key))
            .map(Self)
            .ok()
    }

    /// Its 56 characters.
    pub fn text(&self) -> String {
        self.0.to_base64()
    }

    /// Verifies a signature, minisign's file, of what is read; the comment that was signed too.
    ///
    /// # Errors
    /// It is not a signature by this key, or not of these bytes; in words.
    pub fn verify(&self, signature: &str, what: impl Read + Seek) -> Result<String, String> {
        let signature = SignatureBox::from_string(signature).map_err(|error| error.to_string())?;
        minisign::verify(&self.0, &signature, what, true, false, false)
            .map_err(|error| error.to_string())?;
        signature
            .trusted_comment()
            .map_err(|error| error.to_string())
    }
}

/// The text of a key, which a pipe may bring.
fn read_key(path: &Path) -> io::Result<String> {
    String::from_utf8(read_named(path, SMALL_LIMIT)?).map_err(io::Error::other)
}

fn unusable(file: &Path) -> impl Fn(minisign::PError) -> RunFault + use<> {
    let path = file.to_owned();
    move |error| RunFault::Key {
        path: path.clone(),
        why: error.to_string(),
    }
}
