//! What `plan` prints for people.

use std::collections::BTreeMap;

use raadspost_campaign::Usage;
use raadspost_pipeline::Forecast;
use raadspost_print::{Plex, PrintProfile};

use super::postage::{Postage, longest, postage};
use crate::cli::post::posted;
use crate::cli::tally::labelled;
use crate::terminal::{Shell, Style};
use crate::units::{bytes, count, counted, time};

/// A letter this close to the end of its step, in g, is pointed out: the weights of paper and
/// envelopes are not exact.
const EDGE: f64 = 0.5;

/// Maximum number of names listed of a kind.
const NAMED: usize = 12;

/// Prints documents, size, time and postage.
pub(super) fn tell(
    forecast: &Forecast,
    jobs: usize,
    paper: &PrintProfile,
    free: Option<u64>,
    shell: &Shell,
) {
    let line = |label: &str, text: &str| shell.line(&labelled(label, text));
    shell.styled(
        Style::Strong,
        &format!(
            "{} of {}, {}",
            counted(forecast.documents, "document"),
            counted(forecast.selected_packs, "pack"),
            counted(forecast.renderings, "distinct rendering"),
        ),
    );
    let mut alike: BTreeMap<(u64, u64), Vec<&str>> = BTreeMap::new();
    for (file, counts) in &forecast.files {
        let key = (counts.planned, counts.refused);
        alike.entry(key).or_default().push(file);
    }
    for ((planned, refused), files) in alike.iter().rev() {
        let refused = match refused {
            0 => String::new(),
            refused => format!(", {} refused", count(*refused)),
        };
        let names = few(files);
        line("files", &format!("{} × {names}{refused}", count(*planned)));
    }
    if forecast.refused > 0 {
        line("refused", &counted(forecast.refused, "document"));
    }
    for (label, text) in posted(&forecast.post) {
        line(label, &text);
    }
    let Some(estimate) = &forecast.estimate else {
        return;
    };
    let scarce = free.is_some_and(|free| free < estimate.disk_bytes);
    let free = free.map_or(String::new(), |free| format!(", {} free", bytes(free)));
    line(
        "size",
        &format!(
            "about {}, {}; {} on the disk{free}",
            counted(estimate.pages, "page"),
            bytes(estimate.bytes),
            bytes(estimate.disk_bytes)
        ),
    );
    if scarce {
        let text =
            "it does not fit on the disk: `build` would refuse unless most documents exist already";
        shell.styled(Style::Bad, &format!("  {:<11} {text}", "space"));
    }
    let seconds = std::time::Duration::from_secs_f64(estimate.seconds);
    line(
        "time",
        &format!(
            "about {} on {}",
            time(seconds),
            counted(jobs as u64, "thread")
        ),
    );
    let sides = match paper.plex {
        Plex::Simplex => "one side",
        Plex::Duplex => "both sides",
    };
    for step in postage(estimate, paper) {
        let (style, text) = step_text(&step);
        let text = format!("  {:<11} {text}", "postage");
        match style {
            Some(style) => shell.styled(style, &text),
            None => shell.line(&text),
        }
    }
    for letter in longest(estimate, paper) {
        let text = format!(
            "  {:<11} the longest values give {}, {} and {:.1} g",
            "postage",
            counted(u64::from(letter.pages), "page"),
            counted(u64::from(letter.sheets), "sheet"),
            letter.grams
        );
        shell.styled(Style::Odd, &text);
    }
    let sheet = format!("{} ({} g/m²), {sides}", paper.paper.name, paper.paper.grams);
    line("paper", &sheet);
    if estimate.failed > 0 {
        let failed = counted(estimate.failed, "document");
        let text = format!(
            "  {:<11} {failed} of the sample cannot be made; `raadspost build --only` reports why",
            "failed"
        );
        shell.styled(Style::Bad, &text);
    }
    line("from", &estimate.basis);
}

fn step_text(step: &Postage) -> (Option<Style>, String) {
    let which = match step.up_to_grams {
        Some(end) => format!("up to {end} g"),
        None => "heavier than all steps".to_owned(),
    };
    let near = step
        .up_to_grams
        .filter(|end| end - step.heaviest_grams < EDGE);
    let grams = if (step.heaviest_grams - step.lightest_grams).abs() < 0.05 {
        format!("{:.1} g each", step.heaviest_grams)
    } else {
        format!("{:.1} to {:.1} g", step.lightest_grams, step.heaviest_grams)
    };
    let text = format!(
        "{which}: {}, {}, {grams}{}",
        counted(step.letters, "letter"),
        counted(step.sheets, "sheet"),
        if near.is_some() {
            "; weigh one, it is close to the limit"
        } else {
            ""
        }
    );
    let odd = near.is_some() || step.up_to_grams.is_none();
    (odd.then_some(Style::Odd), text)
}

/// Prints who uses conditions, variants, overrides and documents.
pub(super) fn tell_usage(usage: &Usage, forecast: &Forecast, shell: &Shell) {
    let all = forecast.selected_packs;
    for one in &usage.conditions {
        let lines: Vec<String> = one.lines.iter().map(usize::to_string).collect();
        let undecided = match one.undecided {
            0 => String::new(),
            undecided => format!(", unknown for {}", count(undecided)),
        };
        let text = format!(
            "  {:<11} `{}` (line {}) is true for {} of {}{undecided}",
            "condition",
            one.condition,
            lines.join(", "),
            if one.holds == 0 {
                "none".to_owned()
            } else {
                count(one.holds)
            },
            count(all),
        );
        styled_where(one.holds == 0, &text, shell);
    }
    for one in &usage.variants {
        let variant = one.variant.as_deref();
        let which = match variant {
            Some(variant) => format!("`{}` in variant `{variant}`", one.motion),
            None => format!("`{}` with all variants", one.motion),
        };
        let text = format!("  {:<11} {which}: {}", "variant", users(one.packs));
        styled_where(one.packs == 0, &text, shell);
    }
    for (code, uses) in usage.overrides.iter().filter(|(_, uses)| **uses == 0) {
        let text = format!("  {:<11} `{code}`: {}", "override", users(*uses));
        styled_where(true, &text, shell);
    }
    for (id, uses) in usage.documents.iter().filter(|(_, uses)| **uses == 0) {
        let text = format!("  {:<11} `{id}`: {}", "document", users(*uses));
        styled_where(true, &text, shell);
    }
}

fn users(packs: u64) -> String {
    match packs {
        0 => "not used".to_owned(),
        packs => counted(packs, "pack"),
    }
}

fn styled_where(odd: bool, text: &str, shell: &Shell) {
    if odd {
        shell.styled(Style::Odd, text);
    } else {
        shell.line(text);
    }
}

fn few(names: &[&str]) -> String {
    let shown = names
        .iter()
        .take(NAMED)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_its_letters_and_weights() {
        let step = Postage {
            up_to_grams: Some(50.0),
            letters: 342,
            sheets: 1068,
            lightest_grams: 21.47,
            heaviest_grams: 26.46,
        };
        let (style, text) = step_text(&step);
        assert_eq!(style, None);
        assert_eq!(
            text,
            "up to 50 g: 342 letters, 1,068 sheets, 21.5 to 26.5 g"
        );
    }

    #[test]
    fn a_letter_at_the_edge_of_a_step_is_told() {
        let step = Postage {
            up_to_grams: Some(20.0),
            letters: 1,
            sheets: 3,
            lightest_grams: 19.9,
            heaviest_grams: 19.9,
        };
        let (style, text) = step_text(&step);
        assert_eq!(style, Some(Style::Odd));
        assert!(text.ends_with("close to the limit"), "{text}");
    }
}
