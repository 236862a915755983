//! The house rules that no compiler holds, read from the sources. The rules are the tables beside
//! it; each checker is a function from one source to failures `file:line: why`, and is itself
//! tested below on a sample that passes and one that fails.

mod tables;

use std::fs;
use std::path::Path;

use tables::*;

// ---------------------------------------------------------------- reading

/// A text file of the workspace.
struct Source {
    /// From the root of the workspace, with `/`.
    path: String,
    text: String,
    /// Of a Rust file: the text with comments and the insides of literals blanked, line for line.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let code = if path.ends_with(".rs") { code_of(text) } else { String::new() };
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    fn is_core(&self) -> bool {
        self.is_rust() && self.path.starts_with("core/src/")
    }

    fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split('.').find(|part| !part.is_empty()).unwrap_or_default()
    }

    fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// Whether the whole file is tests.
    fn is_test(&self) -> bool {
        self.path.split('/').any(|part| part == "tests" || part == "tests.rs")
    }

    fn at(&self, line: usize, why: &str) -> String {
        format!("{}:{line}: {why}", self.path)
    }
}

fn workspace() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = Vec::new();
    collect(&root, "", &mut sources);
    let core = sources.iter().filter(|source| source.is_core()).count();
    assert!(core > 1, "the sources of the core were not found");
    sources
}

fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let kind = entry.file_type().expect("a file type");
        // In a worktree `.git` is a file.
        if SKIPPED_FOLDERS.contains(&name.as_str()) {
            continue;
        }
        if kind.is_dir() {
            collect(&entry.path(), &format!("{path}/"), sources);
        } else if kind.is_file()
            // What is not text is not held to these rules; what vanished meanwhile neither.
            && let Ok(text) = fs::read_to_string(entry.path())
        {
            sources.push(Source::new(&path, &text));
        }
    }
}

/// Blanks comments and the insides of string and character literals; every line stays a line.
fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = skipped(&chars, at);
        if end == at {
            code.push(chars[at]);
            at += 1;
        } else {
            code.extend(chars[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
            at = end;
        }
    }
    code
}

/// The end of the comment or literal that starts at `at`; `at` itself where none does.
fn skipped(chars: &[char], at: usize) -> usize {
    let get = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let find = |from: usize, end: &[char]| {
        (from..chars.len())
            .find(|index| chars[*index..].starts_with(end))
            .map_or(chars.len(), |index| index + end.len())
    };
    let quoted = |mut index: usize, quote: char| {
        while index < chars.len() && get(index) != quote {
            index += if get(index) == '\\' { 2 } else { 1 };
        }
        (index + 1).min(chars.len())
    };
    match get(at) {
        '/' if get(at + 1) == '/' => find(at, &['\n']) - usize::from(chars[at..].contains(&'\n')),
        '/' if get(at + 1) == '*' => find(at + 2, &['*', '/']),
        '"' => quoted(at + 1, '"'),
        // A lifetime has no closing quote.
        '\'' if get(at + 1) == '\\' => quoted(at + 1, '\''),
        '\'' if get(at + 2) == '\'' => at + 3,
        'r' if at == 0 || !is_word(get(at - 1)) || get(at - 1) == 'b' => {
            let hashes = (at + 1..).take_while(|index| get(*index) == '#').count();
            if get(at + 1 + hashes) == '"' {
                let mut end = vec!['"'];
                end.extend(std::iter::repeat_n('#', hashes));
                find(at + 2 + hashes, &end)
            } else {
                at
            }
        }
        _ => at,
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

/// Offsets of `pattern` where it is not part of a longer word.
fn whole(text: &str, pattern: &str) -> Vec<usize> {
    let outer = |c: Option<char>, inner: Option<char>| !(c.is_some_and(is_word) && inner.is_some_and(is_word));
    text.match_indices(pattern)
        .map(|(offset, _)| offset)
        .filter(|offset| {
            outer(text[..*offset].chars().next_back(), pattern.chars().next())
                && outer(text[offset + pattern.len()..].chars().next(), pattern.chars().next_back())
        })
        .collect()
}

/// What follows `root::`, also as members of `root::{a, b::c}`: line, name, whether a macro.
fn children(code: &str, root: &str) -> Vec<(usize, String, bool)> {
    let mut found = Vec::new();
    for offset in whole(code, root) {
        let Some(rest) = code[offset + root.len()..].strip_prefix("::") else { continue };
        let base = code.len() - rest.len();
        let mut depth = 0_usize;
        let mut expects = true;
        for (index, c) in rest.char_indices() {
            if expects && (is_word(c) || c == '*') {
                let name: String = rest[index..].chars().take_while(|c| is_word(*c) || *c == '*').collect();
                let is_macro = rest[index + name.len()..].starts_with('!');
                found.push((line_of(code, base + index), name, is_macro));
                expects = false;
            }
            match c {
                '{' => depth += 1,
                '}' => depth = depth.saturating_sub(1),
                ',' => expects = depth == 1,
                _ => {}
            }
            if depth == 0 && !c.is_whitespace() {
                break;
            }
        }
    }
    found
}

/// A declared name: line, whether public, keyword, name.
fn declarations(code: &str) -> Vec<(usize, bool, &'static str, &str)> {
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        for keyword in ["struct", "enum", "trait", "fn", "mod"] {
            for offset in whole(line, keyword) {
                let rest = line[offset + keyword.len()..].trim_start();
                let name = &rest[..rest.find(|c| !is_word(c)).unwrap_or(rest.len())];
                if !name.is_empty() {
                    let public = line[..offset].trim_end().ends_with("pub");
                    found.push((index + 1, public, keyword, name));
                }
            }
        }
    }
    found
}

/// The offset after the brace that closes the one at `open`.
fn closing(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, c) in code[open..].char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}

/// The code without its `#[cfg(test)]` modules, line for line.
fn without_tests(code: &str) -> String {
    let mut kept = code.to_owned();
    while let Some(start) = kept.find("#[cfg(test)]") {
        let end = match kept[start..].find(['{', ';']).map(|offset| start + offset) {
            Some(open) if kept[open..].starts_with('{') => closing(&kept, open),
            Some(end) => end + 1,
            None => kept.len(),
        };
        let blank: String = kept[start..end].chars().filter(|c| *c == '\n').collect();
        kept.replace_range(start..end, &blank);
    }
    kept
}

/// `fooBar`, `FooBar` and `foo_bar` are the words foo and bar.
fn words(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    for c in name.chars() {
        if c.is_uppercase() {
            spaced.push('_');
        }
        spaced.extend(c.to_lowercase());
    }
    spaced.split(['_', '-']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

// ---------------------------------------------------------------- checkers

fn pure_core(source: &Source) -> Vec<String> {
    let mut failures = Vec::new();
    if source.is_core() {
        let excepted = |word: &str| {
            CORE_EXCEPTIONS.iter().any(|(path, allowed)| source.path.starts_with(path) && *allowed == word)
        };
        for (word, why) in CORE_WORDS.iter().filter(|(word, _)| !excepted(word)) {
            for offset in whole(&source.code, word) {
                failures.push(source.at(line_of(&source.code, offset), &format!("`{word}`: {why}")));
            }
        }
        for (line, name, _) in children(&source.code, "std") {
            if CORE_STD.contains(&name.as_str()) {
                failures.push(source.at(line, &format!("`std::{name}` reaches outside")));
            }
        }
    }
    failures
}

fn short_enough(source: &Source) -> Vec<String> {
    let mut failures = Vec::new();
    let lines = source.text.lines().count();
    if source.is_rust() && lines > FILE_LINES {
        failures.push(source.at(lines, &format!("{lines} lines, at most {FILE_LINES}")));
    }
    if !source.is_rust() || source.is_test() {
        return failures;
    }
    let code = without_tests(&source.code);
    for offset in whole(&code, "fn") {
        // The type of a function pointer has no name.
        if !code[offset + 2..].trim_start().starts_with(is_word) {
            continue;
        }
        // The body, or the `;` of a declaration; a `;` inside brackets is an array length.
        let mut depth = 0_i32;
        let body = code[offset..].char_indices().find(|(_, c)| {
            depth += i32::from(matches!(c, '(' | '[')) - i32::from(matches!(c, ')' | ']'));
            depth == 0 && matches!(c, '{' | ';')
        });
        if let Some((open, '{')) = body {
            let (start, end) = (line_of(&code, offset), line_of(&code, closing(&code, offset + open)));
            let length = end - start + 1;
            if length > FUNCTION_LINES {
                let why = format!("a function of {length} lines, at most {FUNCTION_LINES}");
                failures.push(source.at(start, &why));
            }
        }
    }
    failures
}

fn floor_of(module: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == module).map(|(_, floor)| *floor)
}

fn on_its_floor(source: &Source) -> Vec<String> {
    let Some(inside) = source.path.strip_prefix("core/src/").filter(|_| source.is_core()) else {
        return Vec::new();
    };
    if inside == "lib.rs" {
        return Vec::new();
    }
    let path = inside.trim_end_matches(".rs").trim_end_matches("/mod");
    let module = path.split('/').next().unwrap_or_default();
    let Some(own) = floor_of(module) else {
        return vec![source.at(1, &format!("`{module}` has no floor: add it to FLOORS"))];
    };
    let mut failures = Vec::new();
    for (line, name, is_macro) in children(&source.code, "crate") {
        let why = match floor_of(&name) {
            Some(floor) if floor > own => {
                format!("`{module}` (floor {own}) uses `{name}` (floor {floor})")
            }
            None if is_macro => continue,
            None if name.starts_with(char::is_lowercase) => {
                format!("`crate::{name}` has no floor: add it to FLOORS")
            }
            None => format!("`crate::{name}` goes round the floors: name its module"),
            Some(_) => continue,
        };
        failures.push(source.at(line, &why));
    }
    // As many `super` as the module is deep reach the root; one more from an inner module.
    let depth = path.split('/').count();
    for supers in [depth, depth + 1] {
        for (line, name, _) in children(&source.code, &vec!["super"; supers].join("::")) {
            if let Some(floor) = floor_of(&name).filter(|floor| *floor > own) {
                let why = format!("`{module}` (floor {own}) uses `{name}` (floor {floor})");
                failures.push(source.at(line, &why));
            }
        }
    }
    failures
}

fn named_well(source: &Source) -> Vec<String> {
    let empty = |name: &str| words(name).into_iter().find(|word| EMPTY_WORDS.contains(&word.as_str()));
    let mut failures = Vec::new();
    if SOURCE_KINDS.contains(&source.kind())
        && let Some(word) = empty(source.stem())
    {
        failures.push(source.at(1, &format!("`{word}` in the name of the file says nothing")));
    }
    // The name of a test is a sentence, in which any word may stand.
    for (line, _, keyword, name) in declarations(&without_tests(&source.code)) {
        if let Some(word) = empty(name).filter(|_| keyword != "fn" || !source.is_test()) {
            failures.push(source.at(line, &format!("`{word}` in `{keyword} {name}` says nothing")));
        }
    }
    failures
}

fn finished(source: &Source) -> Vec<String> {
    if !SOURCE_KINDS.contains(&source.kind()) {
        return Vec::new();
    }
    let found =
        MARKERS.iter().flat_map(|marker| whole(&source.text, marker).into_iter().map(move |offset| (marker, offset)));
    found.map(|(marker, offset)| source.at(line_of(&source.text, offset), &format!("`{marker}`: unfinished"))).collect()
}

fn of_no_machine(source: &Source) -> Vec<String> {
    let mut failures = Vec::new();
    for path in MACHINE_PATHS {
        for (offset, _) in source.text.match_indices(path) {
            // `docs/…` and `example.com/…` are no absolute paths.
            let inner = |c: char| is_word(c) || matches!(c, '.' | '-' | '~' | '}' | ')');
            if !source.text[..offset].ends_with(inner) {
                let line = line_of(&source.text, offset);
                failures.push(source.at(line, &format!("`{path}` is a path of one machine")));
            }
        }
    }
    failures
}

fn speakable_abroad(source: &Source) -> Vec<String> {
    if !source.is_core() {
        return Vec::new();
    }
    declarations(&source.code)
        .into_iter()
        .filter(|(_, public, keyword, name)| {
            *public && matches!(*keyword, "struct" | "enum") && FOREIGN_NAMES.contains(name)
        })
        .map(|(line, _, keyword, name)| source.at(line, &format!("`pub {keyword} {name}` clashes in another language")))
        .collect()
}

// ---------------------------------------------------------------- the rules hold

fn hold(checker: fn(&Source) -> Vec<String>) {
    let failures: Vec<String> = workspace().iter().flat_map(checker).collect();
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn core_is_pure() {
    hold(pure_core);
}

#[test]
fn files_and_functions_are_short() {
    hold(short_enough);
}

#[test]
fn floors_use_only_lower_floors() {
    hold(on_its_floor);
}

#[test]
fn names_say_something() {
    hold(named_well);
}

#[test]
fn nothing_is_unfinished() {
    hold(finished);
}

#[test]
fn nothing_depends_on_one_machine() {
    hold(of_no_machine);
}

#[test]
fn public_types_can_be_spoken_abroad() {
    hold(speakable_abroad);
}

// ---------------------------------------------------------------- the checkers work

/// The lines at which a checker fails a sample.
fn lines(checker: fn(&Source) -> Vec<String>, path: &str, text: &str) -> Vec<usize> {
    let failures = checker(&Source::new(path, text));
    let number = |failure: &String| failure.split(':').nth(1)?.parse().ok();
    failures.iter().map(|failure| number(failure).expect("file:line: why")).collect()
}

#[test]
fn reader_blanks_comments_and_literals() {
    let text = "a // f64\n/* f64\n*/ b(\"f64 \\\" f64\", r#\"f64 \" \"#, 'x', '\\'', &'a f)\n";
    let code = code_of(text);
    assert!(!code.contains("f64") && !code.contains('x') && !code.contains('"'));
    assert!(code.contains("&'a f)") && code.matches('\n').count() == 3);
}

#[test]
fn checks_purity() {
    let path = "core/src/values/a.rs";
    let good = "// no f64, no unsafe\n#![forbid(unsafe_code)]\nuse std::{fmt, collections};\nlet a = \"HashMap\";";
    assert_eq!(lines(pure_core, path, good), []);
    let bad = "let a: f64;\nuse std::{\n  fmt, fs::File};\nstd::time::Duration\nUtc::now()\neprintln!()";
    assert_eq!(lines(pure_core, path, bad), [1, 5, 6, 3, 4]);
    assert_eq!(lines(pure_core, "examples/src/a.rs", bad), []);
    assert_eq!(lines(pure_core, "core/src/wire/a.rs", "fn f(a: f64) {}\nHashSet"), [2]);
}

#[test]
fn checks_length() {
    let function = |body: usize| format!("fn a(b: [u8; 2], c: fn(u8)) -> u8 {{\n{}}}\n", "  b;\n".repeat(body));
    assert_eq!(lines(short_enough, "core/src/a.rs", &function(68)), []);
    assert_eq!(lines(short_enough, "core/src/a.rs", &function(69)), [1]);
    assert_eq!(lines(short_enough, "tests/src/a.rs", &function(69)), []);
    let inner = format!("\n#[cfg(test)]\nmod tests {{\n{}}}\n", function(69));
    assert_eq!(lines(short_enough, "core/src/a.rs", &inner), []);
    let after = format!("{inner}{}", function(69));
    assert_eq!(lines(short_enough, "core/src/a.rs", &after), [76]);
    assert_eq!(lines(short_enough, "xtask/src/a.rs", &"\n".repeat(600)), []);
    assert_eq!(lines(short_enough, "xtask/src/a.rs", &"\n".repeat(601)), [601]);
}

#[test]
fn checks_floors() {
    let good = "use crate::{values::{A, B}, nouns::C};\ncrate::earn::f();\nuse super::verbs;\ncrate::m!()";
    assert_eq!(lines(on_its_floor, "core/src/earn/mod.rs", "use crate::nouns::C;"), []);
    assert_eq!(lines(on_its_floor, "core/src/earn/rate.rs", good), []);
    let bad = "use crate::{values::A,\n  verbs::B};\ncrate::lots::f();\nuse super::super::engine;\nuse crate::C;\ncrate::new::f();";
    assert_eq!(lines(on_its_floor, "core/src/earn/rate.rs", bad), [2, 3, 5, 6, 4]);
    assert_eq!(lines(on_its_floor, "core/src/unheard/mod.rs", ""), [1]);
    assert_eq!(lines(on_its_floor, "core/src/lib.rs", bad), []);
}

#[test]
fn checks_names() {
    assert_eq!(words("FooBar_baz"), ["foo", "bar", "baz"]);
    let good = "struct Database;\nfn datapath() {}\nlet data: fn(u8);";
    assert_eq!(lines(named_well, "examples/src/database.rs", good), []);
    let bad = "pub struct PanelData;\nfn user_info() {}\nmod utils;";
    assert_eq!(lines(named_well, "examples/src/a_helper.rs", bad), [1, 1, 2, 3]);
    assert_eq!(lines(named_well, "core/src/wire/tests/a.rs", bad), [1, 3]);
}

#[test]
fn checks_unfinished_work() {
    assert_eq!(lines(finished, "core/src/a.rs", "// to do: MAXXXL\n"), []);
    for marker in MARKERS {
        assert_eq!(lines(finished, "core/src/a.rs", &format!("\n{marker} ")), [2]);
    }
}

#[test]
fn checks_machine_paths() {
    for path in MACHINE_PATHS {
        assert_eq!(lines(of_no_machine, "docs/a.md", &format!("docs{path} example.com{path}")), []);
        assert_eq!(lines(of_no_machine, "docs/a.md", &format!("\nsee {path}x")), [2]);
    }
}

#[test]
fn checks_foreign_names() {
    let path = "core/src/values/a.rs";
    assert_eq!(lines(speakable_abroad, path, "pub struct Dated;\npub(crate) enum State {}\n"), []);
    assert_eq!(lines(speakable_abroad, path, "\npub struct Date;\npub enum State {}\n"), [2, 3]);
}
