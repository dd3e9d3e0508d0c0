//! Resolves documents of parts: texts and motions, with or without an annex heading.

use raadspost_content::{
    Annex, Block, BlockId, BlockKind, Body, Inline, Motion, MotionRecord, Part, Span,
};

use super::slots::SlotField;
use super::{Resolver, Scope};
use crate::ast::{MotionDraft, PartDraft, Piece, find};

impl<'a> Resolver<'a> {
    /// The visible parts, and the title that they give the document unless it is `titled`; `None`
    /// if nothing is visible.
    pub(super) fn parts(
        &mut self,
        annex: Option<&'a (Vec<Piece>, Vec<Piece>)>,
        parts: &'a [PartDraft],
        titled: bool,
    ) -> Option<(Body, Option<Vec<Inline>>)> {
        let scope = Scope::default();
        let level = if annex.is_some() { 2 } else { 1 };
        let has_title = titled || annex.is_some();
        let (annex, (parts, title)) = self.headed(
            |this| {
                annex.map(|(label, title)| Annex {
                    label: this.required(scope, label, "`annex.label`"),
                    title: this.required(scope, title, "`annex.title`"),
                })
            },
            |this| {
                let (mut out, mut title) = (Vec::new(), None);
                for part in parts {
                    let has_title = has_title || title.is_some();
                    if let Some((part, own)) = this.part(part, level, has_title) {
                        out.push(part);
                        title = title.or(own);
                    }
                }
                (!out.is_empty()).then_some((out, title))
            },
        )?;
        let title = match &annex {
            Some(annex) => {
                let mut title = annex.label.clone();
                title.push(Inline::Text(" ".to_owned()));
                title.extend(annex.title.iter().cloned());
                Some(title)
            }
            None => title,
        };
        Some((Body::Parts { annex, parts }, title))
    }

    /// A part with its title, which is resolved if it is shown or if the document takes its title
    /// from it; `None` if nothing follows the title.
    fn part(
        &mut self,
        part: &'a PartDraft,
        level: u8,
        has_title: bool,
    ) -> Option<(Part, Option<Vec<Inline>>)> {
        let scope = Scope::default();
        let draft = self.case.draft;
        match part {
            PartDraft::Text { key, when } => {
                let mut texts = draft.texts.iter();
                let text = texts.find(|text| text.key.text == key.key)?;
                if !self.holds(*when) {
                    return None;
                }
                let base = level + u8::from(text.title.is_some());
                let (title, body) = self.headed(
                    |this| {
                        let what = format!("the `title` of the text `{}`", text.key.text);
                        let title = text.title.as_ref();
                        title.map(|pieces| this.required(scope, pieces, &what))
                    },
                    |this| this.shown_blocks(scope, &text.body, base),
                )?;
                let heading = title.clone().map(|inlines| Block {
                    id: BlockId(format!("texts.{}.title", text.key.text)),
                    span: Span::default(),
                    kind: BlockKind::Heading { level, inlines },
                });
                let text = Part::Text {
                    id: text.key.text.clone(),
                    blocks: heading.into_iter().chain(body).collect(),
                };
                Some((text, title))
            }
            PartDraft::Motion {
                key,
                variant,
                show_title,
                when,
            } => {
                let mut motions = draft.motions.iter();
                let motion = motions.find(|motion| motion.key.text == key.key)?;
                if !self.holds(*when) {
                    return None;
                }
                let variant = variant.as_ref().map(|variant| variant.key.as_str());
                self.motion_part(motion, variant, level, *show_title, has_title)
            }
        }
    }

    fn motion_part(
        &mut self,
        motion: &'a MotionDraft,
        variant: Option<&'a str>,
        level: u8,
        show_title: bool,
        has_title: bool,
    ) -> Option<(Part, Option<Vec<Inline>>)> {
        let scope = Scope {
            motion: Some(motion),
            variant,
            ..Scope::default()
        };
        let own = variant.and_then(|variant| find(&motion.variants, variant));
        let base = if show_title { level + 1 } else { level };
        let (title, blocks) = self.headed(
            |this| {
                let what = format!("the `title` of the motion `{}`", motion.key.text);
                let title = own.unwrap_or(&motion.title);
                match (show_title, has_title) {
                    (true, _) => this.required(scope, title, &what),
                    (false, false) => this.file_title(scope, title, &what),
                    (false, true) => this.unshown(scope, title),
                }
            },
            |this| this.shown_blocks(scope, &motion.body, base),
        )?;
        let column = |name: &str| SlotField::Column(name.to_owned());
        let record = MotionRecord {
            kind: motion.kind,
            municipality: Some((
                self.slot_of(column("code"), None),
                self.slot_of(column("running_name"), None),
            )),
        };
        let part = Part::Motion(Motion {
            record,
            id: motion.key.text.clone(),
            variant: variant.map(str::to_owned),
            title: title.clone(),
            level,
            show_title,
            blocks,
        });
        let names_the_file = show_title || !has_title;
        Some((part, names_the_file.then_some(title)))
    }
}
