//! `completions`: what a shell needs to complete the command line.

use clap_complete::Shell;

use crate::cli;
use crate::outcome::Exit;
use crate::terminal::Printer;

/// Prints the completions for a shell.
pub(crate) fn run(shell: Shell, printer: &Printer) -> Exit {
    printer.file(&text(shell));
    Exit::Made
}

fn text(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut cli::command(), "raadspost", &mut text);
    text
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_hears_of_every_command() {
        for shell in Shell::value_variants() {
            let text = String::from_utf8(text(*shell)).unwrap();
            for command in cli::command().get_subcommands() {
                assert!(
                    text.contains(command.get_name()),
                    "{shell}: {}",
                    command.get_name()
                );
            }
        }
    }
}
