//! Dependencies between crates follow their levels, and no modules import each other in a circle.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What each crate may depend on; the root sees all.
const LEVELS: [(&str, &[&str]); 12] = [
    ("content", &[]),
    ("yaml", &["content"]),
    ("table", &["content"]),
    ("campaign", &["content", "table", "yaml"]),
    ("run", &["content"]),
    ("pdf", &["content"]),
    ("docx", &["content"]),
    ("inspect", &["content"]),
    ("pipeline", &["content", "run"]),
    ("print", &["content", "run", "yaml"]),
    ("archive", &["content", "run"]),
    (
        "project",
        &[
            "content", "table", "yaml", "campaign", "run", "pdf", "docx", "inspect", "pipeline",
        ],
    ),
];

#[test]
fn crates_see_the_crates_below_them_alone() {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let mut wrong = Vec::new();
    let mut seen = 0;
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let Some(name) = name.strip_prefix("raadspost-") else {
            continue;
        };
        seen += 1;
        let level = LEVELS.iter().find(|(known, _)| *known == name);
        let (_, allowed) = level.unwrap_or_else(|| panic!("`{name}` has no level"));
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let below = dependency["name"].as_str().expect("a name");
            // A test may look up.
            if let (Some(below), true) = (
                below.strip_prefix("raadspost-"),
                dependency["kind"].is_null(),
            ) && !allowed.contains(&below)
            {
                wrong.push(format!("{name} sees {below}"));
            }
        }
    }
    assert!(seen >= 10, "{seen} crates");
    assert_eq!(wrong, Vec::<String>::new());
}

/// The path of a module in its crate.
type Module = Vec<String>;

/// The modules of a crate, and whom each imports.
struct Graph {
    sources: BTreeMap<Module, Vec<String>>,
    /// Names that a module exports again, and the module that each is from.
    exports: BTreeMap<Module, Module>,
}

/// The words and signs of a source, without comments, texts and tests.
fn tokens(source: &str) -> Vec<String> {
    let mut code = String::new();
    let mut rest = source;
    while let Some(at) = rest.find("#[cfg(test)]\n") {
        code.push_str(&rest[..at]);
        rest = &rest[at..];
        let item = rest.lines().nth(1).unwrap_or_default();
        let end = if item.ends_with('{') { "\n}\n" } else { ";\n" };
        rest = rest.split_once(end).map_or("", |(_, rest)| rest);
    }
    code.push_str(rest);
    let mut tokens = Vec::new();
    for line in code.lines() {
        let line = line.split("//").next().unwrap_or_default();
        let mut word = String::new();
        let mut chars = line.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            if c == ':' && chars.peek() == Some(&':') {
                chars.next();
                tokens.push("::".to_owned());
            } else if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
        }
        if !word.is_empty() {
            tokens.push(word);
        }
    }
    tokens
}

/// The paths that begin at a token: several where it ends in a group.
fn paths(tokens: &[String], at: &mut usize, prefix: &[String], out: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        if token == "{" {
            loop {
                match tokens.get(*at).map(String::as_str) {
                    None => return,
                    Some("}") => {
                        *at += 1;
                        return;
                    }
                    Some(",") => *at += 1,
                    Some(_) => paths(tokens, at, &path, out),
                }
            }
        }
        path.push(token.clone());
        if tokens.get(*at).map(String::as_str) != Some("::") {
            break;
        }
        *at += 1;
    }
    if tokens.get(*at).map(String::as_str) == Some("as") {
        *at += 2;
    }
    out.push(path);
}

impl Graph {
    fn of(folder: &Path) -> Self {
        let mut sources = BTreeMap::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.expect("an entry");
            let path = entry.path().strip_prefix(folder).expect("below");
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let names = path.with_extension("");
            let mut module: Module = names
                .iter()
                .map(|name| name.to_str().expect("a name").to_owned())
                .collect();
            if matches!(
                module.last().map(String::as_str),
                Some("mod" | "lib" | "main")
            ) {
                module.pop();
            }
            if module.iter().all(|name| name != "tests") {
                let source = fs::read_to_string(entry.path()).expect("a source");
                sources.insert(module, tokens(&source));
            }
        }
        let mut graph = Self {
            sources,
            exports: BTreeMap::new(),
        };
        for (module, tokens) in &graph.sources {
            for at in 0..tokens.len() {
                let mut next = at + 1;
                let is_use =
                    tokens[at] == "use" && at > 0 && matches!(tokens[at - 1].as_str(), "pub" | ")");
                if !is_use {
                    continue;
                }
                let mut found = Vec::new();
                paths(tokens, &mut next, &[], &mut found);
                for path in found {
                    let from = [module.as_slice(), &path].concat();
                    if let (Some(name), Some(from)) = (path.last(), graph.nearest(&from)) {
                        let name = [module.as_slice(), std::slice::from_ref(name)].concat();
                        if from.len() > module.len() {
                            graph.exports.insert(name, from);
                        }
                    }
                }
            }
        }
        graph
    }

    /// The module that a path leads to or into.
    fn nearest(&self, path: &[String]) -> Option<Module> {
        (0..=path.len()).rev().find_map(|end| {
            let (module, more) = path.split_at(end);
            let export = self.exports.get(module);
            let is_module = self.sources.contains_key(module);
            // A function may be exported under the name of a module; nothing is below a function.
            match export {
                Some(from) if more.is_empty() || !is_module => Some(from.clone()),
                _ => is_module.then(|| module.to_vec()),
            }
        })
    }

    /// The modules that a module imports from.
    fn imports(&self, module: &Module) -> BTreeSet<Module> {
        let tokens = &self.sources[module];
        let mut found = Vec::new();
        for at in 0..tokens.len() {
            let before = at.checked_sub(1).map(|at| tokens[at].as_str());
            let begins =
                tokens.get(at + 1).is_some_and(|next| next == "::") && before != Some("::");
            let child = [module.as_slice(), &tokens[at..=at]].concat();
            let is_path = matches!(tokens[at].as_str(), "crate" | "super" | "self")
                || self.sources.contains_key(&child);
            if begins && is_path {
                paths(tokens, &mut at.clone(), &[], &mut found);
            }
        }
        let modules = found.iter().filter_map(|path| {
            let mut rest = path.as_slice();
            let mut from = module.clone();
            while let Some((first, more)) = rest.split_first() {
                match first.as_str() {
                    "crate" => from.clear(),
                    "super" => drop(from.pop()),
                    "self" => {}
                    _ => break,
                }
                rest = more;
            }
            self.nearest(&[from.as_slice(), rest].concat())
        });
        modules.filter(|other| other != module).collect()
    }

    /// The rooms that see each other in a circle. A module and those below it are one room.
    fn circles(&self) -> Vec<String> {
        let mut rooms: BTreeMap<Module, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for module in self.sources.keys() {
            for other in self.imports(module) {
                let shared = module
                    .iter()
                    .zip(&other)
                    .take_while(|(a, b)| a == b)
                    .count();
                if let (Some(from), Some(to)) = (module.get(shared), other.get(shared)) {
                    let room = rooms.entry(module[..shared].to_vec()).or_default();
                    room.entry(from.clone()).or_default().insert(to.clone());
                }
            }
        }
        let mut circles = Vec::new();
        for (room, sees) in &rooms {
            let reached = |from: &String| -> BTreeSet<&String> {
                let mut reached = BTreeSet::new();
                let mut open: Vec<&String> = sees.get(from).into_iter().flatten().collect();
                while let Some(next) = open.pop() {
                    if reached.insert(next) {
                        open.extend(sees.get(next).into_iter().flatten());
                    }
                }
                reached
            };
            let within: Vec<&str> = sees
                .keys()
                .filter(|module| reached(module).contains(module))
                .map(String::as_str)
                .collect();
            if !within.is_empty() {
                circles.push(format!("{}: {}", room.join("::"), within.join(", ")));
            }
        }
        circles
    }
}

#[test]
fn modules_see_each_other_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = LEVELS.map(|(name, _)| format!("crates/{name}/src"));
    let folders = crates.iter().map(String::as_str).chain(["src"]);
    let mut found = Vec::new();
    for folder in folders.filter(|folder| root.join(folder).is_dir()) {
        let graph = Graph::of(&root.join(folder));
        assert!(graph.sources.len() > 5, "{folder}");
        found.extend(
            graph
                .circles()
                .into_iter()
                .map(|circle| format!("{folder} {circle}")),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}

/// The page of `compare` is HTML.
const ESCAPES: [&str; 2] = ["crates/content/src/xml.rs", "src/cli/compare/page.rs"];

#[test]
fn xml_is_escaped_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = LEVELS.map(|(name, _)| format!("crates/{name}/src"));
    let mut found = Vec::new();
    for folder in crates.iter().map(String::as_str).chain(["src"]) {
        for entry in walkdir::WalkDir::new(root.join(folder)) {
            let entry = entry.expect("an entry");
            let path = entry.path();
            if path.extension().is_none_or(|end| end != "rs") {
                continue;
            }
            let text = fs::read_to_string(path).expect("a file");
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            if program.contains("\"&lt;\"") || program.contains("escape::escape(") {
                let path = path.strip_prefix(root).expect("below the root");
                found.push(path.to_str().expect("UTF-8").replace('\\', "/"));
            }
        }
    }
    found.sort();
    assert_eq!(found, ESCAPES);
}

#[test]
fn a_circle_is_found_through_groups_exports_and_parents() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write(
        "lib.rs",
        "mod a;\nmod b;\nmod c;\npub use c::{Deep, Other};\n",
    );
    write("a.rs", "use crate::b::{self, B};\n");
    write("b/mod.rs", "mod low;\nuse low::Low;\n");
    write("b/low.rs", "use super::Parent;\n// use crate::a::A;\n");
    write(
        "c.rs",
        "pub fn c() -> usize { crate::a::A }\n#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}\n",
    );
    assert_eq!(Graph::of(folder.path()).circles(), Vec::<String>::new());
    // A function with the name of a module.
    write("d.rs", "use crate::a::A;\n");
    write(
        "lib.rs",
        "mod a;\nmod b;\nmod c;\nmod d;\npub use c::{Deep, Other, b};\n",
    );
    assert_eq!(Graph::of(folder.path()).circles(), Vec::<String>::new());
    write("b/low.rs", "use crate::{Other, Unknown};\n");
    assert_eq!(Graph::of(folder.path()).circles(), [": a, b, c"]);
}
