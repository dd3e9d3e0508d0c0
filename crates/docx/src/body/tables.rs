//! Tables (ECMA-376 17.4): signatures and votes, each with a first row that is its header.

use docx_rs::Run;
use raadspost_content::{Inline, VotingRows, plain_text};

use super::converter::Converter;
use super::inlines::Host;
use super::sections::repeating;
use crate::parts::styles;
use crate::record::{Votes, Within};
use crate::xml::markers::{REPEAT_END, cell, in_attribute, line_number, repeat};
use crate::xml::{Element, Node, value};

/// Height of a row that is signed, in twips: 10 mm.
const SIGNING_HEIGHT: &str = "567";

/// The margins of a cell at both sides, in twips, as the style of tables has them.
const CELL_MARGINS: usize = 2 * 108;

const TWIPS_IN_PT: f64 = 20.0;

type Cells = [Vec<Inline>];

/// The cells of a row, as their paragraphs.
type Row = Vec<Element<'static>>;

impl Converter<'_> {
    pub(crate) fn signatures(
        &mut self,
        lead: &[Inline],
        columns: &Cells,
        rows: &[Vec<Vec<Inline>>],
    ) {
        self.lead(lead);
        let usual = vec![self.text_width / columns.len().max(1); columns.len()];
        let widths = self.widths(&usual, columns);
        let mut table = self.table(lead, &widths, columns);
        let own = self.control_id();
        let mut items = Vec::with_capacity(rows.len());
        self.within = Within::Movers;
        for row in rows {
            let id = self.control_id();
            let height = Element::new("w:trHeight")
                .attribute("w:val", SIGNING_HEIGHT)
                .attribute("w:hRule", "atLeast");
            let cells = row.iter().map(|cell| self.cell(cell)).collect();
            items.push((id, table_row(cells, &widths, Some(height))));
        }
        self.within = Within::Text;
        let movers = self.record.movers();
        table.push(repeating(&own, &movers, items.into_iter()));
        self.push(table);
    }

    pub(crate) fn voting(&mut self, lead: &[Inline], columns: &Cells, rows: &VotingRows) {
        self.lead(lead);
        let part = self.text_width / 6;
        let widths = self.widths(&[part * 3, part, part * 2], columns);
        let mut table = self.table(lead, &widths, columns);
        self.within = Within::Votes;
        match rows {
            VotingRows::Open(rows) => {
                self.record.votes = Votes::Rows(rows.len());
                for row in rows {
                    let cells = row.iter().map(|cell| self.cell(cell)).collect();
                    table.push(table_row(cells, &widths, None));
                }
            }
            VotingRows::Factions { slot, vote } => {
                let factions = self.listed(*slot);
                match &factions {
                    // One row, to be repeated for each line of the slot.
                    None => {
                        self.line = Some(line_number(0));
                        let row = self.faction_row([&cell(0), &cell(1)], vote);
                        table.children.push(Node::Text(repeat(*slot).into()));
                        table.push(table_row(row, &widths, None));
                        table
                            .children
                            .push(Node::Text(REPEAT_END.to_string().into()));
                    }
                    Some(factions) => {
                        let first = self.next_id();
                        for (index, (name, seats)) in factions.iter().enumerate() {
                            self.same_ids(first);
                            self.line = Some((index + 1).to_string());
                            let row = self.faction_row([name, seats], vote);
                            table.push(table_row(row, &widths, None));
                        }
                    }
                }
                self.line = None;
                self.record.votes = factions.map_or(Votes::Slot(*slot), Votes::Known);
            }
        }
        self.within = Within::Text;
        self.push(table);
    }

    /// The widths of columns, in twips. The usual widths are kept where each has room for the widest
    /// word of its head; else each column gets that room, and of the rest what it would have more.
    /// Where the words alone do not fit, those that ask for more than a fair share get that.
    fn widths(&self, usual: &[usize], columns: &Cells) -> Vec<usize> {
        let room: usize = usual.iter().sum();
        let word = |column: &Vec<Inline>| widest_word(column, self.size) + CELL_MARGINS;
        let least: Vec<usize> = columns.iter().map(word).collect();
        let more = usual.iter().zip(&least);
        let more: Vec<usize> = more
            .map(|(usual, least)| usual.saturating_sub(*least))
            .collect();
        let rest = room.checked_sub(least.iter().sum());
        match rest {
            _ if usual
                .iter()
                .zip(&least)
                .all(|(usual, least)| least <= usual) =>
            {
                usual.to_vec()
            }
            Some(rest) => {
                let all = more.iter().sum::<usize>().max(1);
                let widths = least.iter().zip(&more);
                widths
                    .map(|(least, more)| least + rest * more / all)
                    .collect()
            }
            None => {
                // What the columns leave that ask for less than a fair share, the others share.
                let mut fair = room / least.len().max(1);
                for _ in &least {
                    let small = || least.iter().filter(|it| **it <= fair);
                    let others = least.len() - small().count();
                    let left = room.saturating_sub(small().sum());
                    fair = left.checked_div(others).unwrap_or(fair);
                }
                least.iter().map(|least| *least.min(&fair)).collect()
            }
        }
    }

    /// The line that leads in a table. Without one, an empty paragraph parts the table from another
    /// right before it, to which Word would join it.
    fn lead(&mut self, lead: &[Inline]) {
        let was_table = self.is_behind_table();
        self.paragraph(styles::LEAD, lead);
        if was_table && self.is_behind_table() {
            let empty = self.styled(styles::LEAD);
            self.push(empty);
        }
    }

    /// What a screen reader calls a table: the text that leads in without places to fill in, else
    /// the heads of the columns.
    fn caption(&mut self, lead: &[Inline], columns: &Cells) -> String {
        if let Some(caption) = self.settled(lead) {
            return caption;
        }
        let heads = columns.iter().filter_map(|head| self.settled(head));
        heads.collect::<Vec<_>>().join(", ")
    }

    /// A table that has its header row alone.
    fn table(&mut self, lead: &[Inline], widths: &[usize], columns: &Cells) -> Element<'static> {
        let head: Row = columns
            .iter()
            .map(|column| self.cell(&[Inline::Strong(column.clone())]))
            .collect();
        let mut grid = Element::new("w:tblGrid");
        for width in widths {
            grid.push(Element::new("w:gridCol").attribute("w:w", width.to_string()));
        }
        // 17.4.49: repeated on each page, and what screen readers take for the heads.
        let header = Element::new("w:tblHeader");
        Element::new("w:tbl")
            .child(properties(in_attribute(&self.caption(lead, columns))))
            .child(grid)
            .child(table_row(head, widths, Some(header)))
    }

    /// A row that may hold markers in place of a faction's name and seats.
    fn faction_row(&mut self, cells: [&str; 2], vote: &[Inline]) -> Row {
        let mut row: Row = Vec::with_capacity(3);
        for text in cells {
            let run = self.built(&Run::new().add_text(text));
            row.push(self.styled(styles::CELL).child(run));
        }
        row.push(self.cell(vote));
        row
    }

    fn cell(&mut self, inlines: &[Inline]) -> Element<'static> {
        let empty = self.styled(styles::CELL);
        // A cell ends in a paragraph, and one to be written in has an empty one (17.4.66).
        self.filled(empty.clone(), inlines, Host::Document)
            .unwrap_or(empty)
    }
}

/// The width of the widest word, in twips, in bold letters of this size in pt. The fonts of the
/// reader's machine are not known, so that letters are taken to be as wide as those of wide fonts.
fn widest_word(inlines: &[Inline], size: f64) -> usize {
    let text = plain_text(inlines, &[]);
    let words = text.split(|c: char| c.is_whitespace() && c != '\u{A0}');
    let widths = words.map(|word| word.chars().map(letter_width).sum::<f64>());
    (widths.fold(0.0, f64::max) * size * TWIPS_IN_PT).ceil() as usize
}

/// How wide a bold letter is, in em.
fn letter_width(c: char) -> f64 {
    match c {
        '\u{AD}' | '\u{200B}' => 0.0,
        'f' | 'i' | 'j' | 'l' | 't' | 'I' | '.' | ',' | ':' | ';' | '-' | '(' | ')' | '/' => 0.46,
        'r' | 's' | 'c' | 'z' | 'J' => 0.58,
        'm' | 'w' | 'M' | 'W' | '\u{2E80}'.. => 1.05,
        _ if c.is_uppercase() => 0.82,
        _ => 0.7,
    }
}

/// A row (17.4.78) that no page break divides.
fn table_row(cells: Row, widths: &[usize], further: Option<Element<'static>>) -> Element<'static> {
    let mut properties = Element::new("w:trPr").child(Element::new("w:cantSplit"));
    properties.children.extend(further.map(Node::Element));
    let mut row = Element::new("w:tr").child(properties);
    for (index, paragraph) in cells.into_iter().enumerate() {
        let mut properties = Element::new("w:tcPr");
        if let Some(width) = widths.get(index) {
            properties.push(
                Element::new("w:tcW")
                    .attribute("w:w", width.to_string())
                    .attribute("w:type", "dxa"),
            );
        }
        row.push(Element::new("w:tc").child(properties).child(paragraph));
    }
    row
}

/// 17.4.59, CT_TblPr; the caption is what a screen reader calls the table (17.4.58).
fn properties(caption: String) -> Element<'static> {
    let mut look = Element::new("w:tblLook");
    for (name, value) in [
        ("w:val", "0420"),
        ("w:firstRow", "1"),
        ("w:lastRow", "0"),
        ("w:firstColumn", "0"),
        ("w:lastColumn", "0"),
        ("w:noHBand", "0"),
        ("w:noVBand", "1"),
    ] {
        look.set(name, value);
    }
    let width = Element::new("w:tblW")
        .attribute("w:w", "5000")
        .attribute("w:type", "pct");
    Element::new("w:tblPr")
        .child(value("w:tblStyle", styles::TABLE))
        .child(width)
        .child(look)
        .child(value("w:tblCaption", caption))
}
