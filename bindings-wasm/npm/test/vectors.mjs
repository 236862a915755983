// Runs the worked-out vectors through the package, in any JavaScript: every answer must be the Rust engine's, byte for byte.

/** What cannot be said in a JavaScript object: by the time it is one, it is another text. */
const LOST = new Set(["duplicate_key", "invalid_json", "number_not_integer", "number_out_of_range"]);

/** Whose answer is a text and not the JSON of one. */
const BARE = new Set(["compile", "statement_hash", "public_key", "sign_token"]);

/** The bytes of a text in base 16. */
function octets(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** The texts as they are. */
export function textDoor(coalition) {
  return {
    name: "text",
    takes: () => true,
    argument: (text) => text,
    same: (answer, expected) => answer === expected,
    compile: (rulebook) => new coalition.Engine(rulebook),
    verb: (on, name) => on[`${name}Json`].bind(on),
    newBook: coalition.newBookJson,
    newTally: coalition.newTallyJson,
  };
}

/** Plain objects in and out. */
export function objectDoor(coalition) {
  return {
    name: "object",
    takes: (call) => !LOST.has(call.error?.code),
    argument: (text) => JSON.parse(text),
    same: (answer, expected) => JSON.stringify(answer) === JSON.stringify(JSON.parse(expected)),
    compile: (rulebook) => new coalition.Engine(JSON.parse(rulebook)),
    verb: (on, name) => on[name].bind(on),
    newBook: coalition.newBook,
    newTally: coalition.newTally,
  };
}

class Vector {
  constructor(coalition, door) {
    this.coalition = coalition;
    this.door = door;
    this.engine = undefined;
    this.book = door.newBook();
    this.sums = door.newTally();
  }

  /** What a call answers; the registers follow it. */
  answer(call) {
    const { coalition, door, engine } = this;
    const given = (name) => (call[name] === undefined ? undefined : door.argument(call[name]));
    const slice = () => given("slice") ?? this.book;
    const tally = () => given("tally") ?? this.sums;
    const asked = (name) => door.verb(engine, name);
    const free = (name) => door.verb(coalition, name);
    switch (call.verb) {
      case "compile":
        this.engine?.free();
        this.engine = undefined;
        this.engine = door.compile(call.rulebook);
        return this.engine.hash;
      case "check":
        return free("check")(...[given("rulebook"), given("previous")].filter((one) => one !== undefined));
      case "reads":
        return asked("reads")(given("command"), slice());
      case "decide": {
        const outcome = asked("decide")(given("command"), slice(), call.detail);
        if (call.slice === undefined) this.book = free("evolve")(this.book, outcome);
        return outcome;
      }
      case "decide_many":
        return asked("decideMany")(given("commands"), slice(), call.detail);
      case "quote":
      case "explain":
        return asked(call.verb)(given("command"), slice());
      case "evolve":
        return free("evolve")(slice(), given("outcome"));
      case "tally": {
        const sums = asked("tally")(tally(), given("bookings"));
        if (call.tally === undefined) this.sums = sums;
        return sums;
      }
      case "merge":
        return free("merge")(tally(), given("other"));
      case "settle":
        return asked("settle")(tally(), slice(), given("period"));
      case "figures":
        return asked("figures")(tally(), given("period"));
      case "statement_hash":
        return free("statementHash")(given("settlement"));
      case "book":
        return this.book;
      case "plan_codes":
        return free("planCodes")(given("plan"), given("count"));
      case "generate_codes": {
        const entropy = given("entropy");
        const takesBytes = door.name === "object";
        return free("generateCodes")(given("plan"), given("count"), takesBytes ? octets(entropy) : entropy);
      }
      case "read_code":
        return free("readCode")(given("text"));
      case "public_key":
        return free("publicKey")(given("signing_key"));
      case "check_keys":
        return free("checkKeys")(given("keys"));
      case "sign_token":
        return free("signToken")(given("token"), given("signing_key"));
      case "verify_offline":
        return free("verifyOffline")(...["text", "keys", "audience", "purpose", "at"].map(given));
      default:
        throw new Error(`no verb ${call.verb}`);
    }
  }

  /** Whether the answer or the error is the expected one; else what it was. */
  differs(call) {
    let answer;
    try {
      answer = this.answer(call);
    } catch (error) {
      if (!(error instanceof this.coalition.CoalitionError)) return `untyped: ${error}`;
      const { code, argument, path } = error;
      const wanted = call.error;
      if (wanted?.code === code && wanted.argument === argument && wanted.path === path) return undefined;
      return `${code} at ${argument} ${path}: ${error.message}`;
    }
    const same = BARE.has(call.verb) ? answer === call.expect : call.expect !== undefined && this.door.same(answer, call.expect);
    return same ? undefined : `answered ${JSON.stringify(answer)}`;
  }
}

/** Runs every line (`{"vector","calls"}`) through a door: counts, and what failed. */
export function runVectors(coalition, lines, door) {
  const result = { door: door.name, passed: 0, failed: 0, calls: 0, lost: 0, failures: [] };
  for (const line of lines) {
    const { vector, calls } = JSON.parse(line);
    const run = new Vector(coalition, door);
    const failure = firstFailure(run, calls, result);
    run.engine?.free();
    if (failure === undefined) result.passed += 1;
    else {
      result.failed += 1;
      result.failures.push(`${vector}: ${failure}`);
    }
  }
  return result;
}

function firstFailure(run, calls, result) {
  for (const [index, call] of calls.entries()) {
    if (!run.door.takes(call)) {
      result.lost += 1;
      continue;
    }
    const differs = run.differs(call);
    if (differs !== undefined) return `call ${index + 1}, ${call.verb}: ${differs.slice(0, 2000)}`;
    result.calls += 1;
  }
  return undefined;
}
