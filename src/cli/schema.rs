//! `schema`: the JSON Schema of a campaign or of a file beside it, for editors with completion and
//! validation.

use clap::{Args, ValueEnum};

use crate::cli::Run;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::Shell;

/// Print the JSON Schema of a campaign, a theme or a printer, for editors
#[derive(Debug, Args)]
pub(super) struct Schema {
    /// The file that it describes
    #[arg(value_enum, default_value_t = Described::Campaign)]
    of: Described,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Described {
    /// A campaign
    Campaign,
    /// `theme.yaml`, the look
    Theme,
    /// `printers/*.yaml`, a printer
    Printer,
    /// `envelopes/*.yaml`, an envelope
    Envelope,
    /// `addresses/*.yaml`, the form of addresses in a country
    Address,
    /// `languages/*.yaml`, a language
    Language,
}

impl Run for Schema {
    fn json(&self) -> bool {
        false
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let schema = match self.of {
            Described::Campaign => raadspost_campaign::campaign_schema(),
            Described::Theme => raadspost_campaign::theme_schema(),
            Described::Printer => raadspost_print::printer_schema(),
            Described::Envelope => raadspost_campaign::envelope_schema(),
            Described::Address => raadspost_campaign::address_schema(),
            Described::Language => raadspost_campaign::language_schema(),
        };
        shell.file(format!("{schema:#}\n").as_bytes());
        Ok(Exit::Made)
    }
}
