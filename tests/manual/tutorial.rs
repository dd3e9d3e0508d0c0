//! Runs the steps of docs/authoring.md, and compares what the page says with what the programme says.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::page::{Fence, merged, sections};
use super::{read, root};

/// The folder of the tutorial's campaign.
const FOLDER: &str = "waterkant";

/// The blocks of the steps, each with the title of its step.
fn steps(page: &str) -> Vec<(String, Fence)> {
    let sections = sections(page).into_iter();
    let steps = sections
        .skip_while(|section| section.title != "Step by step")
        .take_while(|section| section.title != "Reference");
    let mut blocks = Vec::new();
    for step in steps {
        assert!(
            step.level < 4,
            "“{}” is a heading within a step",
            step.title
        );
        for fence in step.fences {
            blocks.push((step.title.clone(), fence));
        }
    }
    blocks
}

/// The first expected line that the output does not have behind the lines before it. `…` alone
/// stands for any lines, and at the end of a line for the rest of that line.
fn missing<'a>(expected: &'a str, output: &str) -> Option<&'a str> {
    let mut output = output.lines().filter(|line| !line.is_empty()).peekable();
    let mut gap = false;
    for line in expected.lines() {
        if line == "…" {
            gap = true;
            continue;
        }
        let is_it = |found: &&str| match line.strip_suffix('…') {
            Some(start) => found.starts_with(start),
            None => *found == line,
        };
        let found = if gap {
            output.find(is_it)
        } else {
            output.next().filter(is_it)
        };
        if found.is_none() {
            return Some(line);
        }
        gap = false;
    }
    if gap { None } else { output.peek().map(|_| "") }
}

/// Runs the commands of a block of the console, and compares each with the lines below it.
fn console(block: &Fence, status: i32, folder: &Path) -> Result<(), String> {
    for part in block.text.split("$ raadspost ").skip(1) {
        let (command, expected) = part.split_once('\n').unwrap_or((part, ""));
        let arguments = shlex::split(command).ok_or("a quote is not closed")?;
        let ran = Command::new(env!("CARGO_BIN_EXE_raadspost"))
            .args(arguments)
            .current_dir(folder)
            .env("NO_COLOR", "1")
            .env("LC_ALL", "en_GB.UTF-8")
            .output()
            .map_err(|error| error.to_string())?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let output = said(&ran.stderr) + &said(&ran.stdout);
        if ran.status.code() != Some(status) {
            return Err(format!(
                "`{command}` ended with {:?}:\n{output}",
                ran.status
            ));
        }
        if let Some(line) = missing(expected, &output) {
            return Err(match line {
                "" => format!("`{command}` says more than the page:\n{output}"),
                line => format!("`{command}` does not say `{line}` there:\n{output}"),
            });
        }
    }
    Ok(())
}

/// Does what a block tells the reader to do.
fn follow(block: &Fence, folder: &Path) -> Result<(), String> {
    let campaign = folder.join(FOLDER);
    let info: Vec<&str> = block.info.iter().map(String::as_str).collect();
    match info[..] {
        ["yaml", name] => {
            let path = campaign.join(name);
            fs::write(&path, merged(&read(&path), &block.text)).map_err(|error| error.to_string())
        }
        ["csv", name] => {
            fs::write(campaign.join(name), &block.text).map_err(|error| error.to_string())
        }
        ["console"] => console(block, 0, folder),
        ["console", "exit", status] => {
            let status = status.parse().map_err(|_| "the exit status is a number")?;
            console(block, status, folder)
        }
        _ => Err(format!("a step has no block of `{}`", info.join(" "))),
    }
}

#[test]
fn the_steps_of_the_tutorial_come_to_what_the_page_says() {
    let page = read(&root().join("docs/authoring.md"));
    let blocks = steps(&page);
    assert!(blocks.len() >= 20, "{} blocks", blocks.len());
    let folder = tempfile::tempdir().expect("a folder");
    for (step, block) in blocks {
        if let Err(message) = follow(&block, folder.path()) {
            panic!(
                "docs/authoring.md:{}, “{step}”: {message}",
                block.lines.start
            );
        }
    }
}

#[test]
fn output_is_compared_line_by_line() {
    let output = "a 1\n\nb 2\nc 3\n";
    for same in ["a 1\nb 2\nc 3\n", "…\nc 3\n", "a 1\n…\n", "a…\nb 2\nc…\n"] {
        assert_eq!(missing(same, output), None, "{same}");
    }
    assert_eq!(missing("a 1\nb 3\n…\n", output), Some("b 3"));
    assert_eq!(missing("…\nc 3\nb 2\n", output), Some("b 2"));
    assert_eq!(missing("a 1\nb 2\n", output), Some(""), "a line too many");
}
