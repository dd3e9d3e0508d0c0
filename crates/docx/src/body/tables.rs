//! Tables (ECMA-376 17.4): signatures and votes, each with a first row that is its header.

use docx_rs::{
    HeightRule, Paragraph, Table, TableCell, TableChild, TableRow, TableRowChild, WidthType,
};
use raadspost_content::{Inline, VotingRows};

use crate::body::blocks::styled;
use crate::body::converter::Converter;
use crate::body::inlines::Host;
use crate::parts::styles;
use crate::record::{Votes, Within};
use crate::xml::characters::{cell, in_attribute, line_number};

/// What docx-rs does not say of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableNote {
    /// Its name for a screen reader (17.4.58).
    pub(crate) caption: String,
    /// What its rows below the header are.
    pub(crate) rows: TableRows,
}

/// The rows below the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TableRows {
    /// A row each.
    Plain,
    /// A row for each mover, and the clerk may add some; the id of the section and of its items.
    Movers(Vec<String>),
    /// One row, to be repeated for each line of a slot.
    Repeated(usize),
}

/// Height of a row that is signed, in twips: 10 mm.
const SIGNING_HEIGHT: f32 = 567.0;

type Cells = [Vec<Inline>];

impl Converter<'_> {
    pub(crate) fn signatures(
        &mut self,
        lead: &[Inline],
        columns: &Cells,
        rows: &[Vec<Vec<Inline>>],
    ) {
        self.paragraph(styles::CLOSING, lead);
        let mut table = vec![self.header(columns)];
        let mut ids = vec![self.control_id()];
        self.within = Within::Movers;
        for row in rows {
            ids.push(self.control_id());
            let row = self.row(row).row_height(SIGNING_HEIGHT);
            table.push(row.height_rule(HeightRule::AtLeast));
        }
        self.within = Within::Text;
        let widths = vec![self.text_width / columns.len().max(1); columns.len()];
        self.table(lead, &widths, table, TableRows::Movers(ids));
    }

    pub(crate) fn voting(&mut self, lead: &[Inline], columns: &Cells, rows: &VotingRows) {
        self.paragraph(styles::CLOSING, lead);
        let mut table = vec![self.header(columns)];
        let mut kind = TableRows::Plain;
        self.within = Within::Votes;
        match rows {
            VotingRows::Open(rows) => {
                self.record.votes = Votes::Rows(rows.len());
                for row in rows {
                    table.push(self.row(row));
                }
            }
            VotingRows::Factions { slot, vote } => {
                let factions = self.listed(*slot);
                let first = self.next_id();
                match &factions {
                    None => {
                        self.line = Some(line_number(0));
                        let cells = [vec![Inline::Text(cell(0))], vec![Inline::Text(cell(1))]];
                        table.push(self.faction_row(cells, vote));
                        kind = TableRows::Repeated(*slot);
                    }
                    Some(factions) => {
                        for (index, (name, seats)) in factions.iter().enumerate() {
                            self.same_ids(first);
                            self.line = Some((index + 1).to_string());
                            let cells = [name, seats].map(|text| vec![Inline::Text(text.clone())]);
                            table.push(self.faction_row(cells, vote));
                        }
                    }
                }
                self.line = None;
                self.record.votes = factions.map_or(Votes::Slot(*slot), Votes::Known);
            }
        }
        self.within = Within::Text;
        let part = self.text_width / 6;
        self.table(lead, &[part * 3, part, part * 2], table, kind);
    }

    fn faction_row(&mut self, cells: [Vec<Inline>; 2], vote: &[Inline]) -> TableRow {
        let mut made: Vec<TableCell> = Vec::new();
        for cell in &cells {
            made.push(self.unchecked_cell(cell));
        }
        made.push(self.cell(vote));
        TableRow::new(made).cant_split()
    }

    /// A cell with a text that may be a marker.
    fn unchecked_cell(&mut self, inlines: &[Inline]) -> TableCell {
        let text = inlines.iter().map(|inline| match inline {
            Inline::Text(text) => text.as_str(),
            _ => "",
        });
        let paragraph = self.run_paragraph(&text.collect::<String>());
        TableCell::new().add_paragraph(paragraph)
    }

    fn header(&mut self, columns: &Cells) -> TableRow {
        let strong: Vec<Vec<Inline>> = columns
            .iter()
            .map(|column| vec![Inline::Strong(column.clone())])
            .collect();
        self.row(&strong)
    }

    fn row(&mut self, cells: &Cells) -> TableRow {
        let cells = cells.iter().map(|cell| self.cell(cell)).collect();
        TableRow::new(cells).cant_split()
    }

    fn cell(&mut self, inlines: &[Inline]) -> TableCell {
        let paragraph = self.filled(styled(styles::CELL), inlines, Host::Document);
        // A cell ends in a paragraph, and one to be written in has an empty one (17.4.66).
        let paragraph = paragraph.unwrap_or_else(|| styled(styles::CELL));
        TableCell::new().add_paragraph(paragraph)
    }

    fn run_paragraph(&mut self, text: &str) -> Paragraph {
        let run = docx_rs::Run::new().add_text(text);
        styled(styles::CELL).add_run(run)
    }

    fn table(&mut self, lead: &[Inline], widths: &[usize], rows: Vec<TableRow>, kind: TableRows) {
        let caption = in_attribute(&self.plain(lead));
        let mut table = Table::new(rows).set_grid(widths.to_vec());
        for TableChild::TableRow(row) in &mut table.rows {
            for (TableRowChild::TableCell(cell), width) in row.cells.iter_mut().zip(widths) {
                *cell = std::mem::take(cell).width(*width, WidthType::Dxa);
            }
        }
        let note = TableNote {
            caption,
            rows: kind,
        };
        self.push_table(table, note);
    }
}
