//! Conditions within a paragraph: their branches, and their overlap with emphasis and links.

use super::{DEPTH_LIMIT, Reader};
use crate::ast::{ConditionId, Piece};
use crate::parse::tags::{Placed, Tag};

/// The hint for a condition that overlaps emphasis.
const CROSSED: &str = "open and close emphasis in the same branch: `{{ if … }}*…*{{ end }}`; write `\\*` to print a `*`";

/// The open conditions around the current position, and those with a tag on the wrong side of
/// emphasis or a link.
#[derive(Default)]
pub(super) struct Crossed {
    /// Opened outside of the current emphasis or link.
    pub(super) outer: usize,
    /// Of these, those closed inside it, and reported.
    pub(super) closed_inside: usize,
    /// Opened inside an earlier emphasis or link, not closed there, and reported.
    pub(super) left_open: usize,
    /// An `else` of the innermost has been reported.
    pub(super) else_reported: bool,
    /// Any was reported.
    pub(super) reported: bool,
    /// Runs that would become adjacent have been reported.
    pub(super) merged: bool,
}

/// An open condition, with the index of the tag that opened it.
pub(super) struct Frame {
    pub(super) tag: usize,
    pub(super) kind: FrameKind,
}

pub(super) enum FrameKind {
    Then(ConditionId, Vec<Piece>),
    Otherwise(ConditionId, Vec<Piece>, Vec<Piece>),
    Private(Vec<Piece>),
    /// Nested too deeply: its content is read as if the tag were not there.
    Flat,
}

impl<'a> Reader<'a> {
    /// Reports the conditions still open at the end of the inlines, and treats their content as if
    /// the tags were not there.
    pub(super) fn close(&mut self, mut frames: Vec<Frame>, mut pieces: Vec<Piece>) -> Vec<Piece> {
        while let Some(Frame { tag, kind }) = frames.pop() {
            let what = match kind {
                FrameKind::Private(_) => "private",
                FrameKind::Then(..) | FrameKind::Otherwise(..) | FrameKind::Flat => "if …",
            };
            if self.crossed.closed_inside > 0 {
                self.crossed.closed_inside -= 1;
            } else if self.depth_of_inlines > 0 {
                self.crossed.left_open += 1;
                self.report_tag(
                    "crossed-condition",
                    tag,
                    &format!("`{{{{ {what} }}}}` is inside emphasis or a link, but its `{{{{ end }}}}` is not"),
                    CROSSED,
                );
            } else {
                self.report_tag(
                    "unbalanced-condition",
                    tag,
                    &format!("`{{{{ {what} }}}}` is not closed in its paragraph"),
                    "write `{{ end }}` in the same paragraph; use `when:` for a block of several paragraphs",
                );
            }
            if let FrameKind::Then(_, before)
            | FrameKind::Otherwise(_, _, before)
            | FrameKind::Private(before) = kind
            {
                pieces = [before, pieces].concat();
            }
        }
        pieces
    }

    /// Reads a tag: puts its pieces behind those that are there, and opens or closes a frame.
    pub(super) fn tag(
        &mut self,
        index: usize,
        placed: &Placed,
        pieces: &mut Vec<Piece>,
        frames: &mut Vec<Frame>,
    ) {
        let too_deep = self.depth + frames.len() > 2 * DEPTH_LIMIT;
        match &placed.tag {
            Tag::Value(piece) => pieces.push(piece.clone()),
            Tag::Wrong => {}
            Tag::If(_) | Tag::Private if too_deep => {
                self.report_tag(
                    "too-deep",
                    index,
                    &format!(
                        "conditions and emphasis are nested more than {} deep",
                        2 * DEPTH_LIMIT
                    ),
                    "write it with fewer levels: `{{ if a && b }}`",
                );
                frames.push(Frame {
                    tag: index,
                    kind: FrameKind::Flat,
                });
            }
            Tag::If(condition) => frames.push(Frame {
                tag: index,
                kind: FrameKind::Then(*condition, std::mem::take(pieces)),
            }),
            Tag::Private => frames.push(Frame {
                tag: index,
                kind: FrameKind::Private(std::mem::take(pieces)),
            }),
            Tag::Else => self.otherwise(index, pieces, frames),
            Tag::End => self.end(index, pieces, frames),
        }
    }

    /// Reads `{{ else }}`.
    fn otherwise(&mut self, index: usize, pieces: &mut Vec<Piece>, frames: &mut Vec<Frame>) {
        match frames.pop() {
            Some(Frame {
                tag,
                kind: FrameKind::Then(condition, before),
            }) => frames.push(Frame {
                tag,
                kind: FrameKind::Otherwise(condition, std::mem::take(pieces), before),
            }),
            Some(
                flat @ Frame {
                    kind: FrameKind::Flat,
                    ..
                },
            ) => frames.push(flat),
            None if self.crossed.left_open > 0 => {}
            None if self.crossed.outer > self.crossed.closed_inside => {
                self.crossed.else_reported = true;
                self.report_tag(
                    "crossed-condition",
                    index,
                    "`{{ else }}` is inside emphasis or a link that begins before it",
                    CROSSED,
                );
            }
            other => {
                frames.extend(other);
                self.report_tag(
                    "unbalanced-condition",
                    index,
                    "`{{ else }}` without `{{ if … }}` before it",
                    "write `{{ if … }} … {{ else }} … {{ end }}` in one paragraph",
                );
            }
        }
    }

    /// Reads `{{ end }}`: the pieces of the innermost frame become one.
    fn end(&mut self, index: usize, pieces: &mut Vec<Piece>, frames: &mut Vec<Frame>) {
        let (condition, then, otherwise) = match frames.pop().map(|frame| frame.kind) {
            Some(FrameKind::Then(condition, before)) => {
                (condition, std::mem::replace(pieces, before), Vec::new())
            }
            Some(FrameKind::Otherwise(condition, then, before)) => {
                (condition, then, std::mem::replace(pieces, before))
            }
            Some(FrameKind::Private(before)) => {
                let inner = std::mem::replace(pieces, before);
                pieces.push(Piece::Private(inner));
                return;
            }
            Some(FrameKind::Flat) => return,
            None => return self.end_without_frame(index),
        };
        pieces.push(Piece::If {
            condition,
            then,
            otherwise,
        });
    }

    /// Reports an `{{ end }}` before which nothing was opened in the same inlines.
    fn end_without_frame(&mut self, index: usize) {
        if self.crossed.left_open > 0 {
            self.crossed.left_open -= 1;
        } else if self.crossed.outer > self.crossed.closed_inside {
            self.crossed.closed_inside += 1;
            if !std::mem::take(&mut self.crossed.else_reported) {
                self.report_tag(
                    "crossed-condition",
                    index,
                    "`{{ end }}` is inside emphasis or a link, but its opening tag is not",
                    CROSSED,
                );
            }
        } else {
            self.report_tag(
                "unbalanced-condition",
                index,
                "`{{ end }}` without `{{ if … }}` before it",
                "write `{{ if … }} … {{ end }}` in one paragraph; use `when:` for a block of several paragraphs",
            );
        }
    }
}
