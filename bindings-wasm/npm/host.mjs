import { readFileSync } from "node:fs";
import { Engine, evolve } from "coalition";
const file = (name) => JSON.parse(readFileSync(`tests/quickstart/${name}.json`, "utf8"));
const engine = new Engine(file("rulebook"));
const rows = new Map(); // key: { version, record }; a table of your database
const answers = new Map(); // command id: the text of its answer

function load(command) {
  const slice = { v: 1, extent: "slice", records: {} };
  for (let keys = engine.reads(command, slice); keys.length > 0; keys = engine.reads(command, slice)) {
    for (const key of keys) slice.records[key] = rows.get(key) ?? { version: 0 };
  }
  return slice;
}

function commit(slice, outcome) { // in one transaction
  const changes = outcome.changes ?? [];
  const moved = ([key, { version }]) => (rows.get(key)?.version ?? 0) !== version;
  if (Object.entries(slice.records).some(moved)) return false; // read or written: somebody was faster
  const { records } = evolve(slice, outcome);
  for (const { key, after } of changes) if (after !== undefined) rows.set(key, records[key]);
  if (changes.length > 0) answers.set(outcome.command, JSON.stringify(outcome));
  return true;
}

function handle(request, now) {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (answers.has(request.id)) return JSON.parse(answers.get(request.id)); // asked again, perhaps meanwhile
    const command = { ...request, booked: now() };
    const slice = load(command);
    const outcome = engine.decide(command, slice);
    if (outcome.code === "conflict" && answers.has(request.id)) continue; // answered while this one loaded
    if (commit(slice, outcome)) return outcome;
  }
  throw new Error("others were faster five times");
}

const now = () => "2024-05-01T12:00:00Z"; // your clock: new Date().toISOString()
const purchase = file("purchase");
for (const request of [...file("setup"), purchase, purchase]) handle(request, now);
console.log(`${rows.get("account/li").record.lots[0].points} points, ${answers.size} answers`);
