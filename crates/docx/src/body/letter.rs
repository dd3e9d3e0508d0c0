//! A letter, plain and complete: one paragraph below the other, so that it reads in order with
//! any aid and survives any template.

use raadspost_content::{Inline, Letter, Sender, Signatory};

use super::converter::{Converter, joined};
use crate::parts::styles;

impl<'a> Converter<'a> {
    /// All of a letter, in the order in which it is read.
    pub(crate) fn letter(&mut self, letter: &'a Letter) {
        self.sender(&letter.sender);
        let lines = letter.addressee.iter().chain(&letter.address).cloned();
        self.paragraph(styles::ADDRESS, &broken(lines));
        let filed = letter.reference_lines();
        if filed.is_empty() {
            self.paragraph(styles::DATE, &letter.place_and_date);
            if let Some(subject) = &letter.subject {
                self.paragraph(styles::SUBJECT, subject);
            }
        } else {
            let lines = filed
                .iter()
                .map(|(label, words)| joined(&[Inline::Text((*label).to_owned())], words));
            self.paragraph(styles::DATE, &broken(lines));
        }
        self.paragraph(styles::SALUTATION, &letter.salutation);
        self.blocks(&letter.blocks);
        self.paragraph(styles::CLOSING, &letter.closing);
        for signatory in &letter.signatories {
            self.signatory(signatory);
        }
        if let Some(enclosures) = &letter.enclosures {
            self.heading(1, &enclosures.title);
            for item in &enclosures.items {
                self.paragraph(styles::NORMAL, &joined(&item.label, &item.title));
            }
        }
        if let Some(qr) = &letter.qr {
            self.paragraph(
                styles::NORMAL,
                &broken([qr.caption.clone(), vec![Inline::Slot(qr.url)]]),
            );
        }
    }

    fn sender(&mut self, sender: &Sender) {
        let Sender {
            name,
            tagline,
            address,
            telephone,
            email,
            website,
        } = sender;
        let mut lines = vec![vec![Inline::Strong(vec![Inline::Text(name.clone())])]];
        lines.extend(tagline.iter().map(|line| vec![Inline::Text(line.clone())]));
        lines.extend(address.iter().map(|line| vec![Inline::Text(line.clone())]));
        lines.extend(
            telephone
                .iter()
                .map(|line| vec![Inline::Text(line.clone())]),
        );
        lines.extend(email.iter().map(|email| vec![mail(email)]));
        lines.extend(website.iter().map(|website| vec![web(website)]));
        if name.is_empty() {
            lines.remove(0);
        }
        self.paragraph(styles::SENDER, &broken(lines));
    }

    fn signatory(&mut self, signatory: &Signatory) {
        let Signatory {
            name,
            role,
            email,
            signature: _,
        } = signatory;
        let mut lines = vec![vec![Inline::Text(name.clone())]];
        lines.extend(role.iter().map(|role| vec![Inline::Text(role.clone())]));
        lines.extend(email.iter().map(|email| vec![mail(email)]));
        self.paragraph(styles::SIGNATURE, &broken(lines));
    }
}

/// Lines with a line break between.
fn broken(lines: impl IntoIterator<Item = Vec<Inline>>) -> Vec<Inline> {
    let mut inlines = Vec::new();
    for line in lines.into_iter().filter(|line| !line.is_empty()) {
        if !inlines.is_empty() {
            inlines.push(Inline::LineBreak);
        }
        inlines.extend(line);
    }
    inlines
}

fn mail(address: &str) -> Inline {
    Inline::Link {
        url: format!("mailto:{address}"),
        inlines: vec![Inline::Text(address.to_owned())],
    }
}

fn web(address: &str) -> Inline {
    let url = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    Inline::Link {
        url,
        inlines: vec![Inline::Text(address.to_owned())],
    }
}
