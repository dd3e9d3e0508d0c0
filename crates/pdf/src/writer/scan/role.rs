//! The roles of the elements that Typst leaves in the pages.
//!
//! Each field of an element that is read here is named, so that one that a new version of Typst
//! brings has to be decided on.

use typst::foundations::{Content as Elem, ContextElem, Packed, Smart, StyleChain};
use typst::introspection::{
    CounterDisplayElem, CounterUpdateElem, Locatable, Location, MetadataElem, StateUpdateElem,
};
use typst::layout::{GridCell, GridElem, HideElem, LayoutElem, PlaceElem, RepeatElem};
use typst::model::{
    EmphElem, EnumElem, FigureElem, FootnoteElem, FootnoteEntry, HeadingElem, LinkElem, LinkMarker,
    ListElem, Numbering, ParElem, StrongElem, TableCell, TableElem,
};
use typst::pdf::{
    ArtifactElem, ArtifactKind, PdfMarkerTag, PdfMarkerTagKind, TableCellKind, TableHeaderScope,
};
use typst::text::{Locale, SubElem, SuperElem};
use typst::visualize::ImageElem;

use super::Scanner;
use crate::writer::Unsupported;
use crate::writer::tree::{Attributes, Figure, Numbering as Labels, Role};

/// What an element is, and what it does to what is in it.
#[derive(Default)]
struct Meaning {
    /// `None` if the element is no part of the structure.
    role: Option<Role>,
    /// The property list of the artifact that it is (ISO 32000-1, 14.8.2.2.2).
    artifact: Option<&'static str>,
    /// How it sets off text.
    attributes: Option<Attributes>,
}

impl From<Role> for Meaning {
    fn from(role: Role) -> Self {
        Self {
            role: Some(role),
            ..Self::default()
        }
    }
}

impl Meaning {
    fn artifact(properties: &'static str) -> Self {
        Self {
            artifact: Some(properties),
            ..Self::from(Role::Artifact)
        }
    }

    fn set_off(attributes: Attributes) -> Self {
        Self {
            attributes: Some(attributes),
            ..Self::from(Role::Group)
        }
    }
}

/// The fields of an element as they were laid out with: Typst writes the styles into them.
fn laid_out() -> StyleChain<'static> {
    StyleChain::default()
}

/// Whether a located element without a tag changes nothing in a file.
///
/// # Errors
/// It may: an attached file, a citation.
pub(super) fn untagged(elem: &Elem) -> Result<(), Unsupported> {
    // Without being located by kind it is here for its label, which only headings lend to a file.
    let known = !elem.can::<dyn Locatable>()
        || elem.is::<MetadataElem>()
        || elem.is::<StateUpdateElem>()
        || elem.is::<CounterUpdateElem>()
        || elem.is::<CounterDisplayElem>()
        || elem.is::<ContextElem>()
        || elem.is::<LayoutElem>()
        // Its marker is what is tagged.
        || elem.is::<LinkElem>();
    match known {
        true => Ok(()),
        false => Err(Unsupported("an attached file or another located element")),
    }
}

impl Scanner<'_> {
    /// The role of a tagged element; `None` if it is no part of the structure.
    pub(super) fn role(
        &mut self,
        elem: &Elem,
        location: Location,
    ) -> Result<Option<Role>, Unsupported> {
        let Meaning {
            role,
            artifact,
            attributes,
        } = self.meaning(elem)?;
        if let (Some(properties), None) = (artifact, self.artifact) {
            self.artifact = Some((self.open.len(), properties));
        }
        if let Some(attributes) = attributes {
            self.attributes.push((location, attributes));
        }
        Ok(role)
    }

    fn meaning(&self, elem: &Elem) -> Result<Meaning, Unsupported> {
        if let Some(elem) = elem.to_packed::<ArtifactElem>() {
            let ArtifactElem { kind, body: _ } = &**elem;
            Ok(Meaning::artifact(artifact(kind.get(laid_out()))))
        } else if elem.is::<RepeatElem>() {
            Ok(Meaning::artifact("/Type/Layout"))
        } else if elem.is::<HideElem>() {
            Err(Unsupported("something hidden"))
        } else if let Some(elem) = elem.to_packed::<PdfMarkerTag>() {
            marker(elem).map(Meaning::from)
        } else if let Some(link) = elem.to_packed::<LinkMarker>() {
            let LinkMarker { body: _, alt } = &**link;
            match alt.as_deref().is_none_or(is_empty) {
                true => Err(Unsupported("a link without words")),
                false => Ok(Role::Link.into()),
            }
        } else if let Some(list) = elem.to_packed::<ListElem>() {
            let ListElem {
                tight: _,
                marker: _,
                indent: _,
                body_indent: _,
                spacing: _,
                marker_align: _,
                children: _,
            } = &**list;
            // The marker that is shown says it; see `Tree::labelled`.
            Ok(Role::List(Labels::Marker).into())
        } else if let Some(list) = elem.to_packed::<EnumElem>() {
            enumeration(list).map(Meaning::from)
        } else if let Some(table) = elem.to_packed::<TableElem>() {
            head_rows(table).map(|heads| Role::Table(heads).into())
        } else if let Some(cell) = elem.to_packed::<TableCell>() {
            self.table_cell(cell)
        } else if let Some(grid) = elem.to_packed::<GridElem>() {
            let GridElem {
                columns: _,
                rows: _,
                column_gutter: _,
                row_gutter: _,
                inset: _,
                align: _,
                fill: _,
                stroke: _,
                grid: _,
                children: _,
            } = &**grid;
            Ok(Role::Division.into())
        } else if let Some(cell) = elem.to_packed::<GridCell>() {
            self.grid_cell(cell)
        } else if let Some(figure) = elem.to_packed::<FigureElem>() {
            self.figure(figure).map(Meaning::from)
        } else if let Some(image) = elem.to_packed::<ImageElem>() {
            self.image_element(image).map(Meaning::from)
        } else if let Some(heading) = elem.to_packed::<HeadingElem>() {
            self.heading(heading, elem).map(Meaning::from)
        } else if let Some(note) = elem.to_packed::<FootnoteElem>() {
            let FootnoteElem {
                numbering: _,
                body: _,
            } = &**note;
            Ok(Role::Group.into())
        } else if let Some(entry) = elem.to_packed::<FootnoteEntry>() {
            let FootnoteEntry {
                note: _,
                separator: _,
                clearance: _,
                gap: _,
                indent: _,
            } = &**entry;
            Ok(Role::Note.into())
        } else if let Some(paragraph) = elem.to_packed::<ParElem>() {
            let ParElem {
                leading: _,
                spacing: _,
                justify: _,
                justification_limits: _,
                linebreaks: _,
                first_line_indent: _,
                hanging_indent: _,
                body: _,
            } = &**paragraph;
            Ok(Role::Paragraph.into())
        } else if let Some(place) = elem.to_packed::<PlaceElem>() {
            let PlaceElem {
                alignment: _,
                scope: _,
                float,
                clearance: _,
                dx: _,
                dy: _,
                body: _,
            } = &**place;
            match float.get(laid_out()) {
                true => Err(Unsupported("a floating element")),
                false => Ok(Meaning::default()),
            }
        } else {
            set_off(elem)
                .map(Meaning::set_off)
                .ok_or(Unsupported("an element of another kind"))
        }
    }

    fn table_cell(&self, cell: &Packed<TableCell>) -> Result<Meaning, Unsupported> {
        let TableCell {
            body: _,
            x: _,
            y,
            colspan,
            rowspan,
            inset: _,
            align: _,
            fill: _,
            stroke: _,
            breakable: _,
            kind,
            is_repeated,
        } = &**cell;
        if is_repeated.get(laid_out()) {
            return Ok(Meaning::artifact("/Type/Pagination"));
        }
        let Role::Table(heads) = *self.tree.role(self.node()) else {
            return Err(Unsupported("a cell outside a table"));
        };
        let spans = colspan.get(laid_out()).get() > 1 || rowspan.get(laid_out()).get() > 1;
        let Smart::Custom(y) = y.get(laid_out()) else {
            return Err(Unsupported("a cell without place"));
        };
        if spans {
            return Err(Unsupported("a cell that spans others"));
        }
        let usual = match kind.get(laid_out()) {
            Smart::Auto => true,
            Smart::Custom(TableCellKind::Header(_, TableHeaderScope::Column)) => y < heads,
            Smart::Custom(TableCellKind::Data) => y >= heads,
            Smart::Custom(TableCellKind::Header(..) | TableCellKind::Footer) => false,
        };
        match usual {
            true => Ok(Role::Cell(y, y < heads).into()),
            false => Err(Unsupported("a cell with a role of its own")),
        }
    }

    fn grid_cell(&self, cell: &Packed<GridCell>) -> Result<Meaning, Unsupported> {
        let GridCell {
            body: _,
            x: _,
            y: _,
            colspan,
            rowspan,
            inset: _,
            align: _,
            fill: _,
            stroke: _,
            is_repeated,
            breakable: _,
        } = &**cell;
        // Typst lays out lists as grids; those are none to a reader.
        if *self.tree.role(self.node()) != Role::Division {
            return Ok(Role::Group.into());
        }
        if is_repeated.get(laid_out()) {
            return Ok(Meaning::artifact("/Type/Pagination"));
        }
        // What spans rows is laid out behind cells that are read after it.
        match colspan.get(laid_out()).get() > 1 || rowspan.get(laid_out()).get() > 1 {
            true => Err(Unsupported("a cell that spans others")),
            false => Ok(Role::Division.into()),
        }
    }

    fn figure(&self, figure: &Packed<FigureElem>) -> Result<Role, Unsupported> {
        let FigureElem {
            body: _,
            alt,
            // A figure that floats is in an element of its own that does.
            placement: _,
            scope: _,
            caption,
            kind: _,
            supplement: _,
            numbering: _,
            gap: _,
            outlined: _,
            counter: _,
            locale,
        } = &**figure;
        match alt.get_ref(laid_out()) {
            Some(words) if caption.get_ref(laid_out()).is_none() && !is_empty(words) => {
                Ok(Role::Figure(Figure {
                    words: words.to_string(),
                    language: locale.and_then(|locale| self.foreign(locale)),
                }))
            }
            _ => Err(Unsupported("a figure with a caption or without words")),
        }
    }

    fn image_element(&self, image: &Packed<ImageElem>) -> Result<Role, Unsupported> {
        let ImageElem {
            source: _,
            format: _,
            width: _,
            height: _,
            alt,
            page: _,
            // What is cut off comes as a group that clips.
            fit: _,
            // Both are asked of the decoded picture.
            scaling: _,
            icc: _,
            locale,
        } = &**image;
        match alt.get_ref(laid_out()) {
            Some(words) if !is_empty(words) => Ok(Role::Figure(Figure {
                words: words.to_string(),
                language: locale.and_then(|locale| self.foreign(locale)),
            })),
            _ => Err(Unsupported("a picture without words")),
        }
    }

    fn heading(&self, heading: &Packed<HeadingElem>, elem: &Elem) -> Result<Role, Unsupported> {
        let HeadingElem {
            // Together the level.
            level: _,
            depth: _,
            offset: _,
            numbering,
            // Made from the numbering.
            numbers: _,
            // For what refers to it.
            supplement: _,
            outlined,
            bookmarked,
            hanging_indent: _,
            body,
        } = &**heading;
        let plain = outlined.get(laid_out())
            && bookmarked.get(laid_out()) != Smart::Custom(false)
            && numbering.get_ref(laid_out()).is_none();
        if !plain {
            return Err(Unsupported("a heading with a number or without a bookmark"));
        }
        if elem.label().is_some() {
            return Err(Unsupported("a heading with a named destination"));
        }
        let level = heading.resolve_level(laid_out()).get();
        let (Ok(level @ 1..=6), title) = (u16::try_from(level), body.plain_text()) else {
            return Err(Unsupported("a heading below the sixth level"));
        };
        if is_empty(&title) {
            return Err(Unsupported("a heading without words"));
        }
        Ok(Role::Heading(level, title.to_string()))
    }

    /// The tag of a language, where it is not that of the document.
    fn foreign(&self, locale: Locale) -> Option<String> {
        (locale != self.locale).then(|| locale.rfc_3066().to_string())
    }
}

/// Whether nothing can be read aloud.
fn is_empty(words: &str) -> bool {
    words.trim().is_empty()
}

fn artifact(kind: ArtifactKind) -> &'static str {
    match kind {
        ArtifactKind::Header => "/Type/Pagination/Attached[/Top]/Subtype/Header",
        ArtifactKind::Footer => "/Type/Pagination/Attached[/Bottom]/Subtype/Footer",
        ArtifactKind::Page => "/Type/Page",
        ArtifactKind::Layout => "/Type/Layout",
        _ => "",
    }
}

fn marker(marker: &Packed<PdfMarkerTag>) -> Result<Role, Unsupported> {
    let PdfMarkerTag { kind, body: _ } = &**marker;
    match kind {
        PdfMarkerTagKind::ListItemLabel => Ok(Role::ItemLabel),
        PdfMarkerTagKind::ListItemBody => Ok(Role::ItemBody),
        PdfMarkerTagKind::Label => Ok(Role::Label),
        PdfMarkerTagKind::OutlineBody
        | PdfMarkerTagKind::Bibliography(..)
        | PdfMarkerTagKind::BibEntry
        | PdfMarkerTagKind::TermsItemLabel
        | PdfMarkerTagKind::TermsItemBody => {
            Err(Unsupported("an outline, a bibliography or terms"))
        }
    }
}

/// How an element sets off text.
fn set_off(elem: &Elem) -> Option<Attributes> {
    let mut attributes = Attributes::default();
    if let Some(strong) = elem.to_packed::<StrongElem>() {
        let StrongElem { delta: _, body: _ } = &**strong;
        attributes.strong = true;
    } else if let Some(emphasis) = elem.to_packed::<EmphElem>() {
        let EmphElem { body: _ } = &**emphasis;
        attributes.emphasis = true;
    } else if elem.is::<SuperElem>() || elem.is::<SubElem>() {
        attributes.script = true;
    } else {
        return None;
    }
    Some(attributes)
}

/// The role of a numbered list, with the name of its numbering (ISO 32000-1, table 347).
fn enumeration(list: &Packed<EnumElem>) -> Result<Role, Unsupported> {
    let EnumElem {
        tight: _,
        numbering,
        start: _,
        full: _,
        reversed: _,
        indent: _,
        body_indent: _,
        spacing: _,
        number_align: _,
        children: _,
    } = &**list;
    let Numbering::Pattern(pattern) = numbering.get_ref(laid_out()) else {
        return Err(Unsupported("a list that a function numbers"));
    };
    // With several pieces there is one for each depth, and which is shown depends on the list.
    let [(_, system)] = pattern.pieces.as_slice() else {
        return Err(Unsupported("a list with a numbering for each depth"));
    };
    let shorthand = system.shorthand();
    Ok(Role::List(Labels::Named(match shorthand {
        Some("1") => "Decimal",
        Some("a") => "LowerAlpha",
        Some("A") => "UpperAlpha",
        Some("i") => "LowerRoman",
        Some("I") => "UpperRoman",
        _ => "None",
    })))
}

/// How many rows head a table.
fn head_rows(table: &Packed<TableElem>) -> Result<usize, Unsupported> {
    let TableElem {
        columns: _,
        rows: _,
        column_gutter: _,
        row_gutter: _,
        inset: _,
        align: _,
        fill: _,
        stroke: _,
        summary,
        grid,
        children: _,
    } = &**table;
    if summary.get_ref(laid_out()).is_some() {
        return Err(Unsupported("a table with a summary"));
    }
    let grid = grid.as_ref().ok_or(Unsupported("a table without grid"))?;
    if grid.has_gutter || grid.footer.is_some() {
        return Err(Unsupported("a table with gutters or a foot"));
    }
    match grid.headers.as_slice() {
        [] => Ok(0),
        [head] if head.range.start == 0 => Ok(head.range.end),
        _ => Err(Unsupported("a table with several heads")),
    }
}
