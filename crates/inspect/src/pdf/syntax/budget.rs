//! What reading one file may cost, counted in one place: a hostile file chooses itself where it is
//! expensive. A letter takes a thousandth of it.

use std::cell::Cell;

use crate::error::ReadError;

/// The most bytes that all streams of a file may inflate to together.
const BYTES: usize = 256 << 20;

/// The most objects of a file.
const OBJECTS: usize = 1 << 19;

/// The most steps: operators, widths, comparisons of painted things. A full page has some thousands.
const STEPS: usize = 40_000_000;

/// What is left for a file.
pub(crate) struct Budget {
    bytes: Cell<usize>,
    objects: Cell<usize>,
    steps: Cell<usize>,
    fault: Cell<Option<&'static str>>,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            bytes: Cell::new(BYTES),
            objects: Cell::new(OBJECTS),
            steps: Cell::new(STEPS),
            fault: Cell::new(None),
        }
    }
}

fn take(left: &Cell<usize>, count: usize) -> bool {
    let rest = left.get().checked_sub(count);
    left.set(rest.unwrap_or(0));
    rest.is_some()
}

impl Budget {
    /// Takes bytes that a stream inflated to.
    ///
    /// # Errors
    /// So many are not left.
    pub(crate) fn bytes(&self, count: usize) -> Result<(), ReadError> {
        match take(&self.bytes, count) {
            true => Ok(()),
            false => Err(self.refused("its streams inflate to more than is accepted")),
        }
    }

    /// How many bytes a stream may still inflate to.
    pub(crate) fn bytes_left(&self) -> usize {
        self.bytes.get()
    }

    /// Takes objects.
    ///
    /// # Errors
    /// So many are not left.
    pub(crate) fn objects(&self, count: usize) -> Result<(), ReadError> {
        match take(&self.objects, count) {
            true => Ok(()),
            false => Err(self.refused("it has more objects than are accepted")),
        }
    }

    /// Takes steps; `false` if so many are not left or the file is refused already.
    pub(crate) fn steps(&self, count: usize) -> bool {
        if self.fault.get().is_some() {
            return false;
        }
        let is_left = take(&self.steps, count);
        if !is_left {
            self.refuse("its pages take more steps to read than are accepted");
        }
        is_left
    }

    /// Refuses the file for a reason, unless it is refused for another.
    pub(crate) fn refuse(&self, reason: &'static str) {
        if self.fault.get().is_none() {
            self.fault.set(Some(reason));
        }
    }

    /// Refuses the file, and says why.
    pub(crate) fn refused(&self, reason: &'static str) -> ReadError {
        self.refuse(reason);
        ReadError::Pdf(reason.to_owned())
    }

    /// # Errors
    /// The file is refused.
    pub(crate) fn check(&self) -> Result<(), ReadError> {
        match self.fault.get() {
            Some(reason) => Err(ReadError::Pdf(reason.to_owned())),
            None => Ok(()),
        }
    }
}
