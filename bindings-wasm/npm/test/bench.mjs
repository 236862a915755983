// `node bench.mjs <folder>`: what a purchase of five lines costs through the package, by the files that the native bench
// wrote. Microseconds of processor time a command, the median of some rounds: a busy machine changes it little.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Engine } from "coalition";

const ROUNDS = 15;
const SINGLES = 1_000;
const text = (name) => readFileSync(join(process.argv[2], name), "utf8");
const [command, slice, commands, batch] = ["command.json", "slice.json", "commands.json", "slice-batch.json"].map(text);
const engine = new Engine(text("rulebook.json"));
const encode = (one) => new TextEncoder().encode(one);

function median(operations, round) {
  for (let warm = 0; warm < 3; warm += 1) round();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = process.cpuUsage();
    round();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / operations;
  });
  return times.sort((one, other) => one - other)[ROUNDS >> 1];
}

function show(what, operations, round) {
  console.log(`${what.padEnd(44)} ${median(operations, round).toFixed(1).padStart(7)} µs`);
}

function single(what, call) {
  show(what, SINGLES, () => {
    for (let n = 0; n < SINGLES; n += 1) call();
  });
}

const outcome = JSON.parse(engine.decideJson(command, slice));
if (outcome.type !== "decided") throw new Error(JSON.stringify(outcome));
const [order, book, orders, many] = [command, slice, commands, batch].map((one) => JSON.parse(one));
const count = orders.length;
if (engine.decideMany(orders, many).outcomes.some((one) => one.type !== "decided")) throw new Error("a batch that is not decided");

console.log(`${command.length} bytes of command, ${slice.length} of slice; Node ${process.version}`);
single("one, text to text", () => engine.decideJson(command, slice));
const [commandBytes, sliceBytes] = [encode(command), encode(slice)];
single("one, bytes to text", () => engine.decideJson(commandBytes, sliceBytes));
single("one, object to object", () => engine.decide(order, book));
single("  of which JavaScript's own JSON", () => {
  JSON.stringify(order);
  JSON.stringify(book);
  JSON.parse(JSON.stringify(outcome));
});
show(`of a batch of ${count}, text to text`, count, () => engine.decideManyJson(commands, batch));
show(`of a batch of ${count}, object to object`, count, () => engine.decideMany(orders, many));
