//! The record of a pack for print: its recipient, the paths of its documents, and its envelopes.

use raadspost_run::{DocumentState, MailingDocument, MailingPack};

use crate::build::outcome::State;
use crate::plan::PackPlan;

/// The mailing record of a pack with documents in these states.
pub(crate) fn mailing(plan: &PackPlan, states: &[State], held: bool) -> MailingPack {
    let documents = plan.jobs.iter().zip(states).map(|(job, state)| {
        let path = if held {
            job.path.held()
        } else {
            job.path.clone()
        };
        let mut document = MailingDocument::planned(&job.document, path.to_string());
        document.state = match state {
            State::Fresh { .. } | State::Made(_) => DocumentState::Current,
            State::Stale { .. } => DocumentState::OutOfDate,
            State::Missing => DocumentState::Missing,
            State::Lost { .. } => DocumentState::Lost,
            State::Failed | State::Dirty { .. } => DocumentState::Failed,
        };
        if let Some(size) = state.size() {
            document.sha256 = size.sha256.to_string();
            document.bytes = size.bytes;
            document.pages = size.pages;
        }
        document
    });
    MailingPack {
        code: plan.code.clone(),
        name: plan.name.clone(),
        line: plan.line,
        held,
        postal: plan.postal.clone(),
        documents: documents.collect(),
        envelopes: plan.envelopes.iter().map(Into::into).collect(),
    }
}
