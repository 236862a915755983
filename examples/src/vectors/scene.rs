//! What a vector acts on: an engine, a book, and the counter that fills envelopes.

use std::collections::BTreeSet;
use std::path::Path;

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::json::CallError;
use coalition::nouns::Key;
use coalition::values::{Asset, Id};
use coalition::verbs::Outcome;
use coalition::wire::{Node, Tree};
use coalition::{Detail, Engine};

use super::document::{json_of, malformed, node, tree_of};
use super::matching::shown;
use super::sound;
use super::transcript::Transcript;
use crate::host::Ledger;

/// A vector in progress.
pub(super) struct Scene<'f> {
    /// Where rulebook files are named from.
    pub(super) folder: &'f Path,
    pub(super) engine: Engine,
    pub(super) ledger: Ledger,
    /// Every call so far, with its answer.
    pub(super) transcript: Transcript,
    /// Every points asset of every rulebook so far.
    points: BTreeSet<Id>,
    commands: u64,
    at: Option<Node<'static>>,
}

impl<'f> Scene<'f> {
    pub(super) fn new(engine: Engine, folder: &'f Path) -> Result<Self, String> {
        let (ledger, points, transcript) = (Ledger::default(), BTreeSet::new(), Transcript::default());
        let mut scene = Self { folder, engine: engine.clone(), ledger, transcript, points, commands: 0, at: None };
        scene.switch(engine)?;
        Ok(scene)
    }

    /// From here on another rulebook decides.
    pub(super) fn switch(&mut self, engine: Engine) -> Result<(), String> {
        self.transcript.compile(&engine, &self.ledger.tally)?;
        let assets = engine.rulebook().assets.iter();
        let points = assets.filter(|(_, asset)| matches!(asset, Asset::Points {})).map(|(id, _)| id.clone());
        self.points.extend(points);
        self.engine = engine;
        Ok(())
    }

    /// Counts a command that does not come about.
    pub(super) fn skip(&mut self) {
        self.commands += 1;
    }

    /// Fills the envelope of a command and reads it, and gives its text beside it; a command that cannot be read is
    /// `malformed`.
    pub(super) fn command(&mut self, written: &Tree) -> Result<Result<(Command, String), Tree<'static>>, String> {
        self.commands += 1;
        let mut whole = written.clone().into_owned();
        let written_at = whole.get("at").map(|at| at.node.clone());
        if let Node::Table(entries) = &mut whole.node {
            let at = written_at.or_else(|| self.at.clone());
            let at = at.ok_or("the first command needs `at`")?;
            let text = |text: String| Node::Text(text.into());
            let envelope = [
                ("v", Node::Int(1)),
                ("id", text(format!("00000000-0000-0000-0000-{:012}", self.commands))),
                ("at", at.clone()),
                ("booked", at.clone()),
                ("actor", text(self.engine.rulebook().operator.to_string())),
            ];
            let missing = envelope.into_iter().filter(|(field, _)| written.get(field).is_none());
            entries.extend(missing.map(|(field, value)| (field.into(), 0, node(value))));
            self.at = Some(at);
        }
        let text = json_of(&whole)?;
        Ok(match Command::from_json(text.as_bytes()) {
            Ok(command) => Ok((command, text)),
            Err(error) => {
                let answer = malformed(&error);
                self.transcript.malformed(&text, CallError::Malformed { argument: "command", error });
                Err(answer)
            }
        })
    }

    /// Decides and applies: the outcome, and what is unsound about it.
    pub(super) fn submit(&mut self, command: &Command, text: &str) -> Result<(Outcome, Vec<String>), String> {
        let before = self.ledger.book.clone();
        let outcome = self.ledger.submit(&self.engine, command, Detail::Plain).map_err(|failure| failure.message)?;
        self.transcript.submitted(command, text, &outcome)?;
        let mut faults = sound::faults(&self.ledger, &self.points);
        if !matches!(outcome, Outcome::Decided(_)) && changed(&before, &self.ledger.book, command) {
            faults.push("the book was changed although nothing was decided".to_owned());
        }
        Ok((outcome, faults))
    }

    /// Applies a command that must be decided.
    pub(super) fn give(&mut self, written: &Tree) -> Result<(), String> {
        let (command, text) =
            self.command(written)?.map_err(|answer| format!("expected a decision, got {}", shown(&answer)))?;
        let (outcome, faults) = self.submit(&command, &text)?;
        if !matches!(outcome, Outcome::Decided(_)) {
            return Err(format!("expected a decision, got {}", shown(&tree_of(&outcome)?)));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
    }
}

/// Whether two books differ in more than the record of a command.
fn changed(before: &Snapshot, after: &Snapshot, command: &Command) -> bool {
    let own = Key::Command(command.id);
    let rest = |book: &Snapshot| -> Vec<_> {
        book.records.iter().filter(|(key, _)| **key != own).map(|(key, entry)| (key.clone(), entry.clone())).collect()
    };
    before.extent != after.extent || rest(before) != rest(after)
}
