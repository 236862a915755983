// Bad texts and tokens by the ten thousand, the same ones on every run: each answer is a typed error or a proper outcome, the
// engine decides rightly afterwards, and no memory is lost.
import { begin, earned } from "./sample.mjs";

/** A small generator of numbers (xorshift), so that a run can be repeated from its seed. */
class Chance {
  constructor(seed) {
    this.state = seed;
  }

  below(limit) {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) % limit;
  }

  of(list) {
    return list[this.below(list.length)];
  }
}

const ARGUMENTS = ["rulebook", "previous", "command", "commands", "slice", "outcome", "tally", "other", "bookings", "period", "settlement"];
/** Longer ones take longer and break in no other way. */
const LONGEST = 6_000;
const TOKENS = [
  "null", "true", "-1", "-0", "0", "1.5", "1e3", "9007199254740992", "99999999999999999999999999", '""', '"\\ud800"', "[]", "{}",
  '{"type":"x"}', '{"type":"whole"}', '"points"', '"2024-13-01"', '"2024-02-30T25:00:00Z"', "NaN", "'x'", "\u0000", "\ufeff", "\ud800",
  '"../../x"', '{"a":1,"a":2}', "[[[[[[[[", '"\\u0000"', "//", ",", '"__proto__"', "1_000", "0x10", "\u2028",
];
const OBJECTS = [
  null, undefined, true, -1, -0, 1.5, NaN, Infinity, 2 ** 53, 1e300, "", "\ud800", "x".repeat(70), [], {}, [[]], 5n, Symbol("x"),
  () => 1, new Date(0), new Date(NaN), new Map([[1, 2]]), /x/, new Uint8Array(3), Object.create(null), { type: "x" },
  { toJSON() { throw new Error("no"); } }, { get at() { throw new Error("no"); } }, new Proxy({}, { ownKeys() { throw new Error("no"); } }),
];
const CYCLE = [];
CYCLE.push(CYCLE);
OBJECTS.push(CYCLE);

/** Texts that the vectors hand in, by argument. */
function seeds(lines) {
  const found = new Map(ARGUMENTS.map((name) => [name, []]));
  for (const line of lines.filter((_, index) => index % 7 === 0)) {
    for (const call of JSON.parse(line).calls) {
      // What a vector calls wrongly is no good text to begin with.
      for (const name of call.error === undefined ? ARGUMENTS : []) {
        if (typeof call[name] === "string" && call[name].length < LONGEST) found.get(name).push(call[name]);
      }
      if (call.verb === "decide" && call.expect?.length < LONGEST) found.get("outcome").push(call.expect);
      if (call.verb === "book" && call.expect?.length < LONGEST) found.get("slice").push(call.expect);
    }
  }
  for (const [name, texts] of found) {
    if (texts.length === 0) texts.push(name === "commands" || name === "bookings" ? "[]" : "{}");
  }
  return found;
}

/** A text with something wrong in it. */
function bend(text, chance) {
  const at = chance.below(text.length + 1);
  switch (chance.below(9)) {
    case 0: return text.slice(0, at);
    case 1: return text.slice(0, at) + String.fromCharCode(chance.below(0x110) * (chance.below(2) ? 1 : 0xf1)) + text.slice(at + 1);
    case 2: return text.slice(0, at) + chance.of(TOKENS) + text.slice(at);
    case 3: return text.replace(/-?\d+/g, (number) => (chance.below(4) ? number : chance.of(["-0", "1.0", "1e9", "9007199254740993", `${number}0000000000`])));
    case 4: return text.replace(/"[^"]*"/g, (word) => (chance.below(12) ? word : chance.of(TOKENS)));
    case 5: return `${"[".repeat(1 + chance.below(chance.below(50) ? 90 : 50_000))}${text}`;
    case 6: return text.slice(0, at) + text.slice(chance.below(text.length + 1));
    case 7: return text.replace("{", `{"${chance.of(["x", "type", "v", "id", "__proto__", "toString"])}":${chance.of(TOKENS)},`);
    default: return chance.below(2) ? text + text : chance.of(TOKENS);
  }
}

/** Bytes of which some are no longer UTF-8. */
function corrupt(text, chance) {
  const bytes = new TextEncoder().encode(text);
  for (let times = chance.below(4); times >= 0 && bytes.length > 0; times -= 1) bytes[chance.below(bytes.length)] = chance.below(256);
  return bytes;
}

/** An object with something wrong in it. */
function twist(text, chance) {
  if (chance.below(20) === 0) return chance.of(OBJECTS);
  const value = JSON.parse(text);
  let place = value;
  for (;;) {
    const keys = place !== null && typeof place === "object" ? Object.keys(place) : [];
    if (keys.length === 0) return chance.of(OBJECTS);
    const key = chance.of(keys);
    const inner = place[key];
    if (inner !== null && typeof inner === "object" && Object.keys(inner).length > 0 && chance.below(4) > 0) {
      place = inner;
      continue;
    }
    if (chance.below(5) === 0) delete place[key];
    else if (chance.below(5) === 0) place[chance.of(["x", "type", "0", "constructor"])] = chance.of(OBJECTS);
    else place[key] = chance.of(OBJECTS);
    return value;
  }
}

/** The verbs, with the arguments that they take in their order. */
const VERBS = [
  ["compile", "rulebook"], ["check", "rulebook", "previous"], ["reads", "command", "slice"], ["decide", "command", "slice", "detail"],
  ["decide", "command", "slice", "detail"], ["decideMany", "commands", "slice", "detail"], ["quote", "command", "slice"],
  ["explain", "command", "slice"], ["evolve", "slice", "outcome"], ["tally", "tally", "bookings"], ["merge", "tally", "other"],
  ["settle", "tally", "slice", "period"], ["figures", "tally", "period"], ["statementHash", "settlement"], ["inForce", "at"],
];

class Assault {
  constructor(coalition, engine, texts) {
    this.coalition = coalition;
    this.engine = engine;
    this.texts = texts;
    this.counts = { errors: 0, answers: 0 };
    this.failures = [];
  }

  argument(name, isBad, asText, chance) {
    if (name === "detail") return isBad ? chance.of(["", "loud", "PLAIN", "\ud800", 5, {}]) : chance.of(["plain", "trace", "why_not"]);
    if (name === "at") return isBad ? chance.of([...OBJECTS, "2024-99-01", "2024-05-01T10:00:00"]) : "2024-05-01T10:00:00Z";
    const text = chance.of(this.texts.get(name));
    if (!asText) return isBad ? twist(text, chance) : JSON.parse(text);
    if (!isBad) return text;
    return chance.below(6) ? bend(text, chance) : corrupt(text, chance);
  }

  call(verb, given, asText) {
    const { coalition, engine } = this;
    if (verb === "compile") {
      new coalition.Engine(...given).free();
      return "{}";
    }
    if (verb === "inForce") return coalition.inForce([engine], ...given) === undefined ? "null" : "{}";
    const name = asText ? `${verb}Json` : verb;
    const answer = typeof engine[name] === "function" ? engine[name](...given) : coalition[name](...given);
    return verb === "statementHash" ? JSON.stringify(answer) : asText ? answer : JSON.stringify(answer);
  }

  /** One call with one bad argument. */
  strike(chance, asText) {
    const [verb, ...names] = chance.of(VERBS);
    const bad = chance.of(names);
    let given = [];
    try {
      given = names.map((name) => this.argument(name, name === bad, asText, chance));
      if (typeof JSON.parse(this.call(verb, given, asText)) !== "undefined") this.counts.answers += 1;
    } catch (error) {
      if (error instanceof this.coalition.CoalitionError && error.code !== "panic" && typeof error.path === "string") {
        this.counts.errors += 1;
      } else {
        this.failures.push(`${verb}, bad ${bad}, ${asText ? "text" : "object"}: ${error?.stack ?? error}`);
      }
    }
  }
}

const MEBIBYTE = 2 ** 20;
const SEED = 0x5eed;

/**
 * `count` calls through each door, and then the first half of them once more. The largest input decides how much memory the
 * instance takes, wherever it comes; what has been called before may take no more.
 */
export async function assault(coalition, lines, { count, measure }) {
  await coalition.init();
  const { engine, book } = begin(coalition);
  const run = new Assault(coalition, engine, seeds(lines));
  const notes = [];
  let passed = 0;
  for (const asText of [true, false]) {
    const before = run.failures.length;
    const calls = (times) => {
      const chance = new Chance(SEED);
      run.counts = { errors: 0, answers: 0 };
      for (let n = 0; n < times; n += 1) run.strike(chance, asText);
      return run.counts;
    };
    const { errors, answers } = calls(count);
    const first = await measure();
    calls(count / 2);
    const second = await measure();
    const grown = { wasm: second.wasm - first.wasm, heap: second.heap - first.heap };
    const door = asText ? "text" : "object";
    notes.push(`${door}: ${errors} typed errors, ${answers} answers; instance ${first.wasm} -> ${second.wasm} bytes, heap ${(grown.heap / MEBIBYTE).toFixed(1)} MiB more`);
    // A heap moves by itself; the instance's memory never shrinks, so a leak shows there.
    if (grown.wasm > 0 || grown.heap > 8 * MEBIBYTE) run.failures.push(`${door}: memory grew: ${JSON.stringify(grown)}`);
    // Most bad arguments are refused; some changes leave another id or number, and are answered.
    if (errors < count / 2 || answers < count / 60 || errors + answers !== count) run.failures.push(`${door}: ${errors} refused, ${answers} answered`);
    const points = earned(coalition, engine, book);
    if (points !== 50) run.failures.push(`${door}: a good purchase afterwards: ${points}`);
    if (run.failures.length === before) passed += 1;
  }
  engine.free();
  return { passed, failed: run.failures.length, failures: run.failures.slice(0, 20), notes };
}
