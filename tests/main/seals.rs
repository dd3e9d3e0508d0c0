//! The seal of packages: who has signed them, and what a forger can do about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use minisign::KeyPair;
use raadspost_content::Fingerprint;
use serde_json::Value;

use crate::archive::{archive, built, faults, files, in_dutch};
use crate::judges::installed;
use crate::support::{Desk, run};

/// A signed run, and the key pairs of its signer and of a stranger, as `mine` and `other`.
pub(crate) fn signed() -> (Desk, KeyPair, KeyPair) {
    let desk = built();
    let [mine, other] = ["mine", "other"].map(|name| {
        let pair = KeyPair::generate_unencrypted_keypair().expect("a key");
        let secret = pair.sk.to_box(None).expect("a key");
        desk.write(&format!("{name}.key"), secret.to_string());
        let public = pair.pk.to_box().expect("a key");
        desk.write(&format!("{name}.pub"), public.to_string());
        pair
    });
    let (out, key) = (desk.out(), desk.path("mine.key"));
    let text = |path: &Path| path.to_str().expect("UTF-8").to_owned();
    run(&[
        "approve",
        &text(&out),
        "--by",
        "A. de Vries",
        "--date",
        "2026-03-03T10:00:00+01:00",
        "--key",
        &text(&key),
    ])
    .ended(0);
    (desk, mine, other)
}

/// Makes the packages of a signed run, signed with its key.
fn sealed(desk: &Desk, name: &str, more: &[&str]) -> PathBuf {
    let (to, key) = (desk.path(name), desk.path("mine.key"));
    let key = key.to_str().expect("UTF-8");
    let options = ["--require-approval", "--key", key];
    archive(&desk.out(), &to, &[&options, more].concat()).ended(1);
    to
}

/// The codes that the check of packages gives, demanding a key or not.
pub(crate) fn codes(at: &Path, demanded: &[&str]) -> Vec<String> {
    let at = at.to_str().expect("UTF-8");
    let ran = run(&[&["archive", "--check", at, "--json"], demanded].concat());
    let object: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let found = faults(&object);
    in_dutch(&[&["archive", "--check", at], demanded].concat(), &found);
    let codes: Vec<String> = found.into_iter().map(|(code, ..)| code).collect();
    assert_eq!(ran.status, i32::from(!codes.is_empty()), "{}", ran.said());
    codes
}

/// Makes the packing slip of a package fit its files again, as a forger would.
pub(crate) fn fit(package: &Path) {
    let slip = package.join("pakbon.xml");
    let text = fs::read_to_string(&slip).expect("a slip");
    let (mut lines, mut hashed) = (Vec::new(), String::new());
    for line in text.lines() {
        let Some(rest) = line.trim().strip_prefix("<bestand pad=\"") else {
            lines.push(line.to_owned());
            continue;
        };
        let path = rest.split('"').next().expect("a path");
        let Ok(bytes) = fs::read(package.join(path)) else {
            continue;
        };
        let (size, digest) = (bytes.len(), Fingerprint::of(&bytes));
        hashed += &format!("{digest}  {path}\n");
        lines.push(format!(
            "\t\t<bestand pad=\"{path}\" omvang=\"{size}\" sha256=\"{digest}\"/>"
        ));
    }
    let listed = |line: &&String| line.contains("<bestand ") && !line.contains(".MDTO.xml");
    let sizes: Vec<u64> = lines
        .iter()
        .filter(listed)
        .map(|line| {
            let size = line.split("omvang=\"").nth(1).expect("a size");
            size.split('"')
                .next()
                .expect("a size")
                .parse()
                .expect("a number")
        })
        .collect();
    let head = [
        ("hashSIP", Fingerprint::of(hashed.as_bytes()).to_string()),
        ("aantalBestanden", sizes.len().to_string()),
        ("omvang", sizes.iter().sum::<u64>().to_string()),
    ];
    for line in &mut lines {
        for (name, value) in &head {
            if line.contains(&format!("<{name}>")) {
                *line = format!("\t<{name}>{value}</{name}>");
            }
        }
    }
    fs::write(&slip, lines.join("\n") + "\n").expect("written");
}

/// Replaces a text in a file of a package and makes sidecar and packing slip fit.
fn edit(package: &Path, path: &str, old: &str, new: &str) {
    let file = package.join(path);
    let text = fs::read_to_string(&file).expect("a text");
    assert!(text.contains(old), "{path} has no `{old}`: {text}");
    replace(package, path, text.replace(old, new).as_bytes());
}

/// Replaces a file of a package and makes sidecar and packing slip fit.
fn replace(package: &Path, path: &str, bytes: &[u8]) {
    let file = package.join(path);
    let was = fs::read(&file).expect("a file");
    fs::write(&file, bytes).expect("written");
    let sidecar = package.join(format!("{path}.bestand.MDTO.xml"));
    let text = fs::read_to_string(&sidecar).expect("a sidecar");
    let size = |bytes: &[u8]| format!("<omvang>{}<", bytes.len());
    let digest = |bytes: &[u8]| Fingerprint::of(bytes).to_string();
    let text = text
        .replace(&size(&was), &size(bytes))
        .replace(&digest(&was), &digest(bytes));
    fs::write(sidecar, text).expect("written");
    fit(package);
}

const RECORD: &str = "GM0344-utrecht/verantwoording-GM0344-utrecht/verantwoording-GM0344-utrecht";

fn record(end: &str) -> String {
    format!("{RECORD}-{end}")
}

/// Signs the packing slip of a package anew, with the comment that it had.
fn sign(package: &Path, pair: &KeyPair, comment: impl Fn(&str) -> String) {
    let place = package.join("pakbon.xml.minisig");
    let text = fs::read_to_string(&place).expect("a signature");
    let was = text
        .lines()
        .find_map(|line| line.strip_prefix("trusted comment: "))
        .expect("a comment");
    let slip = fs::File::open(package.join("pakbon.xml")).expect("a slip");
    let signature = minisign::sign(Some(&pair.pk), &pair.sk, slip, Some(&comment(was)), None);
    fs::write(place, signature.expect("a signature").to_string()).expect("written");
}

/// Signs a package with a stranger's key, which is put into it; the approval may name that key too.
fn sign_as_stranger(package: &Path, (mine, other): (&KeyPair, &KeyPair), in_approval: bool) {
    let key = other.pk.to_box().expect("a key").to_string();
    replace(package, &record("sleutel.txt"), key.as_bytes());
    let approval = package.join(record("akkoord.json"));
    let was = Fingerprint::of(&fs::read(&approval).expect("an approval")).to_string();
    if in_approval {
        let (mine, other) = (mine.pk.to_base64(), other.pk.to_base64());
        edit(package, &record("akkoord.json"), &mine, &other);
    }
    let is = Fingerprint::of(&fs::read(&approval).expect("an approval")).to_string();
    sign(package, other, |comment| comment.replace(&was, &is));
}

#[test]
fn packages_of_a_signed_run_are_signed_and_a_forger_is_found() {
    let (desk, mine, other) = signed();
    let key = desk.path("mine.pub");
    let key = key.to_str().expect("UTF-8");
    let demanded = ["--require-signature", key];
    let to = sealed(&desk, "sound", &[]);
    assert_eq!(codes(&to, &[]), [] as [&str; 0]);
    assert_eq!(codes(&to, &demanded), [] as [&str; 0]);
    let stranger = ["--require-signature", &other.pk.to_base64()];
    assert_eq!(
        codes(&to, &stranger),
        ["signature-broken", "signature-broken"]
    );

    // The tool that the format comes from accepts it, with the key in the package.
    let package = to.join("GM0344-utrecht");
    let mut tool = Command::new("minisign");
    tool.current_dir(&package)
        .args(["-V", "-m", "pakbon.xml", "-p", &record("sleutel.txt")]);
    match tool.output() {
        Ok(output) => assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        ),
        Err(_) => drop(installed("minisign", false)),
    }

    type Forge<'a> = &'a dyn Fn(&Path);
    let pair = (&mine, &other);
    // What a forger does; and the codes without and with the key that is demanded.
    let ways: [(&str, Forge<'_>, &[&str], &[&str]); 13] = [
        (
            "another destination in the packing slip",
            &|package| {
                let slip = package.join("pakbon.xml");
                let text = fs::read_to_string(&slip).expect("a slip");
                fs::write(slip, text.replace("Streekarchief", "Zolder")).expect("written");
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "another word in a document's metadata, and all digests to match",
            &|package| {
                let path = "GM0344-utrecht/GM0344-utrecht-motie/GM0344-utrecht-motie-ori.json";
                edit(package, path, "Bureau Waterkant", "Bureau Wallekant");
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "no signature",
            &|package| fs::remove_file(package.join("pakbon.xml.minisig")).expect("removed"),
            &["signature-missing"],
            &["signature-missing"],
        ),
        (
            "neither signature nor key",
            &|package| {
                fs::remove_file(package.join("pakbon.xml.minisig")).expect("removed");
                let key = record("sleutel.txt");
                fs::remove_file(package.join(&key)).expect("removed");
                fs::remove_file(package.join(format!("{key}.bestand.MDTO.xml"))).expect("removed");
                fit(package);
            },
            &[],
            &["signature-missing"],
        ),
        (
            "no key, and the signature",
            &|package| {
                let key = record("sleutel.txt");
                fs::remove_file(package.join(&key)).expect("removed");
                fs::remove_file(package.join(format!("{key}.bestand.MDTO.xml"))).expect("removed");
                fit(package);
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "the signature of a stranger",
            &|package| sign_as_stranger(package, pair, false),
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "the signature of a stranger whom the approval names",
            &|package| sign_as_stranger(package, pair, true),
            &[],
            &["signature-broken"],
        ),
        (
            "another name in the approval",
            &|package| edit(package, &record("akkoord.json"), "A. de Vries", "B. Jansen"),
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "another name in the approval, signed by a stranger with the comment as it was",
            &|package| {
                let key = other.pk.to_box().expect("a key").to_string();
                replace(package, &record("sleutel.txt"), key.as_bytes());
                let (mine, name) = (mine.pk.to_base64(), other.pk.to_base64());
                edit(package, &record("akkoord.json"), &mine, &name);
                sign(package, &other, str::to_owned);
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "another run than the one that was approved",
            &|package| {
                edit(
                    package,
                    &record("run.json"),
                    "Bureau Waterkant",
                    "Bureau Wallekant",
                )
            },
            &["approval-differs", "signature-broken"],
            &["approval-differs", "signature-broken"],
        ),
        (
            "the signature of another package",
            &|package| {
                let other = to.join("GM0796-s-hertogenbosch/pakbon.xml.minisig");
                fs::copy(other, package.join("pakbon.xml.minisig")).expect("copied");
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "another comment in the signature",
            &|package| {
                let place = package.join("pakbon.xml.minisig");
                let text = fs::read_to_string(&place).expect("a signature");
                fs::write(place, text.replace("GM0344", "GM0345")).expect("written");
            },
            &["signature-broken"],
            &["signature-broken"],
        ),
        (
            "a stranger beside the signature",
            &|package| {
                fs::write(package.join("pakbon.xml.minisig.txt"), "x").expect("written");
            },
            &["file-foreign"],
            &["file-foreign"],
        ),
    ];
    for (way, forge, plain, strict) in ways {
        let copy = desk.path("forged/GM0344-utrecht");
        copy_folder(&package, &copy);
        forge(&copy);
        assert_eq!(codes(&copy, &[]), plain, "{way}");
        assert_eq!(codes(&copy, &demanded), strict, "{way}");
        fs::remove_dir_all(copy).expect("removed");
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for (path, bytes) in files(from) {
        let place = to.join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("made");
        fs::write(place, bytes).expect("written");
    }
}

#[test]
fn a_bag_is_signed_by_its_tag_manifest_and_containers_by_the_same() {
    let (desk, ..) = signed();
    let key = desk.path("mine.pub");
    let demanded = ["--require-signature", key.to_str().expect("UTF-8")];
    for (name, more) in [
        ("zip", &["--zip"][..]),
        ("tar", &["--tar", "--format", "bagit"]),
        ("all", &["--collective", "--tar"]),
        ("bag", &["--format", "bagit"]),
    ] {
        let to = sealed(&desk, name, more);
        assert_eq!(codes(&to, &demanded), [] as [&str; 0], "{name}");
    }
    // A signature has a part that is drawn by lot; nothing else has.
    let again = sealed(&desk, "again", &["--format", "bagit"]);
    let [first, second] = [&desk.path("bag"), &again].map(|at| {
        let mut made = files(at);
        made.retain(|path, _| !path.ends_with(".minisig"));
        made
    });
    assert!(first == second);
    let package = desk.path("bag/GM0344-utrecht");
    let info = package.join("bag-info.txt");
    let text = fs::read_to_string(&info).expect("a tag file");
    let forged = text.replace("Bureau Waterkant", "Bureau Wallekant");
    assert_ne!(text, forged);
    fs::write(&info, &forged).expect("written");
    let tags = package.join("tagmanifest-sha512.txt");
    let list = fs::read_to_string(&tags).expect("a manifest");
    let digest = |text: &str| {
        use sha2::Digest as _;
        raadspost_content::hex(&sha2::Sha512::digest(text.as_bytes()))
    };
    fs::write(&tags, list.replace(&digest(&text), &digest(&forged))).expect("written");
    assert_eq!(codes(&package, &[]), ["signature-broken"]);
    fs::remove_file(package.join("tagmanifest-sha512.txt.minisig")).expect("removed");
    assert_eq!(codes(&package, &[]), ["signature-missing"]);
}

#[test]
fn a_signed_run_gives_no_unsigned_package_by_oversight() {
    let (desk, ..) = signed();
    let out = desk.out();
    let tried = |name: &str, more: &[&str]| archive(&out, &desk.path(name), more);
    let ran = tried("a", &[]).ended(2);
    assert!(ran.stderr.contains("`--unsigned`"), "{}", ran.said());
    let other = desk.path("other.key");
    let ran = tried("b", &["--key", other.to_str().expect("UTF-8")]).ended(2);
    assert!(
        ran.stderr.contains("is signed with the key"),
        "{}",
        ran.said()
    );
    tried("c", &["--unsigned"]).ended(1);
    assert_eq!(codes(&desk.path("c"), &[]), [] as [&str; 0]);
    let key = desk.path("mine.pub");
    let demanded = ["--require-signature", key.to_str().expect("UTF-8")];
    assert_eq!(
        codes(&desk.path("c"), &demanded),
        ["signature-missing", "signature-missing"]
    );
    // Another name in the approval breaks its signature: no package says that it approved.
    let approval = out.join(".raadspost/approval.json");
    let text = fs::read_to_string(&approval).expect("an approval");
    fs::write(&approval, text.replace("A. de Vries", "B. Jansen")).expect("written");
    let ran = tried("d", &[]).ended(1);
    assert!(
        ran.stdout.contains("signature does not hold"),
        "{}",
        ran.said()
    );
    for (path, bytes) in files(&desk.path("d")) {
        let said = String::from_utf8_lossy(&bytes);
        assert!(!said.contains("B. Jansen"), "{path}");
    }
}
