//! The page to look at: one file without scripts and without anything from elsewhere.

use raadspost_inspect::{Against, Changed, Filled};

use super::words::{self, Words};
use super::{Compared, Returned, State};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:62rem;\
padding:0 1rem;color:#1a1a1a;background:#fff}table{border-collapse:collapse;width:100%}\
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem;border-bottom:1px solid #ccc}\
h2{margin-top:2.5rem}del,ins{display:block;padding:.1rem .5rem;text-decoration:none;white-space:pre-wrap}\
del{background:#fde8e8}ins{background:#e3f4e3}.changed{font-weight:bold}.unreadable{color:#a00}";

/// The page of these files, in the language of the first.
pub(super) fn html(returned: &[Returned]) -> String {
    let mut compared = returned.iter().filter_map(|one| one.outcome.as_ref().ok());
    let language = compared.find_map(|one| one.revision.identity.language.as_deref());
    let words = words::of(language);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        words.language, words.title, words.title
    );
    summary(returned, words, &mut out);
    for (at, one) in returned.iter().enumerate() {
        section(at + 1, one, words, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn summary(returned: &[Returned], words: &Words, out: &mut String) {
    out.push_str("<table>\n<thead><tr>");
    for head in [
        words.municipality,
        words.motion,
        words.state,
        words.filled,
        words.changes,
        words.file,
    ] {
        out.push_str(&format!("<th scope=\"col\">{head}</th>"));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for (at, one) in returned.iter().enumerate() {
        let (municipality, motion, filled, changed) = match &one.outcome {
            Err(_) => (String::new(), String::new(), String::new(), String::new()),
            Ok(compared) => {
                let revision = &compared.revision;
                let filled = revision.filled.iter().filter(|one| one.value.is_some());
                (
                    name(compared),
                    revision.identity.title.clone().unwrap_or_default(),
                    filled.count().to_string(),
                    revision.changed.len().to_string(),
                )
            }
        };
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td class=\"{}\">{}</td><td>{filled}</td><td>{changed}</td>\
             <td><a href=\"#f{}\">{}</a></td></tr>\n",
            escaped(&municipality),
            escaped(&motion),
            one.state().word(),
            state(one.state(), words),
            at + 1,
            escaped(&one.name)
        ));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn section(number: usize, one: &Returned, words: &Words, out: &mut String) {
    let title = match &one.outcome {
        Ok(compared) if !name(compared).is_empty() => name(compared),
        _ => one.name.clone(),
    };
    out.push_str(&format!(
        "<section id=\"f{number}\">\n<h2>{}</h2>\n<p>{}</p>\n",
        escaped(&title),
        escaped(&one.name)
    ));
    match &one.outcome {
        Err(reason) => {
            out.push_str(&format!(
                "<p class=\"unreadable\">{}</p>\n",
                escaped(reason)
            ));
        }
        Ok(compared) => {
            let revision = &compared.revision;
            if let Some(note) = &compared.note {
                out.push_str(&format!("<p>{}</p>\n", escaped(note)));
            }
            if revision.against == Against::Record {
                out.push_str(&format!("<p>{}</p>\n", words.against_record));
            }
            fill_ins(&revision.filled, words, out);
            changes(&revision.changed, words, out);
        }
    }
    out.push_str("</section>\n");
}

fn fill_ins(filled: &[Filled], words: &Words, out: &mut String) {
    let rows: Vec<(&str, &str)> = filled
        .iter()
        .filter_map(|one| Some((one.key.as_str(), one.value.as_deref()?)))
        .collect();
    if !rows.is_empty() {
        out.push_str(&format!("<h3>{}</h3>\n<table>\n<tbody>\n", words.filled));
        for (key, value) in rows {
            out.push_str(&format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
                escaped(key),
                escaped(value)
            ));
        }
        out.push_str("</tbody>\n</table>\n");
    }
    let mut listed = |head: &str, of: &dyn Fn(&Filled) -> bool| {
        let keys: Vec<String> = filled
            .iter()
            .filter(|one| of(one))
            .map(|one| escaped(&one.key))
            .collect();
        if !keys.is_empty() {
            out.push_str(&format!("<p>{head}: {}</p>\n", keys.join(", ")));
        }
    };
    listed(words.open, &|one| {
        one.value.is_none() && one.found_by.is_some()
    });
    listed(words.removed, &|one| one.found_by.is_none());
}

fn changes(changed: &[Changed], words: &Words, out: &mut String) {
    if changed.is_empty() {
        out.push_str(&format!("<p>{}</p>\n", words.as_it_was));
        return;
    }
    out.push_str(&format!("<h3>{}</h3>\n", words.changes));
    for change in changed {
        out.push_str("<div>");
        for line in &change.before {
            out.push_str(&format!(
                "<del title=\"{}\">− {}</del>",
                words.before,
                escaped(line)
            ));
        }
        for line in &change.after {
            out.push_str(&format!(
                "<ins title=\"{}\">+ {}</ins>",
                words.after,
                escaped(line)
            ));
        }
        out.push_str("</div>\n");
    }
}

/// Code and name of the municipality.
fn name(compared: &Compared) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let revision = &compared.revision;
    format!(
        "{} {}",
        part(&revision.identity.municipality),
        part(&revision.identity.code)
    )
    .trim()
    .to_owned()
}

fn state(state: State, words: &Words) -> &'static str {
    let [unreadable, untouched, filled, changed] = words.states;
    match state {
        State::Unreadable => unreadable,
        State::Untouched => untouched,
        State::FilledIn => filled,
        State::Changed => changed,
    }
}

/// A text for an element or an attribute of HTML.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What turns the direction of reading could show a text as another.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => out.push('\u{FFFD}'),
            c if c.is_control() && c != '\n' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_data() {
        let returned = [Returned {
            name: "<script>.docx".into(),
            outcome: Err("\"a\" & 'b'\u{202E}\u{1B}".into()),
        }];
        let page = html(&returned);
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;.docx"));
        assert!(page.contains("&quot;a&quot; &amp; &#39;b&#39;\u{FFFD}\u{FFFD}"));
    }
}
