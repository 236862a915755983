//! The steps of a vector.

use coalition::Detail;
use coalition::Engine;
use coalition::book::{Entry, Extent, Snapshot};
use coalition::command::{Action, CloseBooks, Command};
use coalition::json::CallError;
use coalition::nouns::Key;
use coalition::periods::{SettleError, Settlement, statement_hash};
use coalition::rulebook::Rulebook;
use coalition::values::{Day, Period};
use coalition::verbs::Outcome;
use coalition::wire::{self, Node, Tree};

use super::document::{
    as_text, engine_in, engine_of, json_of, list, malformed, only, parsed, rulebook_of, table, text, tree_of,
};
use super::matching::{differences, list_differences};
use super::scene::Scene;

/// A step: what it acts on, the fields beside it, and what runs it.
type Kind = (&'static str, &'static [&'static str], fn(&mut Scene<'_>, &Tree) -> Found);
/// What differed; an error is a step that is not well formed.
type Found = Result<Vec<String>, String>;

/// The first field that is there tells the kind.
const KINDS: &[Kind] = &[
    ("slice", &["command", "expect"], slice),
    ("command", &["expect", "expect_text"], command),
    ("raw", &["expect"], raw),
    ("quote", &["expect"], quote),
    ("settle", &["expect"], settle),
    ("figures", &["expect"], figures),
    ("close", &["expect"], close),
    ("check", &["previous", "expect"], check),
    ("rulebook_text", &["expect"], rulebook_text),
    ("use_rulebook", &[], use_rulebook),
    ("use_rulebook_file", &[], use_rulebook_file),
];

pub(super) fn run(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let Some((field, beside, act)) = KINDS.iter().find(|(field, _, _)| step.get(field).is_some()) else {
        let names: Vec<&str> = KINDS.iter().map(|(field, _, _)| *field).collect();
        return Err(format!("a step is one of {}", names.join(", ")));
    };
    let fields: Vec<&str> = [*field, "note"].into_iter().chain(beside.iter().copied()).collect();
    only(step, &fields)?;
    act(scene, step)
}

fn part<'a>(step: &'a Tree<'a>, field: &str) -> Result<&'a Tree<'a>, String> {
    step.get(field).ok_or_else(|| format!("the field `{field}` is needed"))
}

fn expected<'a>(step: &'a Tree<'a>) -> Result<&'a Tree<'a>, String> {
    let expected = part(step, "expect")?;
    match &expected.node {
        Node::Table(fields) if fields.is_empty() => Err("`expect` is empty: whatever comes would do".to_owned()),
        Node::Table(_) => Ok(expected),
        _ => Err(format!("`expect` is a table, not {}", expected.kind())),
    }
}

/// The pinned bytes of an outcome, read back.
fn pinned(outcome: &Outcome) -> Result<Tree<'static>, String> {
    let text = outcome.to_json().map_err(|error| error.to_string())?;
    Ok(parsed(&text)?.into_owned())
}

fn command(scene: &mut Scene<'_>, step: &Tree) -> Found {
    match step.get("expect_text") {
        Some(frozen) => to_the_byte(scene, part(step, "command")?, as_text(frozen, "`expect_text`")?),
        None => submit(scene, part(step, "command")?, expected(step)?),
    }
}

/// A frozen answer: the canonical text, byte for byte.
fn to_the_byte(scene: &mut Scene<'_>, written: &Tree, frozen: &str) -> Found {
    let (command, text) = scene.command(written)?.map_err(|malformed| format!("{malformed:?}"))?;
    let (outcome, mut found) = scene.submit(&command, &text)?;
    let text = outcome.to_json().map_err(|error| error.to_string())?;
    if text != frozen {
        found.push(format!("expected {frozen}, got {text}"));
    }
    Ok(found)
}

fn submit(scene: &mut Scene<'_>, written: &Tree, expected: &Tree) -> Found {
    let (command, text) = match scene.command(written)? {
        Ok(read) => read,
        Err(malformed) => return Ok(differences(expected, &malformed)),
    };
    let (outcome, faults) = scene.submit(&command, &text)?;
    let mut found = differences(expected, &pinned(&outcome)?);
    found.extend(faults);
    Ok(found)
}

fn raw(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let written = text(step, "raw")?;
    let answer = match Command::from_json(written.as_bytes()) {
        Err(error) => {
            let answer = malformed(&error);
            scene.transcript.malformed(written, CallError::Malformed { argument: "command", error });
            answer
        }
        Ok(_) => table([("type", Node::Text("read".into()))]),
    };
    Ok(differences(expected(step)?, &answer))
}

// A quote and a decision against a slice see the book through a shared reference: they cannot change it.

fn quote(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let answer = match scene.command(part(step, "quote")?)? {
        Ok((command, text)) => {
            scene.transcript.quoted(&scene.engine, &command, &text, &scene.ledger.book)?;
            tree_of(&scene.engine.quote(&command, &scene.ledger.book))?
        }
        Err(malformed) => malformed,
    };
    Ok(differences(expected(step)?, &answer))
}

fn slice(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
    for key in list(step, "slice")? {
        let key: Key = as_text(key, "a key")?.parse()?;
        let entry = scene.ledger.book.records.get(&key).cloned().unwrap_or_else(Entry::default);
        slice.records.insert(key, entry);
    }
    let answer = match scene.command(part(step, "command")?)? {
        Ok((command, text)) => {
            scene.transcript.sliced(&scene.engine, &command, &text, &slice)?;
            pinned(&scene.engine.decide(&command, &slice, Detail::Plain))?
        }
        Err(malformed) => malformed,
    };
    Ok(differences(expected(step)?, &answer))
}

fn period(tree: &Tree) -> Result<Period, String> {
    let day = |field: &str| text(tree, field)?.parse::<Day>().map_err(|error| format!("`{field}`: {error}"));
    Ok(Period { from: day("from")?, until: day("until")? })
}

/// The settlement of a period over all postings so far; or the answer that says why there is none.
fn settled(scene: &mut Scene<'_>, period: Period) -> Result<Result<Settlement, Tree<'static>>, String> {
    let answer = scene.engine.settle(&scene.ledger.tally, &scene.ledger.book, period);
    let written = wire::encode(&period).map_err(|error| error.to_string())?;
    scene.transcript.settled(&written, &scene.ledger.tally, answer.clone().map_err(CallError::from))?;
    Ok(answer.map_err(|error| refused(&error)))
}

fn refused(error: &SettleError) -> Tree<'static> {
    let (code, words) = (CallError::from(error.clone()).code(), error.to_string());
    let detail = words.split_once(": ").map_or("", |(_, detail)| detail);
    table([
        ("type", Node::Text("error".into())),
        ("code", Node::Text(code.into())),
        ("detail", Node::Text(detail.to_owned().into())),
    ])
}

fn settle(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let wanted = part(step, "settle")?;
    only(wanted, &["from", "until"])?;
    let answer = match settled(scene, period(wanted)?)? {
        Ok(settlement) => tree_of(&settlement)?,
        Err(answer) => answer,
    };
    Ok(differences(expected(step)?, &answer))
}

fn figures(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let wanted = part(step, "figures")?;
    only(wanted, &["from", "until"])?;
    let period = period(wanted)?;
    let answer = scene.engine.figures(&scene.ledger.tally, period);
    let written = wire::encode(&period).map_err(|error| error.to_string())?;
    scene.transcript.figures(&written, &scene.ledger.tally, answer.clone().map_err(CallError::from))?;
    let got = match answer {
        Ok(figures) => tree_of(&figures)?,
        Err(error) => refused(&error),
    };
    // Lists inside of a table match exactly.
    let inside = |node| table([("figures", node)]);
    Ok(differences(&inside(part(step, "expect")?.node.clone()), &inside(got.node)))
}

fn close(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let wanted = part(step, "close")?;
    let expected = expected(step)?;
    let period = period(wanted)?;
    let settlement = match settled(scene, period)? {
        Ok(settlement) => settlement,
        Err(answer) => {
            scene.skip();
            return Ok(differences(expected, &answer));
        }
    };
    let statement_hash = statement_hash(&settlement).map_err(|error| error.to_string())?;
    let mut whole = tree_of(&Action::CloseBooks(CloseBooks { period, settlement, statement_hash }))?;
    if let (Node::Table(fields), Node::Table(own)) = (&mut whole.node, &wanted.node) {
        let own = own.iter().filter(|(field, _, _)| field != "from" && field != "until");
        for entry in own {
            fields.retain(|(field, _, _)| *field != entry.0);
            fields.push(entry.clone());
        }
    }
    submit(scene, &whole, expected)
}

fn check(scene: &mut Scene<'_>, step: &Tree) -> Found {
    let wanted = part(step, "expect")?;
    let Node::List(expected) = &wanted.node else { return Err("`expect` is a list of problems".to_owned()) };
    let previous = match step.get("previous") {
        Some(previous) => Some(rulebook_of(previous)?.map_err(|error| format!("`previous`: {error}"))?),
        None => None,
    };
    let written = |field| step.get(field).map(json_of).transpose();
    scene.transcript.checked(written("check")?.unwrap_or_default(), written("previous")?);
    let got = match rulebook_of(part(step, "check")?)? {
        Ok(rulebook) => tree_of(&Engine::check(&rulebook, previous.as_ref()))?,
        Err(error) => Tree { node: Node::List(vec![malformed(&error)]), at: 0 },
    };
    let Node::List(problems) = &got.node else { return Err("a check gives a list".to_owned()) };
    Ok(list_differences(expected, problems, &got))
}

fn rulebook_text(scene: &mut Scene<'_>, step: &Tree) -> Found {
    scene.transcript.checked(text(step, "rulebook_text")?.to_owned(), None);
    let answer = match Rulebook::from_json(text(step, "rulebook_text")?.as_bytes()) {
        Err(error) => malformed(&error),
        Ok(_) => table([("type", Node::Text("read".into()))]),
    };
    Ok(differences(expected(step)?, &answer))
}

fn use_rulebook(scene: &mut Scene<'_>, step: &Tree) -> Found {
    scene.switch(engine_of(part(step, "use_rulebook")?)?)?;
    Ok(Vec::new())
}

fn use_rulebook_file(scene: &mut Scene<'_>, step: &Tree) -> Found {
    scene.switch(engine_in(scene.folder, text(step, "use_rulebook_file")?)?)?;
    Ok(Vec::new())
}
