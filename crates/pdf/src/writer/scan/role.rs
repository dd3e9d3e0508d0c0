//! What the elements that Typst leaves in the pages are to a reader.

use typst::foundations::{Content as Elem, Packed, Smart, StyleChain};
use typst::introspection::Location;
use typst::layout::{GridCell, GridElem, HideElem, PlaceElem, RepeatElem};
use typst::model::{
    EmphElem, EnumElem, FigureElem, FootnoteElem, FootnoteEntry, HeadingElem, LinkMarker, ListElem,
    ParElem, StrongElem, TableCell, TableElem,
};
use typst::pdf::{ArtifactElem, ArtifactKind, PdfMarkerTag, PdfMarkerTagKind};
use typst::text::{SubElem, SuperElem};
use typst::visualize::ImageElem;

use super::Scanner;
use crate::writer::Unsupported;
use crate::writer::tree::{Attributes, Role};

impl Scanner<'_> {
    /// What an element is; none where it says nothing of the structure.
    pub(super) fn role(
        &mut self,
        elem: &Elem,
        location: Location,
    ) -> Result<Option<Role>, Unsupported> {
        let artifact = |kind| match kind {
            ArtifactKind::Header => "/Type/Pagination/Attached[/Top]/Subtype/Header",
            ArtifactKind::Footer => "/Type/Pagination/Attached[/Bottom]/Subtype/Footer",
            ArtifactKind::Page => "/Type/Page",
            ArtifactKind::Layout => "/Type/Layout",
            _ => "",
        };
        let set_off = |strong, emphasis, script| Attributes {
            strong,
            emphasis,
            script,
        };
        let mut begins = None;
        let mut attributes = None;
        let role = if elem.is::<HideElem>() {
            return Err(Unsupported("something hidden"));
        } else if let Some(elem) = elem.to_packed::<ArtifactElem>() {
            begins = Some(artifact(elem.kind.get(StyleChain::default())));
            Role::Artifact
        } else if elem.is::<RepeatElem>() {
            begins = Some("/Type/Layout");
            Role::Artifact
        } else if let Some(elem) = elem.to_packed::<PdfMarkerTag>() {
            match &elem.kind {
                PdfMarkerTagKind::ListItemLabel => Role::ItemLabel,
                PdfMarkerTagKind::ListItemBody => Role::ItemBody,
                PdfMarkerTagKind::Label => Role::Label,
                _ => return Err(Unsupported("an outline, a bibliography or terms")),
            }
        } else if elem.is::<LinkMarker>() {
            Role::Link
        } else if elem.is::<ListElem>() {
            Role::List("Circle")
        } else if elem.is::<EnumElem>() {
            Role::List("Decimal")
        } else if elem.is::<TableElem>() {
            Role::Table
        } else if let Some(cell) = elem.to_packed::<TableCell>() {
            let styles = StyleChain::default();
            if cell.is_repeated.get(styles) {
                begins = Some("/Type/Pagination");
                Role::Artifact
            } else {
                let one = |count: std::num::NonZeroUsize| count.get() == 1;
                let Smart::Custom(y) = cell.y.get(styles) else {
                    return Err(Unsupported("a cell without place"));
                };
                if *self.tree.role(self.node()) != Role::Table
                    || !one(cell.colspan.get(styles))
                    || !one(cell.rowspan.get(styles))
                {
                    return Err(Unsupported("a cell that spans others"));
                }
                Role::Cell(y, self.heads.last().is_some_and(|rows| y < *rows))
            }
        } else if let Some(figure) = elem.to_packed::<FigureElem>() {
            let styles = StyleChain::default();
            match figure.alt.get_ref(styles) {
                Some(words) if figure.caption.get_ref(styles).is_none() => {
                    Role::Figure(words.to_string())
                }
                _ => return Err(Unsupported("a figure with a caption or without words")),
            }
        } else if let Some(image) = elem.to_packed::<ImageElem>() {
            let words = image.alt.get_ref(StyleChain::default()).as_deref();
            Role::Figure(
                words
                    .ok_or(Unsupported("a picture without words"))?
                    .to_owned(),
            )
        } else if elem.is::<GridElem>() {
            Role::Division
        } else if elem.is::<GridCell>() {
            // Lists are laid out in a grid of their own, which is none to a reader.
            match self.tree.role(self.node()) {
                Role::Division => Role::Division,
                _ => Role::Group,
            }
        } else if let Some(elem) = elem.to_packed::<HeadingElem>() {
            let styles = StyleChain::default();
            let plain = elem.outlined.get(styles)
                && elem.bookmarked.get(styles) != Smart::Custom(false)
                && elem.numbering.get_ref(styles).is_none();
            if !plain {
                return Err(Unsupported("a heading with a number or without a bookmark"));
            }
            let level = elem.resolve_level(StyleChain::default()).get();
            Role::Heading(
                u16::try_from(level).unwrap_or(6),
                elem.body.plain_text().to_string(),
            )
        } else if elem.is::<FootnoteElem>() {
            Role::Group
        } else if elem.is::<FootnoteEntry>() {
            Role::Note
        } else if elem.is::<ParElem>() {
            Role::Paragraph
        } else if elem.is::<StrongElem>() {
            attributes = Some(set_off(true, false, false));
            Role::Group
        } else if elem.is::<EmphElem>() {
            attributes = Some(set_off(false, true, false));
            Role::Group
        } else if elem.is::<SuperElem>() || elem.is::<SubElem>() {
            attributes = Some(set_off(false, false, true));
            Role::Group
        } else if elem
            .to_packed::<PlaceElem>()
            .is_some_and(|elem| !elem.float.get(StyleChain::default()))
        {
            return Ok(None);
        } else {
            return Err(Unsupported("an element of another kind"));
        };
        if let (Some(properties), None) = (begins, self.artifact) {
            self.artifact = Some((self.open.len(), properties));
        }
        if let Some(attributes) = attributes {
            self.attributes.push((location, attributes));
        }
        Ok(Some(role))
    }
}

/// How many rows head a table.
pub(super) fn head_rows(table: &Packed<TableElem>) -> Result<usize, Unsupported> {
    let grid = table
        .grid
        .as_ref()
        .ok_or(Unsupported("a table without grid"))?;
    if grid.has_gutter || grid.footer.is_some() {
        return Err(Unsupported("a table with gutters or a foot"));
    }
    match grid.headers.as_slice() {
        [] => Ok(0),
        [head] if head.range.start == 0 => Ok(head.range.end),
        _ => Err(Unsupported("a table with several heads")),
    }
}
