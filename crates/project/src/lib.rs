//! A campaign with everything it names, ready to use, for the command line and for servers.
//!
//! [`Project::open`] loads a campaign from a folder, from memory or from the caller's store
//! ([`Assets`]), and reads its register once. [`render_pack`] makes the documents of one
//! municipality in memory by the rules of a run: a document that a run would refuse, hold or
//! withhold is not delivered here either. Memory does not grow with the number of requests.
//!
//! A server that renders one pack:
//! ```
//! use std::collections::BTreeMap;
//!
//! use raadspost_project::{PackOutcome, Project, ProjectError, render_pack};
//!
//! /// The files of one council, by name; or why there are none.
//! fn answer(project: &Project, code: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
//!     let outcome = render_pack(project, code).map_err(|error| error.to_string())?;
//!     let PackOutcome { documents, refused, .. } = outcome.ok_or("no such municipality")?;
//!     if let Some(first) = refused.first() {
//!         return Err(format!("{}: {}", first.file, first.reasons[0]));
//!     }
//!     Ok(documents.into_iter().map(|made| (made.file, made.rendition.bytes)).collect())
//! }
//!
//! # fn main() -> Result<(), ProjectError> {
//! let campaign = "\
//! raadspost: 1
//! id: proef
//! title: Proef
//! language: nl-NL
//! date: 2027-03-01
//! sender: { name: Wij, address: [Kade 1, 1234 AB Utrecht] }
//! register: { file: r.csv }
//! phrases: { aan: De raad }
//! documents: [{ id: brief, letter: brief, formats: [pdf] }]
//! letters: { brief: { addressee: aan, place-and-date: Utrecht, subject: Proef, salutation: Dag, body: Tekst., closing: Groet, signatories: [{ name: Jan }] } }
//! ";
//! let register = "code,name,running_name,official_name,po_box,postcode,town\nGM1,Aa,Aa,Aa,1,1234 AB,Aa\n";
//! let files = [("proef.yaml", campaign), ("r.csv", register)];
//! let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
//! let project = Project::open(BTreeMap::from(files))?;
//! let made = answer(&project, "GM1").expect("a pack");
//! assert!(made["brief.pdf"].starts_with(b"%PDF"));
//! assert!(answer(&project, "GM2").is_err());
//! # Ok(())
//! # }
//! ```

mod assets;
mod backends;
mod causes;
pub mod embedded;
mod error;
mod files;
mod house;
mod kept;
mod named;
mod pack;
mod project;
mod record;
mod source;
mod table;

pub use assets::{Assets, Directory};
pub use backends::{OwnTemplate, TemplateKind, embedded_renderers};
pub use causes::Failures;
pub use error::ProjectError;
pub use files::{Files, Found};
pub use pack::{PackRenderer, render_pack};
pub use project::{OpenOptions, Project};
pub use raadspost_pipeline::{MadeDocument, PreviewedPack as PackOutcome, RefusedFile};
pub use record::{TOOL, run_record};
pub use source::{CampaignFile, Origin};
pub use table::{TableFile, open_table};
