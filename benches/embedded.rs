//! What the benchmarks read from the repository, or from the folder of another project.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::anyhow;
use raadspost_campaign::{Campaign, Register};
use raadspost_content::{Diagnostics, Source};
use raadspost_pdf::FontFile;
use walkdir::WalkDir;

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The fonts that the programme has built in.
pub(crate) fn fonts() -> anyhow::Result<Vec<FontFile>> {
    let mut fonts = Vec::new();
    for entry in WalkDir::new(root().join("fonts")).sort_by_file_name() {
        let entry = entry?;
        let path = entry.path();
        if path
            .extension()
            .is_some_and(|kind| kind == "otf" || kind == "ttf")
        {
            fonts.push(FontFile {
                name: entry.file_name().to_string_lossy().into_owned(),
                bytes: fs::read(path)?.into(),
            });
        }
    }
    Ok(fonts)
}

/// A campaign and its register.
pub(crate) struct Everyone {
    /// The campaign.
    pub(crate) campaign: Campaign,
    table: Vec<u8>,
}

impl Everyone {
    /// The embedded campaign, or `campaign.yaml` and `register.csv` of a folder.
    pub(crate) fn load(folder: Option<PathBuf>) -> anyhow::Result<Self> {
        let (campaign, register) = match folder {
            Some(folder) => (folder.join("campaign.yaml"), folder.join("register.csv")),
            None => {
                let content = root().join("content");
                (content.join("posiv.yaml"), content.join("registers/nl.csv"))
            }
        };
        let source = Source::new("campaign.yaml", fs::read_to_string(campaign)?);
        let table = fs::read(register)?;
        let campaign = Campaign::load(&source, |settings| {
            Register::open("register.csv", table.as_slice(), settings)
                .map(|rows| rows.columns().clone())
        });
        Ok(Self {
            campaign: campaign.map_err(told)?.output,
            table,
        })
    }

    /// The rows of the register.
    pub(crate) fn table(&self) -> Result<Register<&[u8]>, Diagnostics> {
        Register::open(
            "register.csv",
            self.table.as_slice(),
            self.campaign.register(),
        )
    }
}

pub(crate) fn told(diagnostics: Diagnostics) -> anyhow::Error {
    let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
    anyhow!(lines.join("\n"))
}
