//! Writes what our PDF renderer hands to Typst for the documents of the embedded campaign, so that
//! a peer can make the same pages: `peer-data DIR` makes `DIR/<document>/templates` and
//! `DIR/<document>/values.jsonl`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow};
use raadspost_campaign::{Campaign, Register};
use raadspost_content::{Diagnostics, Format, Shape, Source};
use raadspost_pdf::{PdfOptions, PdfRenderer};

#[path = "embedded.rs"]
mod embedded;

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("name a folder")?.into();
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
    let mut peers: BTreeMap<String, Peer> = BTreeMap::new();
    for row in Register::open("nl.csv", table.as_slice(), campaign.register()).map_err(told)? {
        let municipality = row.map_err(|row| told(row.diagnostics))?;
        for document in campaign.pack(&municipality).documents {
            if document.format != Format::Pdf {
                continue;
            }
            let peer = match peers.entry(document.document.clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let peer = Peer::new(&folder.join(new.key()), &document.shape)?;
                    new.insert(peer)
                }
            };
            // The peer has one shape; nearly all municipalities share it.
            if document.shape == peer.shape {
                let inputs = renderer.inputs(&document.shape, &document.values);
                peer.add(inputs.map_err(told)?)?;
            }
        }
    }
    Ok(())
}

/// The templates of a document, and a file with the values of each municipality on a line.
struct Peer {
    shape: Arc<Shape>,
    templates: PathBuf,
    lines: fs::File,
}

impl Peer {
    fn new(folder: &Path, shape: &Arc<Shape>) -> anyhow::Result<Self> {
        let templates = folder.join("templates");
        fs::create_dir_all(&templates)?;
        // Our renderer sets the title on the finished document; a title that is the same for all
        // is the fastest that the peer can do.
        fs::write(
            templates.join("peer.typ"),
            "#set document(title: \"Pakket\", author: \"POSIV-project\")\n#include \"main.typ\"\n",
        )?;
        Ok(Self {
            shape: Arc::clone(shape),
            templates,
            lines: fs::File::create(folder.join("values.jsonl"))?,
        })
    }

    fn add(&mut self, inputs: impl IntoIterator<Item = (String, Vec<u8>)>) -> anyhow::Result<()> {
        for (path, bytes) in inputs {
            if path == "values.json" {
                self.lines.write_all(&bytes)?;
                self.lines.write_all(b"\n")?;
            }
            fs::write(self.templates.join(path), bytes)?;
        }
        Ok(())
    }
}

fn told(diagnostics: Diagnostics) -> anyhow::Error {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    anyhow!(lines.join("\n"))
}
