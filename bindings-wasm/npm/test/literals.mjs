// `node literals.mjs <vectors.jsonl> <folder>`: a TypeScript file for each file of vectors, in which everything that the
// engine takes and answers stands as a literal of its type. What is wrong says so itself: its call has an `error`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [vectors, folder] = process.argv.slice(2);
const files = new Map();
const kinds = ["Rulebook", "Command", "Outcome", "Snapshot", "Tally", "Settlement", "Figure[]", "Period", "Booking[]", "Decisions", "Problem[]",
  "CodePlan", "CodeNeeds", "WrittenCode", "VoucherCode[]", "PublicKey[]", "Token", "Purpose"];

/** Longer ones are accounts of hundreds of lots: the same rows again, at a cost of minutes and gigabytes. */
const LONGEST = 50_000;
let long = 0;

/** One text once in its file: a vector's rulebook is that of the whole file. */
function put(file, kind, text) {
  if (!files.has(file)) files.set(file, new Map(kinds.map((name) => [name, new Set()])));
  if (text?.length > LONGEST) long += 1;
  else if (text !== undefined) files.get(file).get(kind).add(text);
}

function sort(file, call) {
  if (call.error !== undefined) return;
  put(file, "Rulebook", call.rulebook);
  put(file, "Rulebook", call.previous);
  put(file, "Command", call.command);
  for (const command of JSON.parse(call.commands ?? "[]")) put(file, "Command", JSON.stringify(command));
  put(file, "Period", call.period);
  put(file, "Booking[]", call.bookings);
  put(file, "Tally", call.other);
  put(file, "Settlement", call.settlement);
  put(file, "CodePlan", call.plan);
  put(file, "PublicKey[]", call.keys);
  put(file, "Token", call.token);
  put(file, "Purpose", call.purpose);
  const answers = {
    check: "Problem[]", decide: "Outcome", decide_many: "Decisions", quote: "Outcome", explain: "Outcome", book: "Snapshot",
    tally: "Tally", merge: "Tally", settle: "Settlement", figures: "Figure[]", plan_codes: "CodeNeeds", generate_codes: "VoucherCode[]",
    read_code: "WrittenCode", check_keys: "PublicKey[]", verify_offline: "Token",
  };
  if (answers[call.verb] !== undefined) put(file, answers[call.verb], call.expect);
}

for (const line of readFileSync(vectors, "utf8").split("\n").filter((one) => one !== "")) {
  const { vector, calls } = JSON.parse(line);
  for (const call of calls) sort(vector.split(": ")[0], call);
}

mkdirSync(folder, { recursive: true });
let count = 0;
for (const [file, texts] of files) {
  const lines = [`import type { ${kinds.map((kind) => kind.replace("[]", "")).join(", ")} } from "coalition";`];
  for (const [kind, set] of texts) {
    // One by one: a list of thousands would be one type of thousands of alternatives.
    for (const text of set) lines.push(`export const _${(count += 1)}: ${kind} = ${text};`);
  }
  writeFileSync(join(folder, `${file.replace(/[^A-Za-z0-9]+/g, "-")}.ts`), `${lines.join("\n")}\n`);
}
if (count === 0) throw new Error("no vector has anything to check");
console.log(`${count} literals of ${files.size} files of vectors; ${long} longer than ${LONGEST} characters left out`);
