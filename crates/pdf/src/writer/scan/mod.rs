//! Reads the pages that Typst has laid out: their content streams, and the structure of it.

mod role;

use std::collections::HashMap;

use typst::foundations::Content as Elem;
use typst::introspection::{Location, Tag};
use typst::layout::{
    Abs, Frame, FrameItem, FrameParent, GroupItem, Inherit, Point, Size, Transform,
};
use typst::model::{Destination, FootnoteElem, LinkMarker};
use typst::text::{Locale, TextItem};
use typst::visualize::{Color, FixedStroke, Geometry, Image, LineCap, Paint, ProcessColor, Shape};
use typst_layout::Page;

use crate::writer::Unsupported;
use crate::writer::content::{Colour, Content, Mark};
use crate::writer::face::{Faces, Used};
use crate::writer::number::{milli, place};
use crate::writer::tree::{Attributes, Element, NodeId, Role, Tree};

/// A rectangle on a page in PDF's coordinates, in thousandths of a point: left, bottom, right, top.
pub(crate) type Rectangle = [i64; 4];

/// Where a link leads.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    /// Elsewhere.
    Url(String),
    /// A page of this document, and the point of it, in thousandths of a point.
    Page(usize, i64, i64),
}

/// A link annotation (ISO 32000-1, 12.5.6.5).
#[derive(Debug, Clone)]
pub(crate) struct Link {
    /// Where it can be clicked; one rectangle for each line.
    pub(crate) rectangles: Vec<Rectangle>,
    /// Where it leads.
    pub(crate) target: Target,
    /// Its description, `/Contents`.
    pub(crate) words: String,
}

/// An entry of the outline (12.3.3).
#[derive(Debug, Clone)]
pub(crate) struct Bookmark {
    /// The level of its heading, from 1.
    pub(crate) level: usize,
    /// The heading.
    pub(crate) title: String,
    /// Its page and the point of it, in thousandths of a point.
    pub(crate) at: (usize, i64, i64),
}

/// A page.
pub(crate) struct PageScan {
    /// Width and height, in thousandths of a point.
    pub(crate) size: (i64, i64),
    /// The height, as it was laid out.
    height: Abs,
    /// The content stream.
    pub(crate) content: Vec<u8>,
    /// The faces on it, by number.
    pub(crate) faces: Vec<usize>,
    /// The pictures on it, by their number in the document.
    pub(crate) images: Vec<usize>,
    /// Its links.
    pub(crate) links: Vec<Link>,
    /// How many marked-content sequences with a number it has.
    pub(crate) sequences: usize,
}

/// A document.
pub(crate) struct Scan {
    /// Its language: runs of text in another one say so.
    pub(crate) locale: Locale,
    /// Its pages.
    pub(crate) pages: Vec<PageScan>,
    /// Its structure.
    pub(crate) elements: Vec<Element>,
    /// Its headings.
    pub(crate) bookmarks: Vec<Bookmark>,
    /// The glyphs of each face.
    pub(crate) used: Vec<Used>,
    /// Its pictures.
    pub(crate) images: Vec<Image>,
}

/// Reads the pages of a document; `locale` is its language.
///
/// # Errors
/// A feature of the pages that this writer does not support.
pub(crate) fn scan(pages: &[Page], faces: &Faces, locale: Locale) -> Result<Scan, Unsupported> {
    let mut scanner = Scanner {
        faces,
        locale,
        tree: Tree::new(),
        open: vec![],
        attributes: vec![],
        artifact: None,
        level: 0,
        words: HashMap::new(),
        points: HashMap::new(),
        pending: vec![],
        bookmarks: vec![],
        used: vec![Used::default(); faces.len()],
        images: vec![],
        pages: vec![],
        page: Current::new(Abs::zero()),
        before: None,
    };
    for page in pages {
        scanner.page(page)?;
    }
    scanner.finish()
}

/// An element that has started and not ended.
pub(super) struct Open {
    location: Option<Location>,
    node: NodeId,
}

/// The page that is read.
struct Current {
    height: Abs,
    content: Content,
    faces: Vec<usize>,
    images: Vec<usize>,
    links: Vec<Link>,
    /// The element of each link.
    owners: Vec<NodeId>,
    /// The sequence that was begun last.
    last: Option<Sequence>,
    sequences: usize,
}

/// What goes on in one marked-content sequence.
#[derive(PartialEq)]
struct Sequence {
    owner: NodeId,
    look: Look,
}

/// How content is shown.
#[derive(PartialEq)]
enum Look {
    /// As text, set off in this way and in this language; none is that of the document.
    Text(Attributes, Option<String>),
    /// As a drawing.
    Drawing,
}

impl Current {
    fn new(height: Abs) -> Self {
        Self {
            height,
            content: Content::new(height),
            faces: vec![],
            images: vec![],
            links: vec![],
            owners: vec![],
            last: None,
            sequences: 0,
        }
    }
}

pub(super) struct Scanner<'a> {
    faces: &'a Faces,
    locale: Locale,
    pub(super) tree: Tree,
    pub(super) open: Vec<Open>,
    /// Elements that set off text, outermost first.
    pub(super) attributes: Vec<(Location, Attributes)>,
    /// How many elements were open when the outermost artifact started, and what it is.
    pub(super) artifact: Option<(usize, &'static str)>,
    /// The level of the last heading, 0 before the first.
    level: u16,
    /// What links are, in words.
    words: HashMap<NodeId, String>,
    /// Where elements start: page and point.
    points: HashMap<Location, (usize, Point)>,
    /// Links whose target is an element: page, place among its links, and the element.
    pending: Vec<(usize, usize, Location)>,
    bookmarks: Vec<Bookmark>,
    used: Vec<Used>,
    images: Vec<Image>,
    pages: Vec<PageScan>,
    page: Current,
    /// The text before this one, where it ends with a hyphen.
    before: Option<Broken>,
}

/// Where a text ends with a hyphen: its owner, page and baseline.
#[derive(PartialEq)]
struct Broken {
    owner: NodeId,
    page: usize,
    baseline: Abs,
}

/// A target is moved up by this many points, so that the line to which it leads is seen.
const ABOVE: f64 = 10.0;

impl Scanner<'_> {
    fn page(&mut self, page: &Page) -> Result<(), Unsupported> {
        let Page {
            frame,
            bleed,
            fill: _,
            numbering,
            // For what refers to the page; and the number in its label, which it has none of.
            supplement: _,
            number: _,
        } = page;
        let plain = bleed.is_zero() && page.fill_or_transparent().is_none() && numbering.is_none();
        if !plain {
            return Err(Unsupported("a page with bleed, colour or a label"));
        }
        let height = frame.height();
        self.page = Current::new(height);
        self.frame(frame, Point::zero())?;
        let done = std::mem::replace(&mut self.page, Current::new(Abs::zero()));
        self.pages.push(PageScan {
            size: (milli(frame.width().to_pt()), milli(height.to_pt())),
            height,
            content: done.content.finish(),
            faces: done.faces,
            images: done.images,
            links: done.links,
            sequences: done.sequences,
        });
        Ok(())
    }

    fn finish(mut self) -> Result<Scan, Unsupported> {
        if !self.open.is_empty() {
            return Err(Unsupported("an element without end"));
        }
        for (page, at, location) in std::mem::take(&mut self.pending) {
            let (target, point) = self
                .points
                .get(&location)
                .ok_or(Unsupported("a link to nowhere"))?;
            let (x, y) = self.target(*target, *point);
            self.pages[page].links[at].target = Target::Page(*target, x, y);
        }
        let elements = self
            .tree
            .elements()
            .ok_or(Unsupported("content that belongs nowhere"))?;
        Ok(Scan {
            locale: self.locale,
            pages: self.pages,
            elements,
            bookmarks: self.bookmarks,
            used: self.used,
            images: self.images,
        })
    }

    /// A point to jump to, in PDF's coordinates.
    fn target(&self, page: usize, point: Point) -> (i64, i64) {
        let height = self
            .pages
            .get(page)
            .map_or(self.page.height, |page| page.height);
        let down = (point.y - Abs::pt(ABOVE)).max(Abs::zero());
        (place(point.x.to_pt()), place((height - down).to_pt()))
    }

    /// The innermost figure that is open.
    fn figure_round(&self) -> Option<NodeId> {
        let figure = |open: &&Open| matches!(self.tree.role(open.node), Role::Figure(_));
        self.open.iter().rev().find(figure).map(|open| open.node)
    }

    pub(super) fn node(&self) -> NodeId {
        self.open.last().map_or(0, |open| open.node)
    }

    fn frame(&mut self, frame: &Frame, origin: Point) -> Result<(), Unsupported> {
        for (at, item) in frame.items() {
            let at = origin + *at;
            match item {
                FrameItem::Group(group) => self.group(group, at)?,
                FrameItem::Text(text) => self.text(text, at)?,
                FrameItem::Shape(shape, _) => self.shape(shape, at)?,
                FrameItem::Image(image, size, _) => self.image(image, *size, at)?,
                FrameItem::Link(target, size) => self.link(target, *size, at)?,
                FrameItem::Tag(Tag::Start(elem, flags)) => self.start(elem, flags.tagged, at)?,
                FrameItem::Tag(Tag::End(location, _, flags)) => {
                    if flags.tagged {
                        self.end(*location)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn group(&mut self, group: &GroupItem, at: Point) -> Result<(), Unsupported> {
        let GroupItem {
            frame,
            transform,
            clip,
            // Only headings lend their label to a file.
            label: _,
            parent,
        } = group;
        let Transform {
            sx,
            ky,
            kx,
            sy,
            tx,
            ty,
        } = *transform;
        let moves_only = sx.is_one() && sy.is_one() && kx.is_zero() && ky.is_zero();
        if !moves_only || clip.is_some() {
            return Err(Unsupported("a transformed or clipped group"));
        }
        let at = at + Point::new(tx, ty);
        let Some(FrameParent { location, inherit }) = *parent else {
            return self.frame(frame, at);
        };
        if inherit == Inherit::Yes {
            return Err(Unsupported("content that is set off where it belongs"));
        }
        let node = self.tree.moved(location);
        let before = self.open.len();
        self.open.push(Open {
            location: None,
            node,
        });
        // What is set off here is not what was set off at the place it belongs to.
        let attributes = std::mem::take(&mut self.attributes);
        self.frame(frame, at)?;
        self.attributes = attributes;
        if self.open.len() != before + 1 {
            return Err(Unsupported("an element that goes on elsewhere"));
        }
        self.open.pop();
        Ok(())
    }

    fn start(&mut self, elem: &Elem, tagged: bool, at: Point) -> Result<(), Unsupported> {
        let Some(location) = elem.location() else {
            return Ok(());
        };
        let page = self.pages.len();
        self.points.entry(location).or_insert((page, at));
        if !tagged {
            return role::untagged(elem);
        }
        let Some(mut role) = self.role(elem, location)? else {
            return Ok(());
        };
        // What a figure shows is said in its words; in it only a link is still one.
        if self.figure_round().is_some() && !matches!(role, Role::Link | Role::Artifact) {
            role = Role::Group;
        }
        if let Role::Heading(level, title) = &role {
            // ISO 14289-1, 7.4.2.
            if *level > self.level + 1 {
                return Err(Unsupported("a heading that skips a level"));
            }
            self.level = *level;
            let (x, y) = self.target(page, at);
            let bookmark = Bookmark {
                level: usize::from(*level),
                title: title.clone(),
                at: (page, x, y),
            };
            self.bookmarks.push(bookmark);
        }
        let node = self.tree.node_in(self.node(), role);
        if let Some(link) = elem.to_packed::<LinkMarker>() {
            self.words
                .insert(node, link.alt.as_deref().unwrap_or_default().to_owned());
        }
        if elem.is::<FootnoteElem>() {
            self.tree.place(location, node);
        }
        self.open.push(Open {
            location: Some(location),
            node,
        });
        Ok(())
    }

    fn end(&mut self, location: Location) -> Result<(), Unsupported> {
        let ends = |open: &Open| open.location == Some(location);
        if !self.open.last().is_some_and(ends) {
            return match self.open.iter().any(ends) {
                true => Err(Unsupported("elements that overlap")),
                false => Ok(()),
            };
        }
        self.open.pop();
        if self
            .artifact
            .is_some_and(|(depth, _)| depth == self.open.len())
        {
            self.artifact = None;
        }
        if self
            .attributes
            .last()
            .is_some_and(|(of, _)| *of == location)
        {
            self.attributes.pop();
        }
        Ok(())
    }

    fn text(&mut self, item: &TextItem, at: Point) -> Result<(), Unsupported> {
        let TextItem {
            font,
            // The glyphs are read where they are shown, the language with the sequence.
            size: _,
            fill,
            stroke,
            lang: _,
            region: _,
            text: _,
            glyphs: _,
        } = item;
        let colour = colour(fill)?;
        if stroke.is_some() || !font.variations().0.is_empty() {
            return Err(Unsupported("outlined text or a variable font"));
        }
        let number = self
            .faces
            .find(font.font())
            .ok_or(Unsupported("a font of another renderer"))?;
        let face = self.faces.get(number)?;
        let mark = match self.artifact {
            Some((_, properties)) => {
                // Content that goes on behind an artifact is a sequence of its own: a number is
                // begun once (14.7.4.2).
                self.page.last = None;
                Mark::Artifact(properties)
            }
            None => self.sequence(item),
        };
        if !self.page.faces.contains(&number) {
            self.page.faces.push(number);
        }
        let repeated = self.repeats(item, at);
        self.page.content.text(
            at,
            item,
            (number, face),
            &mut self.used[number],
            colour,
            mark,
            repeated,
        )
    }

    /// Whether a text is the hyphen of a compound that was broken behind it, set again at the start
    /// of the next line, as Czech, Polish, Portuguese, Spanish and others have it. Nothing else
    /// begins a line with a hyphen behind one (UAX #14, LB21).
    fn repeats(&mut self, item: &TextItem, at: Point) -> bool {
        let here = Broken {
            owner: self.node(),
            page: self.pages.len(),
            baseline: at.y,
        };
        let repeats = item.text.as_str() == "-"
            && self.before.as_ref().is_some_and(|before| {
                before.owner == here.owner
                    && (before.page, before.baseline) != (here.page, here.baseline)
            });
        if self.artifact.is_none() {
            self.before = (item.text.ends_with('-') && !repeats).then_some(here);
        }
        repeats
    }

    /// The sequence to which a run of text belongs: the last one, where owner, look and language
    /// are the same.
    fn sequence(&mut self, item: &TextItem) -> Mark {
        let locale = Locale::new(item.lang, item.region);
        let language = (locale != self.locale).then(|| locale.rfc_3066().to_string());
        let mut attributes = Attributes::default();
        for (_, one) in &self.attributes {
            attributes.strong |= one.strong;
            attributes.emphasis |= one.emphasis;
            attributes.script |= one.script;
        }
        let this = Sequence {
            owner: self.node(),
            look: Look::Text(attributes, language.clone()),
        };
        if self.page.last.as_ref() != Some(&this) {
            let at = (self.pages.len(), self.page.sequences);
            self.tree.text(this.owner, attributes, at);
            self.page.sequences += 1;
            self.page.last = Some(this);
            self.overhear(&item.text, language.as_deref());
        }
        Mark::Content(self.page.sequences - 1, language)
    }

    /// Tells the elements round a text what their text is in: a list its label, a heading or link
    /// its language.
    fn overhear(&mut self, text: &str, language: Option<&str>) {
        let mut in_label = false;
        for open in self.open.iter().rev() {
            match self.tree.role(open.node) {
                Role::ItemLabel => in_label = true,
                Role::List(_) if in_label => {
                    self.tree.labelled(open.node, text);
                    in_label = false;
                }
                Role::Heading(..) | Role::Link => self.tree.speaks(open.node, language),
                _ => {}
            }
        }
    }

    fn image(&mut self, image: &Image, size: Size, at: Point) -> Result<(), Unsupported> {
        super::image::check(image)?;
        let known = self.images.iter().position(|known| known == image);
        let number = known.unwrap_or(self.images.len());
        if known.is_none() {
            self.images.push(image.clone());
        }
        if !self.page.images.contains(&number) {
            self.page.images.push(number);
        }
        self.page.last = None;
        let mark = match self.artifact {
            Some((_, properties)) => Mark::Artifact(properties),
            None => {
                let place = (self.pages.len(), self.page.sequences);
                let bounds = self.rectangle(at, size);
                let figure = self
                    .figure_round()
                    .ok_or(Unsupported("a picture without words"))?;
                self.tree.bound(figure, bounds);
                self.tree.text(self.node(), Attributes::default(), place);
                self.page.sequences += 1;
                Mark::Content(self.page.sequences - 1, None)
            }
        };
        self.page.content.image(at, size, number, mark);
        Ok(())
    }

    /// A rectangle of the page in PDF's coordinates.
    fn rectangle(&self, at: Point, size: Size) -> Rectangle {
        let up = |y: Abs| place((self.page.height - y).to_pt());
        let corner = at + size.to_point();
        [
            place(at.x.to_pt()),
            up(corner.y),
            place(corner.x.to_pt()),
            up(at.y),
        ]
    }

    /// What a drawing is: that of a described figure is its content, all others are decoration.
    fn drawing(&mut self, shape: &Shape, at: Point) -> Mark {
        let figure = match (self.artifact, self.figure_round()) {
            (Some((_, properties)), _) => {
                self.page.last = None;
                return Mark::Artifact(properties);
            }
            (None, None) => {
                self.page.last = None;
                return Mark::Artifact("/Type/Layout");
            }
            (None, Some(figure)) => figure,
        };
        let bounds = shape.geometry.bbox(None);
        let bounds = self.rectangle(at + bounds.min, bounds.size());
        self.tree.bound(figure, bounds);
        let this = Sequence {
            owner: self.node(),
            look: Look::Drawing,
        };
        if self.page.last.as_ref() != Some(&this) {
            let place = (self.pages.len(), self.page.sequences);
            self.tree.text(this.owner, Attributes::default(), place);
            self.page.sequences += 1;
            self.page.last = Some(this);
        }
        Mark::Content(self.page.sequences - 1, None)
    }

    fn shape(&mut self, shape: &Shape, at: Point) -> Result<(), Unsupported> {
        let Shape {
            geometry,
            fill,
            fill_rule,
            stroke,
        } = shape;
        // Nothing is drawn.
        if fill.is_none() && stroke.is_none() {
            return Ok(());
        }
        let mark = self.drawing(shape, at);
        let content = &mut self.page.content;
        match (geometry, fill, stroke) {
            (Geometry::Rect(size), Some(fill), None) => {
                content.fill_rectangle(at, (size.x, size.y), colour(fill)?, mark);
            }
            (Geometry::Line(to), _, Some(stroke)) => {
                let FixedStroke {
                    paint,
                    thickness,
                    cap,
                    // One line has no corners.
                    join: _,
                    miter_limit: _,
                    dash,
                } = stroke;
                let plain = dash.is_none() && *cap == LineCap::Butt && *thickness > Abs::zero();
                if !plain {
                    return Err(Unsupported(
                        "a line with dashes, with caps or without thickness",
                    ));
                }
                content.line(at, at + *to, *thickness, colour(paint)?, mark);
            }
            (Geometry::Curve(curve), Some(fill), None) => {
                content.fill_curve(at, &curve.0, *fill_rule, colour(fill)?, mark);
            }
            _ => return Err(Unsupported("a shape of another kind")),
        }
        Ok(())
    }

    fn link(&mut self, target: &Destination, size: Size, at: Point) -> Result<(), Unsupported> {
        let Some(owner) = self
            .open
            .iter()
            .rev()
            .find(|open| *self.tree.role(open.node) == Role::Link)
        else {
            return Err(Unsupported("a link outside a link"));
        };
        if self.artifact.is_some() {
            return Err(Unsupported("a link in an artifact"));
        }
        let owner = owner.node;
        let rectangle = self.rectangle(at, size);
        if let Some(at) = self.page.owners.iter().position(|known| *known == owner) {
            self.page.links[at].rectangles.push(rectangle);
            return Ok(());
        }
        let (page, place) = (self.pages.len(), self.page.links.len());
        let target = match target {
            Destination::Url(url) => Target::Url(url.as_str().to_owned()),
            Destination::Location(location) => {
                self.pending.push((page, place, *location));
                Target::Page(0, 0, 0)
            }
            Destination::Position(_) => return Err(Unsupported("a link to a position")),
        };
        // `role` refuses a link without words.
        let words = self.words.get(&owner).cloned().unwrap_or_default();
        self.page.links.push(Link {
            rectangles: vec![rectangle],
            target,
            words,
        });
        self.page.owners.push(owner);
        self.tree.annotation(owner, page, place);
        Ok(())
    }
}

/// A colour that the output intent or the device-independent grey covers.
fn colour(paint: &Paint) -> Result<Colour, Unsupported> {
    match paint {
        Paint::Solid(Color::Process(ProcessColor::Luma(luma))) if luma.alpha >= 1.0 => {
            Ok(Colour::Grey(luma.luma))
        }
        Paint::Solid(Color::Process(ProcessColor::Rgb(rgb))) if rgb.alpha >= 1.0 => {
            let parts = [rgb.red, rgb.green, rgb.blue];
            Ok(match parts {
                [red, green, blue] if red == green && green == blue => Colour::Grey(red),
                _ => Colour::Rgb(parts),
            })
        }
        _ => Err(Unsupported("a colour of another kind")),
    }
}
