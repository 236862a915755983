//! The rules themselves.

/// Floors of the core: a module uses only modules of its own floor or below.
pub const FLOORS: &[(&str, u8)] = &[
    ("values", 0),
    ("wire", 0),
    ("binding", 1),
    ("expiry", 1),
    ("fees", 1),
    ("code", 1),
    ("token", 2),
    ("nouns", 2),
    ("organisation", 2),
    ("commission", 3),
    ("earn", 3),
    ("periods", 3),
    ("book", 4),
    ("command", 4),
    ("rulebook", 4),
    ("lots", 5),
    ("decision", 6),
    ("party", 7),
    ("purchase", 7),
    ("redeem", 7),
    ("referral", 7),
    ("refund", 7),
    ("supply", 7),
    ("payout", 7),
    ("voucher", 7),
    ("verbs", 8),
    ("engine", 9),
    ("json", 10),
    ("ffi", 11),
];

/// What the code of the core never says, and why.
pub const CORE_WORDS: &[(&str, &str)] = &[
    ("f32", "floats are not exact"),
    ("f64", "floats are not exact"),
    ("HashMap", "hash order must never reach a result"),
    ("HashSet", "hash order must never reach a result"),
    ("SystemTime", "time comes from the host"),
    ("Instant::now", "time comes from the host"),
    ("Utc::now", "time comes from the host"),
    ("Local::now", "time comes from the host"),
    ("new_v4", "ids come from the host"),
    ("thread_rng", "chance comes from the host"),
    ("print!", "the core does not print"),
    ("println!", "the core does not print"),
    ("eprint!", "the core does not print"),
    ("eprintln!", "the core does not print"),
    ("static mut", "no shared state"),
    ("unsafe", "no unsafe code"),
];

/// Where a word is allowed after all: serde's traits name floats, and the wire refuses them there; and below.
pub const CORE_EXCEPTIONS: &[(&str, &str)] = &[
    ("core/src/wire/", "f32"),
    ("core/src/wire/", "f64"),
    // What comes in unordered from other languages becomes ordered in this very file.
    ("core/src/ffi.rs", "HashMap"),
];

/// Modules of `std` that the core never uses: they reach outside.
pub const CORE_STD: &[&str] = &["time", "fs", "net", "env", "thread", "io", "process"];

/// Public types of the core with these names would break or shadow in another language.
pub const FOREIGN_NAMES: &[&str] = &[
    "Unit", "Decimal", "Date", "Data", "State", "Activity", "Context", "Result", "Error", "Currency", "Duration",
    "Object",
];

/// Words that say nothing, as words of a file name or of a declared name.
pub const EMPTY_WORDS: &[&str] = &["data", "info", "manager", "util", "utils", "helper", "helpers", "misc", "common"];

/// Unfinished work. In two parts, so that this file does not find itself.
pub const MARKERS: &[&str] = &[
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("#[", "ignore"),
];

/// Paths of one machine.
pub const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/bash", "_jobs")];

pub const FILE_LINES: usize = 600;
pub const FUNCTION_LINES: usize = 70;
/// Kinds of files that are written by hand and run.
pub const SOURCE_KINDS: &[&str] = &["rs", "py", "sh", "toml", "ts", "js", "mjs", "cjs", "kt", "swift"];
pub const SKIPPED_FOLDERS: &[&str] = &["target", ".git", ".cache", "node_modules", "__pycache__"];
