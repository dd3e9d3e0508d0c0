//! Writes what our PDF renderer hands to Typst for the documents of the embedded campaign, so that
//! a peer can make the same pages: `peer-data DIR` makes `DIR/<document>/templates` and
//! `DIR/<document>/values.jsonl`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use raadspost_content::{Format, Shape};
use raadspost_pdf::{PdfOptions, PdfRenderer};

#[path = "embedded.rs"]
mod embedded;
use embedded::{Everyone, told};

fn main() -> anyhow::Result<()> {
    let folder: PathBuf = std::env::args_os().nth(1).context("name a folder")?.into();
    let everyone = Everyone::load(None)?;
    let renderer = PdfRenderer::new(PdfOptions {
        fonts: embedded::fonts()?,
        ..PdfOptions::default()
    })?;
    let mut peers: BTreeMap<String, Peer> = BTreeMap::new();
    for row in everyone.table().map_err(told)? {
        let municipality = row.map_err(|row| told(row.diagnostics))?;
        for document in everyone.campaign.pack(&municipality).documents {
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
