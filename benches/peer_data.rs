//! Writes what our PDF renderer hands to Typst for the packs of the embedded campaign, so that a
//! peer can make the same pages: `peer-data DIR` makes `DIR/templates` and `DIR/values.jsonl`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use raadspost_content::{Campaign, Diagnostics, Register, Source};
use raadspost_pdf::{PdfOptions, PdfRenderer};

#[path = "embedded.rs"]
mod embedded;

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("name a folder")?.into();
    let templates = folder.join("templates");
    fs::create_dir_all(&templates)?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = Source::new(
        "posiv.yaml",
        fs::read_to_string(root.join("content/posiv.yaml"))?,
    );
    let table = fs::read(root.join("content/registers/nl.csv"))?;
    let campaign = Campaign::load(&source, |settings| {
        Register::open("nl.csv", table.as_slice(), settings).map(|rows| rows.columns().clone())
    });
    let campaign = campaign.map_err(told)?.output;
    let renderer = PdfRenderer::new(PdfOptions {
        fonts: embedded::fonts(root)?,
        ..PdfOptions::default()
    })?;
    let mut lines = fs::File::create(folder.join("values.jsonl"))?;
    let mut first = None;
    for row in Register::open("nl.csv", table.as_slice(), campaign.register()).map_err(told)? {
        let municipality = row.map_err(|row| told(row.diagnostics))?;
        let mut documents = campaign.pack(&municipality).documents.into_iter();
        let pack = documents
            .find(|document| document.document == "pack")
            .context("a pack")?;
        // The peer has one shape; nearly all municipalities share it.
        let shape = first.get_or_insert_with(|| pack.shape.clone()).clone();
        if pack.shape != shape {
            continue;
        }
        let inputs = renderer.inputs(&shape, &pack.values).map_err(told)?;
        for (path, bytes) in inputs {
            if path == "values.json" {
                lines.write_all(&bytes)?;
                lines.write_all(b"\n")?;
            }
            fs::write(templates.join(path), bytes)?;
        }
    }
    // Our renderer sets the title on the finished document; a title that is the same for all is
    // the fastest that the peer can do.
    fs::write(
        templates.join("peer.typ"),
        "#set document(title: \"Pakket\", author: \"POSIV-project\")\n#include \"main.typ\"\n",
    )?;
    Ok(())
}

fn told(diagnostics: Diagnostics) -> anyhow::Error {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    anyhow!(lines.join("\n"))
}
