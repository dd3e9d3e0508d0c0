//! Styles (ECMA-376 17.7). Where Word has built in a style of the same meaning, it is that one, so that
//! a municipality's own template takes over its look. What no built-in style means has a style of
//! ours: a house template has its own idea of "Body Text", and a cell of a table is not it.

use docx_rs::{
    AlignmentType, IndentLevel, LineSpacing, LineSpacingType, NumberingId, RunFonts,
    SpecialIndentType, Style, StyleType, Styles, Tab, TabLeaderType, TabValueType, ThemeColor,
    VertAlignType,
};
use raadspost_content::{Colour, Theme};

use super::latent;
use crate::xml::{Element, Fault, R, W, built, sort, value};

pub(crate) const NORMAL: &str = "Normal";
pub(crate) const TITLE: &str = "Title";
pub(crate) const LIST_BULLET: &str = "ListBullet";
pub(crate) const LIST_NUMBER: &str = "ListNumber";
/// Between two alternatives.
pub(crate) const SEPARATOR: &str = "RaadspostSeparator";
/// A note on how to use the document.
pub(crate) const NOTE: &str = "RaadspostNote";
/// A line of the particulars above a motion.
pub(crate) const PARTICULAR: &str = "RaadspostParticular";
/// The old and the new text of an amendment.
pub(crate) const WORDING: &str = "RaadspostWording";
/// A paragraph in a table.
pub(crate) const CELL: &str = "RaadspostCell";
/// The line that leads in movers, signatures and votes.
pub(crate) const LEAD: &str = "RaadspostLead";
/// A mover, with a line to sign on.
pub(crate) const MOVER: &str = "RaadspostMover";
/// The only kind of table.
pub(crate) const TABLE: &str = "TableGrid";
pub(crate) const CLOSING: &str = "Closing";
pub(crate) const SIGNATURE: &str = "Signature";
pub(crate) const SENDER: &str = "EnvelopeReturn";
pub(crate) const ADDRESS: &str = "EnvelopeAddress";
pub(crate) const DATE: &str = "Date";
pub(crate) const SUBJECT: &str = "MessageHeader";
pub(crate) const SALUTATION: &str = "Salutation";
pub(crate) const FOOTNOTE_TEXT: &str = "FootnoteText";
pub(crate) const FOOTNOTE_REFERENCE: &str = "FootnoteReference";
pub(crate) const HYPERLINK: &str = "Hyperlink";
pub(crate) const PLACEHOLDER: &str = "PlaceholderText";
pub(crate) const EMPHASIS: &str = "Emphasis";
pub(crate) const STRONG: &str = "Strong";
pub(crate) const INTENSE_EMPHASIS: &str = "IntenseEmphasis";

/// Indent of each level of a list, in twips: 7 mm.
pub(crate) const INDENT: i32 = 397;
/// Instance behind the style `ListBullet`.
pub(crate) const BULLET_INSTANCE: usize = 2;
/// Instance behind the style `ListNumber`.
pub(crate) const NUMBER_INSTANCE: usize = 3;
/// How the ids of our own styles begin.
const OWN: &str = "Raadspost";
/// Black is what Word takes where no colour is stated, and then it follows the screen's contrast.
const BLACK: Colour = Colour([0; 3]);

const HEADINGS: [&str; 6] = [
    "Heading1", "Heading2", "Heading3", "Heading4", "Heading5", "Heading6",
];
const LIST_CONTINUES: [&str; 5] = [
    "ListContinue",
    "ListContinue2",
    "ListContinue3",
    "ListContinue4",
    "ListContinue5",
];

/// The style of a heading, from level 1; deeper ones share the last.
pub(crate) fn heading(level: u8) -> &'static str {
    HEADINGS[usize::from(level.saturating_sub(1)).min(HEADINGS.len() - 1)]
}

/// The style of a further paragraph in a list item, from depth 0; deeper ones share the last.
pub(crate) fn list_continue(depth: usize) -> &'static str {
    LIST_CONTINUES[depth.min(LIST_CONTINUES.len() - 1)]
}

/// `word/styles.xml`: defaults and all styles; `text_width` in twips.
///
/// # Errors
/// docx-rs writes something that is not known here.
pub(crate) fn part<'a>(
    language: &'a str,
    theme: &Theme,
    text_width: usize,
) -> Result<Element<'a>, Fault> {
    // docx-rs adds `Normal` itself.
    let mut styles = Styles::new()
        .default_fonts(fonts("minor"))
        .default_size(half_points(theme.size))
        .default_line_spacing(spacing(0, 120).line_rule(LineSpacingType::Auto).line(276));
    styles.styles = [
        base(),
        headings(theme),
        lists(),
        motion(theme, text_width),
        letter(theme),
        characters(theme),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut root: Element<'a> = built::element(&styles)?;
    root.attributes = vec![("xmlns:w".into(), W.into()), ("xmlns:r".into(), R.into())];
    let defaults = root
        .find_or_add("w:docDefaults")
        .find_or_add("w:rPrDefault")
        .find_or_add("w:rPr");
    if theme.ink != BLACK {
        defaults.push(value("w:color", theme.ink.hex()).attribute("w:themeColor", "text1"));
    }
    defaults.push(
        value("w:lang", language)
            .attribute("w:eastAsia", "en-US")
            .attribute("w:bidi", "ar-SA"),
    );
    for style in root.elements_mut() {
        let id = style.get("w:styleId").unwrap_or_default();
        if id.starts_with(OWN) {
            style
                .attributes
                .insert(1, ("w:customStyle".into(), "1".into()));
        }
        if style.get("w:styleId") == Some(PARTICULAR) {
            // Space below the last line alone.
            let properties = style.find_or_add("w:pPr");
            properties.push(Element::new("w:contextualSpacing"));
        }
        if let Some("Normal" | "DefaultParagraphFont" | "NoList") = style.get("w:styleId") {
            // Behind the type, as Word has it.
            let default = ("w:default".into(), "1".into());
            style.attributes.insert(1, default);
        }
    }
    for added in [latent::element(), table_normal(), table_grid()] {
        root.push(added);
    }
    sort(&mut root)?;
    Ok(root)
}

/// What Word expects to find in any file.
fn base() -> Vec<Style> {
    vec![
        Style::new("DefaultParagraphFont", StyleType::Character)
            .name("Default Paragraph Font")
            .ui_priority(1)
            .semi_hidden()
            .unhide_when_used()
            .q_format(false),
        Style::new("NoList", StyleType::Numbering)
            .name("No List")
            .ui_priority(99)
            .semi_hidden()
            .unhide_when_used()
            .q_format(false),
    ]
}

fn headings(theme: &Theme) -> Vec<Style> {
    let mut styles = vec![kept(
        accent(paragraph(TITLE, "Title", 10), theme)
            .next(NORMAL)
            .fonts(fonts("major"))
            .bold()
            .size(half_points((theme.size * 1.75).round()))
            .line_spacing(spacing(0, 280).line_rule(LineSpacingType::Auto).line(252)),
    )];
    for (index, id) in HEADINGS.iter().enumerate() {
        let size = [1.2, 1.1, 1.0, 1.0, 1.0, 1.0][index];
        let style = accent(paragraph(id, &format!("heading {}", index + 1), 9), theme)
            .next(NORMAL)
            .fonts(fonts("major"))
            .bold()
            .size(half_points((theme.size * size).round()))
            .line_spacing(spacing(if index == 0 { 280 } else { 220 }, 80))
            .outline_lvl(index);
        styles.push(kept(style));
    }
    styles
}

fn lists() -> Vec<Style> {
    let numbered = |id: &str, name: &str, instance: usize| {
        let mut style = paragraph(id, name, 36).line_spacing(spacing(0, 80));
        style.paragraph_property = style
            .paragraph_property
            .numbering(NumberingId::new(instance), IndentLevel::new(0));
        style
    };
    let mut styles = vec![
        numbered(LIST_BULLET, "List Bullet", BULLET_INSTANCE),
        numbered(LIST_NUMBER, "List Number", NUMBER_INSTANCE),
    ];
    for (index, id) in LIST_CONTINUES.iter().enumerate() {
        let name = if index == 0 {
            "List Continue".into()
        } else {
            format!("List Continue {}", index + 1)
        };
        let left = INDENT * (i32::try_from(index).unwrap_or_default() + 1);
        styles.push(
            paragraph(id, &name, 36)
                .q_format(false)
                .line_spacing(spacing(0, 80))
                .indent(Some(left), None, None, None),
        );
    }
    styles
}

fn motion(theme: &Theme, text_width: usize) -> Vec<Style> {
    let signed = Tab::new()
        .val(TabValueType::Right)
        .leader(TabLeaderType::Underscore)
        .pos(text_width);
    vec![
        kept(
            own(SEPARATOR)
                .line_spacing(spacing(160, 160))
                .align(AlignmentType::Center),
        ),
        muted(own(NOTE), theme)
            .size(half_points(theme.size - 2.0))
            .line_spacing(spacing(360, 80)),
        tabbed(
            own(PARTICULAR),
            Tab::new()
                .val(TabValueType::Left)
                .pos(usize::try_from(PARTICULAR_TAB).unwrap_or_default()),
        )
        .line_spacing(spacing(0, 240))
        .indent(
            Some(PARTICULAR_TAB),
            Some(SpecialIndentType::Hanging(PARTICULAR_TAB)),
            None,
            None,
        ),
        own(WORDING)
            .line_spacing(spacing(0, 120))
            .indent(Some(INDENT), None, None, None),
        own(CELL).line_spacing(spacing(60, 60)),
        kept(own(LEAD).line_spacing(spacing(280, 120))),
        // The line leaves room for a signature above it: 9.5 mm.
        kept(tabbed(own(MOVER), signed).line_spacing(spacing(540, 0))),
        kept(paragraph(CLOSING, "Closing", 35).line_spacing(spacing(280, 120))),
        // Names and the note below them stay on one page with the line that leads in.
        kept(paragraph(SIGNATURE, "Signature", 35).line_spacing(spacing(200, 120))),
        paragraph(FOOTNOTE_TEXT, "footnote text", 35)
            .q_format(false)
            .size(half_points(theme.size - 2.0))
            .line_spacing(spacing(0, 40).line_rule(LineSpacingType::Auto).line(240)),
    ]
}

fn letter(theme: &Theme) -> Vec<Style> {
    vec![
        accent(paragraph(SENDER, "envelope return", 35), theme)
            .fonts(fonts("major"))
            .line_spacing(spacing(0, 480)),
        paragraph(ADDRESS, "envelope address", 35).line_spacing(spacing(0, 480)),
        paragraph(DATE, "Date", 35).line_spacing(spacing(0, 360)),
        paragraph(SUBJECT, "Message Header", 35)
            .bold()
            .line_spacing(spacing(0, 240)),
        paragraph(SALUTATION, "Salutation", 35).line_spacing(spacing(0, 240)),
    ]
}

fn characters(theme: &Theme) -> Vec<Style> {
    let mut reference = character(FOOTNOTE_REFERENCE, "footnote reference", 99);
    reference.run_property = reference
        .run_property
        .vert_align(VertAlignType::SuperScript);
    vec![
        reference,
        character(HYPERLINK, "Hyperlink", 99)
            .color(theme.accent.hex())
            .theme_color(ThemeColor::Hyperlink)
            .underline("single"),
        muted(character(PLACEHOLDER, "Placeholder Text", 99), theme),
        character(EMPHASIS, "Emphasis", 20).italic(),
        character(STRONG, "Strong", 22).bold(),
        character(INTENSE_EMPHASIS, "Intense Emphasis", 21)
            .bold()
            .italic(),
    ]
}

fn paragraph(id: &str, name: &str, priority: usize) -> Style {
    Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on(NORMAL)
        .ui_priority(priority)
}

/// A style of ours: its id begins with [`OWN`], and its name is the same with a blank behind that.
fn own(id: &str) -> Style {
    let name = id.replacen(OWN, "Raadspost ", 1);
    paragraph(id, &name, 35)
}

fn character(id: &str, name: &str, priority: usize) -> Style {
    Style::new(id, StyleType::Character)
        .name(name)
        .based_on("DefaultParagraphFont")
        .ui_priority(priority)
        .q_format(priority < 99)
}

/// The tab before the value of a particular, in twips: 45 mm.
const PARTICULAR_TAB: i32 = 2551;

fn tabbed(mut style: Style, tab: Tab) -> Style {
    style.paragraph_property = style.paragraph_property.add_tab(tab);
    style
}

/// Never the last line of a page.
fn kept(mut style: Style) -> Style {
    style.paragraph_property = style.paragraph_property.keep_next(true).keep_lines(true);
    style
}

fn accent(style: Style, theme: &Theme) -> Style {
    coloured(style, theme.accent, ThemeColor::Accent1)
}

fn muted(style: Style, theme: &Theme) -> Style {
    coloured(style, theme.muted, ThemeColor::Text2)
}

/// The theme's colour, and the same in figures for programs that read no themes.
fn coloured(style: Style, colour: Colour, theme: ThemeColor) -> Style {
    style.color(colour.hex()).theme_color(theme)
}

/// The theme's fonts, `minor` for text and `major` for headings (17.3.2.26).
fn fonts(which: &str) -> RunFonts {
    RunFonts::new()
        .ascii_theme(format!("{which}HAnsi"))
        .hi_ansi_theme(format!("{which}HAnsi"))
        .east_asia_theme(format!("{which}EastAsia"))
        .cs_theme(format!("{which}Bidi"))
}

/// Space before and after, in twips.
fn spacing(before: u32, after: u32) -> LineSpacing {
    LineSpacing::new().before(before).after(after)
}

/// Half-points of a size in pt (17.3.2.38).
fn half_points(pt: f64) -> usize {
    (pt * 2.0).round().max(2.0) as usize
}

/// The style of a table that names none (17.7.4.18).
fn table_normal() -> Element<'static> {
    let width = |name: &'static str, width: &'static str| {
        Element::new(name)
            .attribute("w:w", width)
            .attribute("w:type", "dxa")
    };
    let margins = Element::new("w:tblCellMar")
        .child(width("w:top", "0"))
        .child(width("w:left", "108"))
        .child(width("w:bottom", "0"))
        .child(width("w:right", "108"));
    table_style("TableNormal", "Normal Table")
        .attribute("w:default", "1")
        .child(value("w:uiPriority", "99"))
        .child(Element::new("w:semiHidden"))
        .child(Element::new("w:unhideWhenUsed"))
        .child(
            Element::new("w:tblPr")
                .child(width("w:tblInd", "0"))
                .child(margins),
        )
}

/// Rules round all cells.
fn table_grid() -> Element<'static> {
    let mut borders = Element::new("w:tblBorders");
    for side in [
        "w:top",
        "w:left",
        "w:bottom",
        "w:right",
        "w:insideH",
        "w:insideV",
    ] {
        borders.push(
            value(side, "single")
                .attribute("w:sz", "4")
                .attribute("w:space", "0")
                .attribute("w:color", "auto"),
        );
    }
    table_style(TABLE, "Table Grid")
        .child(value("w:basedOn", "TableNormal"))
        .child(value("w:uiPriority", "39"))
        .child(Element::new("w:tblPr").child(borders))
}

fn table_style(id: &'static str, name: &'static str) -> Element<'static> {
    Element::new("w:style")
        .attribute("w:type", "table")
        .attribute("w:styleId", id)
        .child(value("w:name", name))
}
