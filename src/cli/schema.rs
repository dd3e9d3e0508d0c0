//! `schema`: the JSON Schema of a campaign, a theme, a printer or an envelope, for editors that complete and check while
//! one types.

use crate::cli::SchemaArg;
use crate::outcome::Exit;
use crate::terminal::Printer;

/// Prints the schema.
pub(crate) fn run(of: SchemaArg, printer: &Printer) -> Exit {
    let schema = match of {
        SchemaArg::Campaign => raadspost_campaign::campaign_schema(),
        SchemaArg::Theme => raadspost_campaign::theme_schema(),
        SchemaArg::Printer => raadspost_print::printer_schema(),
        SchemaArg::Envelope => raadspost_campaign::envelope_schema(),
    };
    printer.file(format!("{schema:#}\n").as_bytes());
    Exit::Made
}
