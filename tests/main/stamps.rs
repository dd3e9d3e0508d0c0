//! Time stamps of packages, by an authority of the tests' own: OpenSSL's `ts` behind HTTP.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::archive::{archive, built, files};
use crate::judges::has;
use crate::seals::codes;
use crate::support::Desk;

/// Runs OpenSSL in a folder; panics with what it says where it fails.
fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .current_dir(folder)
        .args(arguments.split_whitespace())
        .output()
        .expect("OpenSSL");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {said}");
}

const CONFIGURATION: &str = "\
[tsa]
default_tsa = tsa1
[tsa1]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = DIGEST
default_policy = 1.2.3.4.1
digests = DIGESTS
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ESS
[stamps]
extendedKeyUsage = critical,timeStamping
[others]
extendedKeyUsage = critical,codeSigning
";

/// An authority: its folder with `ca.pem`, and the address at which it answers.
struct Authority {
    folder: PathBuf,
    address: String,
}

impl Authority {
    /// Makes keys and certificates, and answers requests until the test ends. `key` is how OpenSSL
    /// makes keys, `digest` with which digest the authority signs, `ess` by which it names its
    /// certificate, `digests` which it takes.
    fn start(desk: &Desk, name: &str, [key, digest, ess, digests]: [&str; 4]) -> Self {
        let folder = desk.path(name);
        fs::create_dir(&folder).expect("made");
        let configuration = CONFIGURATION
            .replace("DIGESTS", digests)
            .replace("DIGEST", digest)
            .replace("ESS", ess);
        fs::write(folder.join("ts.cnf"), configuration).expect("written");
        fs::write(folder.join("serial"), "01\n").expect("written");
        openssl(
            &folder,
            &format!(
                "req -x509 -newkey {key} -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Root-{name}"
            ),
        );
        openssl(
            &folder,
            &format!(
                "req -newkey {key} -nodes -keyout tsa.key -out tsa.csr -subj /CN=Clock-{name}"
            ),
        );
        openssl(
            &folder,
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 77 -days 29 -extfile ts.cnf -extensions stamps -out tsa.pem",
        );
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/ts", listener.local_addr().expect("an address"));
        let own = folder.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.expect("a connection");
                let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
                let mut length = 0;
                let mut line = String::new();
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    let header = line.to_ascii_lowercase();
                    if let Some(value) = header.strip_prefix("content-length:") {
                        length = value.trim().parse().expect("a number");
                    }
                    line.clear();
                }
                let mut query = vec![0; length];
                reader.read_exact(&mut query).expect("a request");
                fs::write(own.join("query.tsq"), query).expect("written");
                openssl(
                    &own,
                    "ts -reply -config ts.cnf -queryfile query.tsq -out answer.tsr",
                );
                let mut answer = fs::read(own.join("answer.tsr")).expect("an answer");
                if own.join("other.pem").exists() {
                    answer = signed_by_another(&own);
                }
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    answer.len()
                );
                let sent = stream.write_all(&[head.as_bytes(), &answer].concat());
                sent.expect("sent");
            }
        });
        Self { folder, address }
    }

    /// The same with a certificate that is not for time stamps, of the same key.
    fn with_other_use(self) -> Self {
        openssl(
            &self.folder,
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 78 -days 29 -extfile ts.cnf -extensions others -out other.pem",
        );
        self
    }

    fn roots(&self) -> String {
        self.folder
            .join("ca.pem")
            .to_str()
            .expect("UTF-8")
            .to_owned()
    }
}

/// The content of an answer, signed with a certificate with which OpenSSL's `ts` refuses to stamp.
fn signed_by_another(folder: &Path) -> Vec<u8> {
    openssl(folder, "ts -reply -in answer.tsr -token_out -out token.der");
    openssl(
        folder,
        "cms -verify -noverify -inform DER -in token.der -out content.der",
    );
    openssl(
        folder,
        "cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -cades -md sha256 -signer other.pem -inkey tsa.key -in content.der -outform DER -out other.der",
    );
    let token = fs::read(folder.join("other.der")).expect("a token");
    let granted = [0x30, 0x03, 0x02, 0x01, 0x00];
    let length = u16::try_from(granted.len() + token.len()).expect("a short token");
    let [high, low] = length.to_be_bytes();
    [&[0x30, 0x82, high, low][..], &granted, &token].concat()
}

const RSA: [&str; 4] = ["rsa:2048", "sha256", "sha256", "sha256"];

#[test]
fn a_time_stamp_is_asked_for_and_holds() {
    if !has("openssl", "version") {
        return;
    }
    let desk = built();
    for (name, terms) in [
        ("rsa", RSA),
        ("rsa-512", ["rsa:3072", "sha512", "sha1", "sha256"]),
        (
            "p256",
            [
                "ec -pkeyopt ec_paramgen_curve:P-256",
                "sha256",
                "sha256",
                "sha256, sha512",
            ],
        ),
        (
            "p384",
            [
                "ec -pkeyopt ec_paramgen_curve:P-384",
                "sha384",
                "sha384",
                "sha256",
            ],
        ),
    ] {
        let authority = Authority::start(&desk, &format!("authority-{name}"), terms);
        let to = desk.path(name);
        let roots = authority.roots();
        let options = ["--timestamp", &authority.address, "--timestamp-ca", &roots];
        archive(&desk.out(), &to, &options).ended(1);
        assert_eq!(codes(&to, &[]), [] as [&str; 0], "{name}");
        let trusted = ["--timestamp-ca", &roots];
        assert_eq!(codes(&to, &trusted), [] as [&str; 0], "{name}");
        // OpenSSL agrees.
        let package = to.join("GM0344-utrecht");
        let verify = "ts -verify -data pakbon.xml -in pakbon.xml.tsr -CAfile ";
        openssl(&package, &format!("{verify}{roots}"));
    }
}

#[test]
fn a_time_stamp_that_does_not_hold_is_refused() {
    if !has("openssl", "version") {
        return;
    }
    let desk = built();
    let authority = Authority::start(&desk, "authority", RSA);
    let stranger = Authority::start(&desk, "stranger", RSA);
    let stamped = ["--timestamp", &authority.address];
    let to = desk.path("packages");
    archive(&desk.out(), &to, &stamped).ended(1);
    let (roots, others) = (authority.roots(), stranger.roots());
    let trusted = ["--timestamp-ca", roots.as_str()];
    let package = to.join("GM0344-utrecht");
    let place = package.join("pakbon.xml.tsr");
    let sound = fs::read(&place).expect("a time stamp");
    let refused = |bytes: &[u8], way: &str| {
        fs::write(&place, bytes).expect("written");
        assert_eq!(codes(&package, &trusted), ["timestamp-broken"], "{way}");
    };

    assert_eq!(
        codes(&package, &["--timestamp-ca", &others]),
        ["timestamp-broken"],
        "an authority that is not trusted"
    );
    // Its moment, which begins with the year of today, a year later.
    let at = sound
        .windows(5)
        .position(|part| part[..3] == [0x18, 0x0F, b'2'])
        .expect("a moment");
    let mut later = sound.clone();
    later[at + 5] += 1;
    refused(&later, "another moment");
    let mut unsigned = sound.clone();
    *unsigned.last_mut().expect("a byte") ^= 1;
    refused(&unsigned, "another signature");
    let other = to.join("GM0796-s-hertogenbosch/pakbon.xml.tsr");
    refused(
        &fs::read(other).expect("a time stamp"),
        "that of another package",
    );
    refused(&sound[..sound.len() - 1], "a shorter one");
    refused(&[sound.as_slice(), b"x"].concat(), "a longer one");
    refused(b"", "an empty one");
    // Any byte: what is not signed says nothing, and nothing else may change.
    let mut accepted = 0;
    for at in (0..sound.len()).step_by(37) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x55;
        fs::write(&place, bytes).expect("written");
        accepted += usize::from(codes(&package, &trusted).is_empty());
    }
    assert!(accepted <= 3, "{accepted} changes were not seen");

    fs::write(&place, &sound).expect("written");
    let slip = package.join("pakbon.xml");
    let text = fs::read_to_string(&slip).expect("a slip");
    fs::write(&slip, text.replace("Streekarchief", "Zolder")).expect("written");
    assert_eq!(codes(&package, &[]), ["timestamp-broken"], "another slip");
    fs::write(&slip, text).expect("written");
    fs::remove_file(&place).expect("removed");
    assert_eq!(codes(&package, &trusted), ["timestamp-missing"]);
    assert_eq!(codes(&package, &[]), [] as [&str; 0]);

    // A package that claims to be made later than its time stamp.
    let future = desk.path("future");
    let dated = [&stamped[..], &["--date", "2099-01-01T00:00:00Z"]].concat();
    archive(&desk.out(), &future, &dated).ended(1);
    assert!(
        codes(&future, &trusted)
            .iter()
            .all(|code| code == "timestamp-broken")
    );
}

#[test]
fn packages_without_the_time_stamp_that_was_asked_for_are_not_made() {
    if !has("openssl", "version") {
        return;
    }
    let desk = built();
    let others = Authority::start(&desk, "others", RSA).with_other_use();
    let refusing = Authority::start(
        &desk,
        "refusing",
        ["rsa:2048", "sha256", "sha256", "sha512"],
    );
    let sound = Authority::start(&desk, "sound", RSA);
    let foreign = refusing.roots();
    for (name, options, words) in [
        (
            "a",
            vec![others.address.as_str()],
            "not one for time stamps",
        ),
        ("b", vec![refusing.address.as_str()], "status 2"),
        ("c", vec!["http://127.0.0.1:9/ts"], "no time stamp"),
        ("d", vec!["https://127.0.0.1:9/ts"], "begins with `http://`"),
        (
            "e",
            vec![sound.address.as_str(), "--timestamp-ca", &foreign],
            "does not lead to one that is trusted",
        ),
    ] {
        let to = desk.path(name);
        let ran = archive(&desk.out(), &to, &[&["--timestamp"], &options[..]].concat()).ended(2);
        assert!(ran.stderr.contains(words), "{name}: {}", ran.said());
        assert!(!to.exists() || files(&to).is_empty(), "{name}");
    }
}
