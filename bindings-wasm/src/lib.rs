//! The engine for JavaScript: the functions of [`coalition::json`] and nothing else.
//!
//! Texts come in as bytes, which a `Uint8Array` passes at almost no cost, and go out as strings. What fails is thrown as the
//! JSON text of a `Failure`; the TypeScript layer in `npm/` makes an `Error` of it, and nobody else should call this.

use coalition::json::{self, CallError};
use coalition::periods::Tally;
use coalition::values::Instant;
use coalition::wire::{WireCode, WireError};
use coalition::{Detail, Engine as Rules};
use serde::Serialize;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

type Answer<T = String> = Result<T, JsValue>;

/// What is thrown, as JSON text.
#[derive(Serialize)]
struct Failure<'a> {
    argument: &'a str,
    code: &'a str,
    path: &'a str,
    text: &'a str,
}

fn thrown(error: &CallError) -> JsValue {
    let (path, text) = (error.path(), error.to_string());
    let failure = Failure { argument: error.argument(), code: error.code(), path: &path, text: &text };
    // Four texts can always be written; were it not so, the code, which needs no escapes, still says what happened.
    let bare = || format!(r#"{{"argument":"answer","code":"{0}","path":"","text":"{0}"}}"#, error.code());
    JsValue::from_str(&json::answer(&failure).unwrap_or_else(|_| bare()))
}

fn answered<T>(result: Result<T, CallError>) -> Answer<T> {
    result.map_err(|error| thrown(&error))
}

fn depth(word: &str) -> Answer<Detail> {
    match word {
        "plain" => Ok(Detail::Plain),
        "trace" => Ok(Detail::Trace),
        "why_not" => Ok(Detail::WhyNot),
        other => {
            let text = format!("`{other}` is none of `plain`, `trace`, `why_not`");
            Err(thrown(&CallError::Malformed {
                argument: "detail",
                error: WireError::new(WireCode::UnknownType, text),
            }))
        }
    }
}

/// A compiled rulebook. Immutable.
#[wasm_bindgen]
pub struct Engine(Rules);

#[wasm_bindgen]
impl Engine {
    /// [`json::compile`].
    pub fn compile(rulebook: &[u8]) -> Answer<Engine> {
        answered(json::compile(rulebook)).map(Engine)
    }

    /// The rulebook's hash.
    pub fn hash(&self) -> String {
        self.0.hash().to_string()
    }

    /// The rulebook's canonical text.
    pub fn rulebook(&self) -> Answer {
        answered(json::answer(self.0.rulebook()))
    }

    /// [`json::reads`].
    pub fn reads(&self, command: &[u8], slice: &[u8]) -> Answer {
        answered(json::reads(&self.0, command, slice))
    }

    /// [`json::decide`].
    pub fn decide(&self, command: &[u8], slice: &[u8], detail: &str) -> Answer {
        answered(json::decide(&self.0, command, slice, depth(detail)?))
    }

    /// [`json::decide_many`].
    pub fn decide_many(&self, commands: &[u8], slice: &[u8], detail: &str) -> Answer {
        answered(json::decide_many(&self.0, commands, slice, depth(detail)?))
    }

    /// [`json::quote`].
    pub fn quote(&self, command: &[u8], slice: &[u8]) -> Answer {
        answered(json::quote(&self.0, command, slice))
    }

    /// [`json::explain`].
    pub fn explain(&self, command: &[u8], slice: &[u8]) -> Answer {
        answered(json::explain(&self.0, command, slice))
    }

    /// [`json::tally`].
    pub fn tally(&self, tally: &[u8], bookings: &[u8]) -> Answer {
        answered(json::tally(&self.0, tally, bookings))
    }

    /// [`json::settle`].
    pub fn settle(&self, tally: &[u8], slice: &[u8], period: &[u8]) -> Answer {
        answered(json::settle(&self.0, tally, slice, period))
    }

    /// [`json::figures`].
    pub fn figures(&self, tally: &[u8], period: &[u8]) -> Answer {
        answered(json::figures(&self.0, tally, period))
    }
}

/// [`json::check`].
#[wasm_bindgen]
pub fn check(rulebook: &[u8], previous: Option<Vec<u8>>) -> Answer {
    answered(json::check(rulebook, previous.as_deref()))
}

/// [`json::evolve`].
#[wasm_bindgen]
pub fn evolve(slice: &[u8], outcome: &[u8]) -> Answer {
    answered(json::evolve(slice, outcome))
}

/// [`json::merge`].
#[wasm_bindgen]
pub fn merge(tally: &[u8], other: &[u8]) -> Answer {
    answered(json::merge(tally, other))
}

/// [`json::statement_hash`].
#[wasm_bindgen]
pub fn statement_hash(settlement: &[u8]) -> Answer {
    answered(json::statement_hash(settlement))
}

/// [`json::plan_codes`].
#[wasm_bindgen]
pub fn plan_codes(plan: &[u8], count: &[u8]) -> Answer {
    answered(json::plan_codes(plan, count))
}

/// [`json::generate_codes`].
#[wasm_bindgen]
pub fn generate_codes(plan: &[u8], count: &[u8], entropy: &[u8]) -> Answer {
    answered(json::generate_codes(plan, count, entropy))
}

/// [`json::read_code`].
#[wasm_bindgen]
pub fn read_code(text: &[u8]) -> Answer {
    answered(json::read_code(text))
}

/// [`json::public_key`].
#[wasm_bindgen]
pub fn public_key(signing_key: Vec<u8>) -> Answer {
    answered(json::public_key(signing_key))
}

/// [`json::check_keys`].
#[wasm_bindgen]
pub fn check_keys(keys: &[u8]) -> Answer {
    answered(json::check_keys(keys))
}

/// [`json::sign_token`].
#[wasm_bindgen]
pub fn sign_token(token: &[u8], signing_key: Vec<u8>) -> Answer {
    answered(json::sign_token(token, signing_key))
}

/// [`json::verify_offline`].
#[wasm_bindgen]
pub fn verify_offline(text: &[u8], keys: &[u8], audience: &[u8], purpose: &[u8], at: &[u8]) -> Answer {
    answered(json::verify_offline(text, keys, audience, purpose, at))
}

/// [`json::NEW_BOOK`].
#[wasm_bindgen]
pub fn new_book() -> String {
    json::NEW_BOOK.to_owned()
}

/// The text of an empty tally.
#[wasm_bindgen]
pub fn new_tally() -> Answer {
    answered(json::answer(&Tally::default()))
}

/// Engines to choose among: JavaScript cannot lend a list of handles, so they are added one by one.
#[wasm_bindgen]
#[derive(Default)]
pub struct Engines(Vec<Rules>);

#[wasm_bindgen]
impl Engines {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Engines {
        Engines::default()
    }

    /// Adds one, which is shared and not copied.
    pub fn add(&mut self, engine: &Engine) {
        self.0.push(engine.0.clone());
    }

    /// [`coalition::Engine::in_force`] at a moment (the JSON of an instant), as its place in the order of adding.
    pub fn in_force(&self, at: &[u8]) -> Answer<Option<usize>> {
        let at: Instant = answered(json::stored(at, "at"))?;
        let found = Rules::in_force(&self.0, at);
        Ok(found.and_then(|found| self.0.iter().position(|engine| std::ptr::eq(engine, found))))
    }
}
