//! The limit of delivering on this machine: `limit RUN TO` writes the documents of a run again.
//!
//! All documents that the run's manifest names are in memory before the clock starts. Each way
//! hashes them, writes them under no name or another name, flushes batches of 512 files or 32 MB
//! with one `syncfs`, and then gives them their names, as a run with `--durability batch` does;
//! nothing is made, inspected or recorded. Prints one JSON object with the best way.

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use sha2::{Digest as _, Sha256};

/// A document: its folder, its name in it, its SHA-256 in hexadecimal, and its bytes.
struct Document {
    folder: String,
    name: String,
    digest: String,
    bytes: Vec<u8>,
}

#[expect(clippy::print_stdout, reason = "the harness reads what was made")]
fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let run = arguments.next().context("name a run")?;
    let to = arguments.next().context("name a folder")?;
    let documents = documents(Path::new(&run))?;
    let mut ways = Vec::new();
    for threads in [1, 2] {
        for way in linux::WAYS {
            let place = Path::new(&to).join(format!("{}-{threads}", way.name));
            fs::create_dir_all(&place)?;
            let (wall, processor) = timed(|| delivered(&documents, &place, way, threads))?;
            fs::remove_dir_all(&place)?;
            ways.push(serde_json::json!({
                "way": way.name, "threads": threads, "seconds": wall, "cpu_seconds": processor,
            }));
        }
    }
    let mut folders: Vec<&str> = documents.iter().map(|it| it.folder.as_str()).collect();
    folders.dedup();
    let best = |threads: u64| {
        let of = ways.iter().filter(move |way| way["threads"] == threads);
        of.min_by(|one, other| {
            one["seconds"]
                .as_f64()
                .partial_cmp(&other["seconds"].as_f64())
                .unwrap_or(std::cmp::Ordering::Equal)
        })
    };
    let figures = serde_json::json!({
        "packs": folders.len(), "documents": documents.len(), "ways": ways,
        "one": best(1).context("no way")?, "two": best(2).context("no way")?,
    });
    println!("{figures}");
    Ok(())
}

/// The documents of a run, one folder after the other.
fn documents(run: &Path) -> anyhow::Result<Vec<Document>> {
    let manifest = fs::read_to_string(run.join("manifest.sha256"))?;
    let mut documents = Vec::new();
    for line in manifest.lines() {
        let (digest, path) = line
            .split_once("  ")
            .context("a manifest of another kind")?;
        let (folder, name) = path.rsplit_once('/').context("a document in no folder")?;
        documents.push(Document {
            folder: folder.to_owned(),
            name: name.to_owned(),
            digest: digest.to_owned(),
            bytes: fs::read(run.join(path))?,
        });
    }
    documents.sort_by(|one, other| one.folder.cmp(&other.folder));
    Ok(documents)
}

/// Delivers the documents on some threads, each with its part of the folders.
fn delivered(
    documents: &[Document],
    to: &Path,
    way: &linux::Way,
    threads: usize,
) -> anyhow::Result<()> {
    let folders: Vec<&[Document]> = documents
        .chunk_by(|one, other| one.folder == other.folder)
        .collect();
    let parts = folders.chunks(folders.len().div_ceil(threads));
    std::thread::scope(|scope| {
        let deliver = |part| scope.spawn(move || linux::deliver(part, to, way));
        let running: Vec<_> = parts.map(deliver).collect();
        for thread in running {
            thread
                .join()
                .map_err(|_| anyhow::anyhow!("a thread panicked"))??;
        }
        Ok(())
    })
}

/// Seconds, and processor seconds of all threads.
#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn timed(run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<(f64, f64)> {
    let processor = || memory::processor_seconds().unwrap_or_default();
    let (wall, before) = (Instant::now(), processor());
    run()?;
    Ok((wall.elapsed().as_secs_f64(), processor() - before))
}

/// Refuses a document that is not what the manifest says.
fn hash(document: &Document) -> anyhow::Result<()> {
    let digest: String = Sha256::digest(&document.bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    ensure!(digest == document.digest, "{} differs", document.name);
    Ok(())
}

#[path = "../src/memory.rs"]
#[expect(
    dead_code,
    reason = "the programme tells of memory, the benchmark does not"
)]
mod memory;

/// The ways of Linux.
#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io::Write as _;
    use std::os::fd::{AsFd as _, OwnedFd};
    use std::path::Path;

    use rustix::fs::{AtFlags, CWD, Mode, OFlags};

    use super::{Document, hash};

    const BATCH_FILES: usize = 512;
    const BATCH_BYTES: usize = 32 * 1024 * 1024;

    /// A way of giving a file its name after its bytes are on the disk.
    pub(crate) struct Way {
        pub(crate) name: &'static str,
        kind: Kind,
    }

    #[derive(Clone, Copy, PartialEq)]
    enum Kind {
        /// Written in one folder by whole paths, and renamed.
        Staged,
        /// Written beside its place through a handle of the folder, and renamed.
        Beside,
        /// Written without a name (`O_TMPFILE`), and linked.
        Unnamed,
    }

    pub(crate) const WAYS: &[Way] = &[
        Way {
            name: "staged",
            kind: Kind::Staged,
        },
        Way {
            name: "beside",
            kind: Kind::Beside,
        },
        Way {
            name: "unnamed",
            kind: Kind::Unnamed,
        },
    ];

    /// A file whose bytes are written and whose name is not given yet.
    struct Draft<'a> {
        document: &'a Document,
        /// Of the folders of the batch.
        folder: usize,
        number: usize,
        unnamed: Option<OwnedFd>,
    }

    /// Delivers folders in batches.
    pub(crate) fn deliver(folders: &[&[Document]], to: &Path, way: &Way) -> anyhow::Result<()> {
        let root = rustix::fs::open(to, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
        let staging = format!("staged-{:?}", std::thread::current().id()).replace(['(', ')'], "");
        let staging = to.join(staging);
        std::fs::create_dir(&staging)?;
        let (mut handles, mut drafts, mut size) = (Vec::new(), Vec::new(), 0);
        for documents in folders {
            let Some(first) = documents.first() else {
                continue;
            };
            rustix::fs::mkdirat(&root, &*first.folder, Mode::from_raw_mode(0o755))?;
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            handles.push(rustix::fs::openat(
                &root,
                &*first.folder,
                flags,
                Mode::empty(),
            )?);
            for document in *documents {
                hash(document)?;
                let folder = handles.len() - 1;
                let number = drafts.len();
                let unnamed = write(document, &handles[folder], &staging, number, way.kind)?;
                drafts.push(Draft {
                    document,
                    folder,
                    number,
                    unnamed,
                });
                size += document.bytes.len();
            }
            if drafts.len() >= BATCH_FILES || size >= BATCH_BYTES {
                flush(&root, &handles, &mut drafts, &staging, way.kind)?;
                handles.clear();
                size = 0;
            }
        }
        flush(&root, &handles, &mut drafts, &staging, way.kind)
    }

    fn write(
        document: &Document,
        folder: &OwnedFd,
        staging: &Path,
        number: usize,
        kind: Kind,
    ) -> anyhow::Result<Option<OwnedFd>> {
        let mode = Mode::from_raw_mode(0o644);
        let new = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        let file = match kind {
            Kind::Staged => rustix::fs::openat(CWD, staging.join(number.to_string()), new, mode)?,
            Kind::Beside => rustix::fs::openat(folder, format!(".{number}"), new, mode)?,
            Kind::Unnamed => rustix::fs::openat(
                folder,
                ".",
                OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC,
                mode,
            )?,
        };
        let mut file = File::from(file);
        file.write_all(&document.bytes)?;
        Ok((kind == Kind::Unnamed).then(|| file.into()))
    }

    /// Flushes the bytes of a batch, gives the files their names, and flushes those.
    fn flush(
        root: &OwnedFd,
        handles: &[OwnedFd],
        drafts: &mut Vec<Draft<'_>>,
        staging: &Path,
        kind: Kind,
    ) -> anyhow::Result<()> {
        rustix::fs::syncfs(root)?;
        for Draft {
            document,
            folder,
            number,
            unnamed,
        } in drafts.drain(..)
        {
            let (folder, name) = (&handles[folder], &*document.name);
            match (kind, unnamed) {
                (Kind::Unnamed, Some(file)) => {
                    let path = format!(
                        "/proc/self/fd/{}",
                        std::os::fd::AsRawFd::as_raw_fd(&file.as_fd())
                    );
                    rustix::fs::linkat(CWD, path, folder, name, AtFlags::SYMLINK_FOLLOW)?;
                }
                (Kind::Beside, _) => {
                    rustix::fs::renameat(folder, format!(".{number}"), folder, name)?
                }
                _ => rustix::fs::renameat(CWD, staging.join(number.to_string()), folder, name)?,
            }
        }
        rustix::fs::syncfs(root)?;
        Ok(())
    }
}

/// Other systems have no `syncfs`.
#[cfg(not(target_os = "linux"))]
mod linux {
    use std::path::Path;

    use super::{Document, hash};

    pub(crate) struct Way {
        pub(crate) name: &'static str,
    }

    pub(crate) const WAYS: &[Way] = &[Way { name: "each" }];

    /// Writes each file, flushes it, and renames it.
    pub(crate) fn deliver(folders: &[&[Document]], to: &Path, _: &Way) -> anyhow::Result<()> {
        for document in folders.iter().copied().flatten() {
            hash(document)?;
            let place = to.join(&document.folder);
            std::fs::create_dir_all(&place)?;
            let staged = place.join(".staged");
            std::fs::write(&staged, &document.bytes)?;
            std::fs::File::open(&staged)?.sync_all()?;
            std::fs::rename(&staged, place.join(&document.name))?;
        }
        Ok(())
    }
}
