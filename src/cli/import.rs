//! `import`: proposes the part of a campaign that reads a file of somebody else.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use raadspost_campaign::Proposal;
use raadspost_table::{Content, Encoding, EncodingFrom, Recognised, SheetFrom, TableSettings};
use serde_json::json;

use crate::cli::Run;
use crate::cli::values::OutputArgs;
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::{Shell, Style};

/// Propose how a campaign reads a file of somebody else
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Register(Register),
}

/// Print the `register` of a campaign for a file: CSV, `.csv.gz` or a workbook
#[derive(Debug, Args)]
struct Register {
    /// The file
    file: PathBuf,
    /// The sheet of a workbook [default: the one with the widest first row]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The encoding of a text, such as `windows-1252` [default: recognised]
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<Encoding>,
    #[command(flatten)]
    output: OutputArgs,
}

fn encoding(name: &str) -> Result<Encoding, &'static str> {
    Encoding::named(name).ok_or("not the name of an encoding")
}

impl Run for Import {
    fn json(&self) -> bool {
        let What::Register(register) = &self.what;
        register.output.json
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        let What::Register(register) = &self.what;
        register.run(shell)
    }
}

impl Register {
    fn run(&self, shell: &Shell) -> Result<Exit, CommandError> {
        let proposal = self.proposal()?;
        let yaml = self.yaml(&proposal);
        let missing = ["code", "name"].map(|field| (field, proposal.heading(field).is_none()));
        let missing: Vec<_> = missing
            .iter()
            .filter(|(_, is)| *is)
            .map(|(field, _)| *field)
            .collect();
        let exit = Exit::made_if(missing.is_empty());
        if shell.json() {
            shell.object(&json!({
                "command": "import",
                "exit": exit.status(),
                "file": self.file.display().to_string(),
                "read": proposal.recognised,
                "columns": proposal.columns.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
                "others": proposal.others,
                "missing": missing,
                "yaml": yaml,
            }));
            return Ok(exit);
        }
        shell.line(yaml.trim_end());
        if proposal.code_by_values {
            let code = proposal.heading("code").unwrap_or_default();
            shell.remark(&format!(
                "`{code}` is taken for the code, because its values are codes; is it?"
            ));
        }
        for field in missing {
            shell.styled(
                Style::Odd,
                &format!("no heading is known for `{field}`, which a register must have"),
            );
        }
        Ok(exit)
    }

    fn proposal(&self) -> Result<Proposal, CommandError> {
        let settings = TableSettings {
            encoding: self.encoding,
            sheet: self.sheet.clone(),
            ..TableSettings::default()
        };
        let name = self.file.display().to_string();
        let open = || raadspost_project::open_table(&self.file);
        let unreadable = |error: std::io::Error| vec![raadspost_table::unreadable(&name, &error)];
        let reader = open().map_err(unreadable)?;
        let content = Content::recognise(&name, reader, &settings, &[])?;
        let input = content.input(open).map_err(unreadable)?;
        Ok(Proposal::of(&name, input, None)?)
    }

    /// The part of a campaign.
    fn yaml(&self, proposal: &Proposal) -> String {
        let quoted = |text: &str| json!(text).to_string();
        let mut lines = vec!["register:".to_owned()];
        lines.push(format!(
            "  file: {}",
            quoted(&self.file.display().to_string())
        ));
        match &proposal.recognised {
            Recognised::Text {
                encoding,
                encoding_from,
                delimiter,
                ..
            } => {
                if *encoding != "UTF-8" && *encoding_from != EncodingFrom::ByteOrderMark {
                    lines.push(format!("  encoding: {encoding}"));
                }
                if *delimiter != ',' {
                    let delimiter = delimiter.to_string();
                    lines.push(format!("  delimiter: {}", quoted(&delimiter)));
                }
            }
            Recognised::Sheet {
                sheet, sheet_from, ..
            } => {
                if *sheet_from != SheetFrom::Only {
                    lines.push(format!("  sheet: {}", quoted(sheet)));
                }
            }
        }
        if proposal.header_is_below {
            lines.push(format!("  header: {}", proposal.header));
        }
        let mapped = proposal
            .columns
            .iter()
            .filter(|(field, heading)| heading != field);
        let mapped: Vec<String> = mapped
            .map(|(field, heading)| format!("    {field}: {}", quoted(heading)))
            .collect();
        if !mapped.is_empty() {
            lines.push("  columns:".to_owned());
            lines.extend(mapped);
        }
        if !proposal.others.is_empty() {
            lines.push("  # Fields too, by their headings:".to_owned());
            let others = proposal.others.iter();
            lines.extend(others.map(|heading| format!("  # {}", quoted(heading))));
        }
        lines.join("\n") + "\n"
    }
}
