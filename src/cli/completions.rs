//! `completions`: completion scripts for shells.

use clap::Args;

use crate::cli::{Run, command};
use crate::outcome::{CommandError, Exit};
use crate::settings::Environment;
use crate::terminal::Shell;

/// Print the completions for a shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Run for Completions {
    fn json(&self) -> bool {
        false
    }

    fn run(&self, shell: &Shell, _: Environment) -> Result<Exit, CommandError> {
        shell.file(&text(self.shell));
        Ok(Exit::Made)
    }
}

fn text(shell: clap_complete::Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command(), "raadspost", &mut text);
    text
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn every_shell_hears_of_every_command() {
        for shell in clap_complete::Shell::value_variants() {
            let text = String::from_utf8(text(*shell)).unwrap();
            for command in command().get_subcommands() {
                assert!(
                    text.contains(command.get_name()),
                    "{shell}: {}",
                    command.get_name()
                );
            }
        }
    }
}
