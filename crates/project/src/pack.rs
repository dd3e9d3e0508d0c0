//! One pack, made in memory by the rules of a run.

use raadspost_pipeline::{Preview, PreviewedPack as PackOutcome, RunError};

use crate::error::ProjectError;
use crate::project::Project;

/// Makes packs of a project in memory, one after the other or on several threads. It keeps what
/// makes the next pack of a shape faster, of a bounded number of shapes.
pub struct PackRenderer<'a> {
    project: &'a Project,
    preview: Preview<'a>,
}

impl<'a> PackRenderer<'a> {
    /// A renderer of packs.
    pub fn new(project: &'a Project) -> Self {
        let preview = Preview::new(
            project.renderers(),
            project.inspectors(),
            project.campaign().allowed_warnings(),
        );
        Self { project, preview }
    }

    /// Makes and inspects the pack of one municipality; `None` if the register has no row with this
    /// code. The register is read to its end, because two municipalities with one folder refuse
    /// each other.
    ///
    /// # Errors
    /// The register cannot be read.
    pub fn render(&self, code: &str) -> Result<Option<PackOutcome>, ProjectError> {
        let Some(recipient) = self.project.recipient_of(code)? else {
            return Ok(None);
        };
        let fault = |error: RunError| ProjectError::new(error.to_string());
        let register = self.project.register_table().name();
        let mut shares_folder = false;
        for other in self.project.others_with_folder(&recipient.pack)? {
            if self
                .preview
                .has_documents(other?, register)
                .map_err(fault)?
            {
                shares_folder = true;
                break;
            }
        }
        let made = self.preview.render(recipient, register, shares_folder);
        made.map(Some).map_err(fault)
    }
}

/// Makes and inspects the pack of one municipality, as [`PackRenderer::render`] does.
///
/// # Errors
/// The register cannot be read.
pub fn render_pack(project: &Project, code: &str) -> Result<Option<PackOutcome>, ProjectError> {
    PackRenderer::new(project).render(code)
}
