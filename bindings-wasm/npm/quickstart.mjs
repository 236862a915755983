import { readFileSync } from "node:fs";
import { Engine, evolve, newBook } from "coalition"; // in a page: `await init()` first
const file = (name) => JSON.parse(readFileSync(`tests/quickstart/${name}.json`, "utf8"));
const engine = new Engine(file("rulebook"));
let book = newBook();
for (const command of [...file("setup"), file("purchase")]) {
  const outcome = engine.decide(command, book);
  if (outcome.type !== "decided") throw new Error(JSON.stringify(outcome));
  book = evolve(book, outcome); // a host commits outcome.changes in one transaction
  if (command.type === "record_purchase") console.log(`${outcome.postings.at(-1).amount} points`);
}
engine.free();
