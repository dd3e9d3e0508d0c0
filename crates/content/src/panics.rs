//! Message and source location of a caught panic.

use std::any::Any;
use std::cell::RefCell;
use std::panic::PanicHookInfo;

thread_local! {
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Records the location of a panic on this thread for [`panic_text`]; called by a panic hook.
pub fn note_panic(info: &PanicHookInfo<'_>) {
    let place = info
        .location()
        .map(|at| format!("{}:{}", short(at.file()), at.line()));
    LAST.with(|last| *last.borrow_mut() = place);
}

/// The message of a panic caught on this thread, with its location if a hook recorded it.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".into());
    match LAST.with(|last| last.borrow_mut().take()) {
        Some(place) => format!("{text} (at {place})"),
        None => text,
    }
}

/// The path of a source file without the folders of the build machine.
fn short(path: &str) -> &str {
    let registry = path.find("registry/src/").map(|at| &path[at + 13..]);
    registry
        .and_then(|path| path.split_once('/'))
        .map_or(path, |(_, path)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caught_panic_says_where_it_arose() {
        let standing = std::panic::take_hook();
        std::panic::set_hook(Box::new(note_panic));
        let caught = std::panic::catch_unwind(|| panic!("no such {}", "page"));
        std::panic::set_hook(standing);
        let text = panic_text(&*caught.expect_err("it panicked"));
        assert!(
            text.starts_with("no such page (at ") && text.contains("panics.rs:"),
            "{text}"
        );
        assert_eq!(
            short("/h/registry/src/index-1/typst-0.14/a.rs"),
            "typst-0.14/a.rs"
        );
        assert_eq!(short("crates/pdf/src/a.rs"), "crates/pdf/src/a.rs");
    }
}
