//! What a run writes down for print: whom a pack goes to, and where its documents lie.

use raadspost_content::{MailingDocument, MailingPack};

use crate::plan::PackPlan;

/// What print has to know of a pack, but for what the ledger knows of its documents.
pub(crate) fn mailing(plan: &PackPlan, held: bool) -> MailingPack {
    let documents = plan.jobs.iter().map(|job| {
        let path = if held {
            job.path.held()
        } else {
            job.path.clone()
        };
        MailingDocument::planned(&job.document, path.to_string())
    });
    MailingPack {
        code: plan.code.clone(),
        name: plan.name.clone(),
        line: plan.line,
        held,
        lines: plan.address.clone(),
        postal: plan.postal.clone(),
        documents: documents.collect(),
    }
}
