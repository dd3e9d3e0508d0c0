//! A time-stamping authority (RFC 3161, 3.4) that is asked over HTTP.

use std::time::Duration;

use crate::outcome::CommandError;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of an answer, at most.
const LIMIT: u64 = 1 << 20;
/// How often an authority is asked that does not answer.
const ATTEMPTS: u32 = 3;

/// A time-stamping authority.
pub(super) struct Authority {
    agent: ureq::Agent,
    url: String,
}

impl Authority {
    /// The authority at an address.
    ///
    /// # Errors
    /// The address does not begin with `http://`.
    pub(super) fn at(url: &str) -> Result<Self, CommandError> {
        if !url.starts_with("http://") {
            return Err(
                CommandError::new(format!("cannot ask `{url}` for a time stamp")).hint(
                    "write an address that begins with `http://`; the answer is signed, and needs no encryption",
                ),
            );
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .build();
        Ok(Self {
            agent: config.into(),
            url: url.to_owned(),
        })
    }

    /// Sends a request and returns the answer.
    ///
    /// # Errors
    /// No answer comes, in words.
    pub(super) fn ask(&self, request: &[u8]) -> Result<Vec<u8>, String> {
        let mut attempt = 1;
        loop {
            match self.ask_once(request) {
                Err(_) if attempt < ATTEMPTS => attempt += 1,
                Err(error) => return Err(format!("`{}`: {error}", self.url)),
                Ok(answer) => return Ok(answer),
            }
        }
    }

    fn ask_once(&self, request: &[u8]) -> Result<Vec<u8>, ureq::Error> {
        let mut answer = self
            .agent
            .post(&self.url)
            .header("Content-Type", "application/timestamp-query")
            .header("Accept", "application/timestamp-reply")
            .send(request)?;
        answer.body_mut().with_config().limit(LIMIT).read_to_vec()
    }
}
