//! A PDF of drawn pages.

use std::path::Path;
use std::rc::Rc;

use crate::PrintError;
use crate::draw::pen::{Drawing, Pen};
use crate::pdf::head::{Head, file_id};
use crate::pdf::merged::Merged;
use crate::pdf::page::Finish;
use crate::profile::{Colours, Plex};

/// A PDF of drawn pages that is written as it fills.
pub(crate) struct DrawnPages {
    merged: Merged<'static>,
    waiting: Vec<Drawing>,
}

impl DrawnPages {
    /// Pages that are drawn at once: each time costs a document of printpdf's.
    const AT_ONCE: usize = 100;

    /// Begins a file of a job.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn new(path: &Path, colours: Colours, job: &str) -> Result<Self, PrintError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let head = Head {
            id: file_id(job, &name),
            title: "",
            date: "",
            intent: None,
            has_parts: false,
            part: None,
            has_marks: false,
        };
        Ok(Self {
            merged: Merged::new(path, colours, head, Rc::default())?,
            waiting: Vec::new(),
        })
    }

    /// Adds a page.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn page(&mut self, pen: &mut Pen, drawing: Drawing) -> Result<(), PrintError> {
        self.waiting.push(drawing);
        if self.waiting.len() < Self::AT_ONCE {
            return Ok(());
        }
        self.draw(pen)
    }

    fn draw(&mut self, pen: &mut Pen) -> Result<(), PrintError> {
        let finish = Finish {
            overlay: None,
            font: None,
            around: 0.0,
            bleed: 0.0,
            all_plates: false,
        };
        let waiting = std::mem::take(&mut self.waiting);
        for copy in pen.draw_into(&mut self.merged, waiting)? {
            self.merged.place(&copy, &finish);
        }
        self.merged.keep()
    }

    /// Ends the file.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn finish(mut self, pen: &mut Pen) -> Result<(), PrintError> {
        self.draw(pen)?;
        self.merged.finish(Plex::Simplex).map(|_| ())
    }
}
