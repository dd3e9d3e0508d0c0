//! Posted and unposted documents, in the same words for `check`, `plan` and `build`.

use raadspost_content::NotPosted;
use raadspost_pipeline::PostCounts;

use crate::units::count;

/// A line of the summary: its label and its text.
pub(super) type Labelled = (&'static str, String);

/// A line for each envelope, and for each reason why documents are in none.
pub(super) fn posted(post: &PostCounts) -> Vec<Labelled> {
    let mut lines = Vec::new();
    for one in &post.envelopes {
        let documents = one.documents.iter().map(|document| {
            if document.municipalities == one.municipalities {
                document.document.clone()
            } else {
                let number = count(document.municipalities);
                format!("{} ({number})", document.document)
            }
        });
        let documents: Vec<String> = documents.collect();
        let number = municipalities(one.municipalities);
        let mut text = format!("{}: {} to {number}", one.envelope, documents.join(", "));
        if one.held > 0 {
            text.push_str(&format!(", {} held", count(one.held)));
        }
        for (document, number) in &one.without {
            let get = if *number == 1 { "gets" } else { "get" };
            text.push_str(&format!(", {} {get} no `{document}`", count(*number)));
        }
        if one.no_address > 0 {
            let have = if one.no_address == 1 { "has" } else { "have" };
            text.push_str(&format!(
                ", {} {have} no postal address",
                count(one.no_address)
            ));
        }
        lines.push(("posted", text));
    }
    if post.envelopes.is_empty() {
        lines.push(("posted", "nothing".to_owned()));
    }
    let mut reasons: Vec<(&NotPosted, Vec<String>)> = Vec::new();
    for one in &post.not_posted {
        let name = format!("{}.{}", one.document, one.format.extension());
        match reasons
            .iter_mut()
            .find(|(reason, _)| **reason == one.reason)
        {
            Some((_, names)) => names.push(name),
            None => reasons.push((&one.reason, vec![name])),
        }
    }
    for (reason, names) in reasons {
        lines.push(("not posted", format!("{}: {reason}", names.join(", "))));
    }
    lines
}

fn municipalities(number: u64) -> String {
    match number {
        1 => "1 municipality".to_owned(),
        _ => format!("{} municipalities", count(number)),
    }
}

#[cfg(test)]
mod tests {
    use raadspost_content::Format;
    use raadspost_pipeline::{DocumentCount, EnvelopeCount, NotPostedCount};

    use super::*;

    #[test]
    fn each_envelope_and_each_reason_has_a_line() {
        let envelope = |envelope: &str, documents: &[(&str, u64)], municipalities, without| {
            let documents = documents.iter().map(|(document, municipalities)| {
                let (document, municipalities) = ((*document).to_owned(), *municipalities);
                DocumentCount {
                    document,
                    municipalities,
                }
            });
            EnvelopeCount {
                envelope: envelope.into(),
                documents: documents.collect(),
                municipalities,
                held: 1,
                without,
                no_address: municipalities / 600,
            }
        };
        let not_posted = |document: &str, format, reason| NotPostedCount {
            document: document.into(),
            format,
            number: 3,
            reason,
        };
        let post = PostCounts {
            envelopes: vec![
                envelope("raad", &[("brief", 1200), ("bijlage", 7)], 1200, [].into()),
                envelope(
                    "b-en-w",
                    &[("college", 1)],
                    1,
                    [("college".into(), 41)].into(),
                ),
            ],
            not_posted: vec![
                not_posted("motie", Format::Docx, NotPosted::WordFile),
                not_posted("los", Format::Pdf, NotPosted::NotInPost),
                not_posted("amendement", Format::Docx, NotPosted::WordFile),
            ],
        };
        let told: Vec<String> = posted(&post)
            .into_iter()
            .map(|(label, text)| format!("{label} {text}"))
            .collect();
        assert_eq!(
            told,
            [
                "posted raad: brief, bijlage (7) to 1,200 municipalities, 1 held, 2 have no postal address",
                "posted b-en-w: college to 1 municipality, 1 held, 41 get no `college`",
                "not posted motie.docx, amendement.docx: Word file",
                "not posted los.pdf: not in `post`",
            ]
        );
        let nothing = posted(&PostCounts::default());
        assert_eq!(nothing, [("posted", "nothing".to_owned())]);
    }
}
