//! Rendering single packs in memory by the rules of a run.

use raadspost_pipeline::{Preview, PreviewedPack as PackOutcome, RunError};

use crate::error::ProjectError;
use crate::project::Project;

/// Renders packs of a project in memory, in sequence or on several threads. It caches prepared
/// shapes, a bounded number of them, so that later packs of the same shape are faster.
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

    /// Renders and inspects the pack of one municipality; `None` if the register has no row with
    /// this code. The register is read to its end, because two municipalities with the same folder
    /// exclude each other.
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

/// Renders and inspects the pack of one municipality; see [`PackRenderer::render`].
///
/// # Errors
/// The register cannot be read.
pub fn render_pack(project: &Project, code: &str) -> Result<Option<PackOutcome>, ProjectError> {
    PackRenderer::new(project).render(code)
}
