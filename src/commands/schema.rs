//! `schema`: the JSON Schema of a campaign or a theme, for editors that complete and check while
//! one types.

use crate::cli::SchemaArg;
use crate::outcome::Exit;
use crate::printer::Printer;

/// Prints the schema.
pub(crate) fn run(of: SchemaArg, printer: &Printer) -> Exit {
    let schema = match of {
        SchemaArg::Campaign => raadspost_content::schema(),
        SchemaArg::Theme => raadspost_content::theme_schema(),
    };
    printer.file(format!("{schema:#}\n").as_bytes());
    Exit::Made
}
