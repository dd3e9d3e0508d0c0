//! The environment of the process, read once, and the resulting form of output.

use std::io::IsTerminal as _;
use std::num::NonZeroUsize;

use raadspost_run::Tongue;

/// The environment of the process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Environment {
    /// `NO_COLOR` is set and not empty (<https://no-color.org>), or the terminal is `dumb`.
    pub(crate) no_colour: bool,
    /// Standard output is a terminal.
    pub(crate) stdout_terminal: bool,
    /// Standard error is a terminal.
    pub(crate) stderr_terminal: bool,
    /// Number of cores available to the process.
    pub(crate) cores: NonZeroUsize,
    /// The language of the locale: `LC_ALL`, `LC_MESSAGES` or `LANG`; `None` if it is `C`, `POSIX`
    /// or not set.
    pub(crate) tongue: Option<Tongue>,
}

impl Environment {
    /// Reads the environment of the process.
    #[expect(
        clippy::disallowed_methods,
        reason = "the environment is read here, once"
    )]
    pub(crate) fn read() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self {
            no_colour: set("NO_COLOR") || dumb,
            stdout_terminal: std::io::stdout().is_terminal(),
            stderr_terminal: std::io::stderr().is_terminal(),
            cores: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            tongue: ["LC_ALL", "LC_MESSAGES", "LANG"]
                .into_iter()
                .filter_map(|name| std::env::var(name).ok())
                .find(|locale| !locale.is_empty())
                .and_then(|locale| tongue_of_locale(&locale)),
        }
    }
}

/// The language of a locale, such as `nl_NL.UTF-8`.
fn tongue_of_locale(locale: &str) -> Option<Tongue> {
    let name = locale.split(['.', '@']).next().unwrap_or_default();
    (!matches!(name, "" | "C" | "POSIX")).then(|| Tongue::of(name))
}

/// How results are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Output {
    /// One JSON object on standard output, and nothing else.
    pub(crate) json: bool,
    /// Colour on standard output.
    pub(crate) colour_out: bool,
    /// Colour on standard error.
    pub(crate) colour_err: bool,
    /// JSON lines with progress on standard error.
    pub(crate) events: bool,
    /// A redrawn progress bar, and a shortened list of diagnostics.
    pub(crate) terminal: bool,
}

impl Output {
    /// The form of output in this environment; `json` and `events` are for programs.
    pub(crate) fn new(json: bool, events: bool, environment: Environment) -> Self {
        let Environment {
            no_colour,
            stdout_terminal,
            stderr_terminal,
            cores: _,
            tongue: _,
        } = environment;
        Self {
            json,
            colour_out: !json && !no_colour && stdout_terminal,
            colour_err: !json && !no_colour && stderr_terminal,
            terminal: !json && stderr_terminal,
            events,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Environment = Environment {
        no_colour: false,
        stdout_terminal: true,
        stderr_terminal: true,
        cores: NonZeroUsize::MIN,
        tongue: None,
    };

    #[test]
    fn a_locale_names_a_language_or_none() {
        assert_eq!(tongue_of_locale("nl_NL.UTF-8"), Some(Tongue::Dutch));
        assert_eq!(tongue_of_locale("en_US"), Some(Tongue::English));
        for none in ["C", "C.UTF-8", "POSIX", "@euro"] {
            assert_eq!(tongue_of_locale(none), None, "{none}");
        }
    }

    #[test]
    fn colour_needs_a_terminal_and_no_objection() {
        let coloured = Output::new(false, false, PLAIN);
        assert!(coloured.colour_out && coloured.colour_err && coloured.terminal);
        let no_colour = Environment {
            no_colour: true,
            ..PLAIN
        };
        let refused = Output::new(false, false, no_colour);
        assert!(!refused.colour_out && !refused.colour_err && refused.terminal);
        let stdout_terminal = false;
        let piped = Environment {
            stdout_terminal,
            ..PLAIN
        };
        let piped = Output::new(false, false, piped);
        assert!(!piped.colour_out && piped.colour_err);
        let json = Output::new(true, false, PLAIN);
        assert!(!json.colour_out && !json.colour_err && !json.terminal);
    }
}
