//! Where what is read from a file lies, one file after the other.

use std::cell::RefCell;
use std::sync::Arc;

use bumpalo::Bump;
use typed_arena::Arena;

use super::objstm::Packed;

/// How many bytes the objects of a file take, about; more are asked for where they are needed.
const USUAL: usize = 64 << 10;

/// What took more bytes than this is not kept for the next file.
const LARGEST: usize = 1 << 20;

thread_local! {
    /// One for each thread, because fresh memory costs more than what is read into it.
    static GROUND: RefCell<Option<Ground>> = const { RefCell::new(None) };
}

/// What the objects of one file lie in.
#[derive(Default)]
pub(crate) struct Ground {
    pub(crate) arena: Bump,
    /// The object streams of the file, which other files may have as well.
    pub(crate) packed: Arena<Arc<Packed>>,
}

impl Ground {
    /// Calls `read` with ground on which nothing lies.
    pub(crate) fn with<T>(read: impl FnOnce(&Self) -> T) -> T {
        let kept = GROUND.take();
        let mut ground = kept.unwrap_or_else(|| Self {
            arena: Bump::with_capacity(USUAL),
            packed: Arena::new(),
        });
        let result = read(&ground);
        if ground.arena.allocated_bytes() <= LARGEST {
            ground.arena.reset();
            ground.packed = Arena::new();
            GROUND.set(Some(ground));
        }
        result
    }
}
