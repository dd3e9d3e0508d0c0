//! Memory for the objects of a file, used again for the next one.

use std::cell::RefCell;
use std::sync::Arc;

use bumpalo::Bump;

use super::budget::Budget;
use super::objstm::Packed;

/// About how many bytes the objects of a file take; the arena grows when they need more.
const USUAL: usize = 64 << 10;

/// An arena that took more bytes than this is not kept for the next file.
const LARGEST: usize = 1 << 20;

thread_local! {
    /// One for each thread, because fresh memory costs more than filling it.
    static ARENA: RefCell<Option<Arena>> = const { RefCell::new(None) };
}

/// Memory for the objects of one file.
#[derive(Default)]
pub(crate) struct Arena {
    pub(crate) objects: Bump,
    /// The object streams of the file, which other files may have as well.
    pub(crate) packed: typed_arena::Arena<Arc<Packed>>,
    /// What reading the file may still cost.
    pub(crate) budget: Budget,
}

impl Arena {
    /// Calls `read` with an empty arena.
    pub(crate) fn with<T>(read: impl FnOnce(&Self) -> T) -> T {
        let kept = ARENA.take();
        let mut arena = kept.unwrap_or_else(|| Self {
            objects: Bump::with_capacity(USUAL),
            packed: typed_arena::Arena::new(),
            budget: Budget::default(),
        });
        let result = read(&arena);
        if arena.objects.allocated_bytes() <= LARGEST {
            arena.objects.reset();
            arena.packed = typed_arena::Arena::new();
            arena.budget = Budget::default();
            ARENA.set(Some(arena));
        }
        result
    }
}
