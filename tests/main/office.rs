//! Word files as LibreOffice prints them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::judges::has;
use crate::support::root;

/// Whether LibreOffice and poppler are there; a message where they are not.
pub(crate) fn has_office() -> bool {
    has("soffice", "--version") && has("pdftoppm", "-v")
}

/// Prints Word files with LibreOffice, and the fonts of this repository alone where `own` says so:
/// a page looks the same wherever the tests run.
pub(crate) fn printed(files: &[PathBuf], into: &Path, own: bool) {
    fs::create_dir_all(into).expect("a folder");
    let mut office = Command::new("soffice");
    if own {
        let fonts = format!(
            "<?xml version=\"1.0\"?><fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>",
            root().join("fonts").display(),
            into.join("cache").display()
        );
        fs::write(into.join("fonts.conf"), fonts).expect("a file");
        office.env("FONTCONFIG_FILE", into.join("fonts.conf"));
    }
    let status = office
        .arg(format!(
            "-env:UserInstallation=file://{}",
            into.join("profile").display()
        ))
        .args(["--headless", "--norestore"])
        .args(["--convert-to", "pdf:writer_pdf_Export", "--outdir"])
        .arg(into)
        .args(files)
        .output()
        .expect("LibreOffice starts");
    assert!(
        status.status.success(),
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
}

/// The first page of a PDF file as a small grey picture beside it.
pub(crate) fn first_page(pdf: &Path) -> PathBuf {
    let picture = pdf.with_extension("");
    let status = Command::new("pdftoppm")
        .args([
            "-r",
            "36",
            "-gray",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            "-singlefile",
        ])
        .args([pdf, &picture])
        .status()
        .expect("pdftoppm starts");
    assert!(status.success());
    picture.with_extension("png")
}

pub(crate) fn fonts_of(pdf: &Path) -> String {
    let output = Command::new("pdffonts").arg(pdf).output();
    String::from_utf8_lossy(&output.expect("pdffonts starts").stdout).into_owned()
}
