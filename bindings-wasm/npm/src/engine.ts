/// <reference lib="esnext.disposable" />
import type * as glue from "./glue/coalition.js";
import { bytes, call, type Given, Handle, pack, say, type Text, unfit, word } from "./boundary.js";
import type {
  Booking, Command, Decisions, Figure, Instant, Outcome, Period, Problem, Rulebook, Settlement, Snapshot, Tally,
} from "./types/index.js";

/**
 * How much of its arithmetic a decision writes down: nothing; what matched; that and what every rule missed.
 */
export type Detail = "plain" | "trace" | "why_not";

function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}

function isText(rulebook: Rulebook | Text | undefined): rulebook is Text {
  return typeof rulebook === "string" || ArrayBuffer.isView(rulebook);
}

/** A rulebook as an object, or as its text. */
function rules(rulebook: Rulebook | Text, argument: string): Uint8Array {
  return isText(rulebook) ? bytes(rulebook, argument) : pack(rulebook, argument);
}

/**
 * A programme's rules, ready to decide. Immutable.
 *
 * Every verb is there twice: over plain objects, and as `…Json` over texts, exact to the byte, for a host that stores or
 * sends them anyway. An engine holds memory of the WebAssembly instance: `free` it, or declare it with `using`.
 */
export class Engine {
  readonly #handle: Handle<glue.Engine>;
  #hash: string | undefined;

  /** Compiles a rulebook, an object or its text. */
  constructor(rulebook: Rulebook | Text) {
    const encoded = rules(rulebook, "rulebook");
    const given = isText(rulebook) ? "texts" : "objects";
    this.#handle = new Handle(call(given, (engine) => engine.Engine.compile(encoded)));
  }

  /** The rulebook's hash, which every decision carries. */
  get hash(): string {
    return (this.#hash ??= this.#ask("texts", (held) => held.hash()));
  }

  /** The rulebook, with what it leaves to defaults left out. */
  get rulebook(): Rulebook {
    return parsed(this.rulebookJson);
  }

  /** The rulebook's canonical text. */
  get rulebookJson(): string {
    return this.#ask("texts", (held) => held.rulebook());
  }

  /** The keys that the slice lacks for the next round of loading; none once `decide` will answer. */
  reads(command: Command, slice: Snapshot): string[] {
    const [order, book] = [pack(command, "command"), pack(slice, "slice")];
    return parsed(this.#ask("objects", (held) => held.reads(order, book)));
  }

  readsJson(command: Text, slice: Text): string {
    const [order, book] = [bytes(command, "command"), bytes(slice, "slice")];
    return this.#ask("texts", (held) => held.reads(order, book));
  }

  /** Decides a command against a slice of the book. The same rulebook, slice and command give the same answer. */
  decide(command: Command, slice: Snapshot, detail: Detail = "plain"): Outcome {
    const [order, book] = [pack(command, "command"), pack(slice, "slice")];
    const how = word(detail, "detail");
    return parsed(this.#ask("objects", (held) => held.decide(order, book, how)));
  }

  decideJson(command: Text, slice: Text, detail: Detail = "plain"): string {
    const [order, book] = [bytes(command, "command"), bytes(slice, "slice")];
    const how = word(detail, "detail");
    return this.#ask("texts", (held) => held.decide(order, book, how));
  }

  /**
   * Decides commands one after the other, each against the slice as the ones before have left it, up to the first `needs`:
   * load, and give the rest again, from that one on.
   */
  decideMany(commands: readonly Command[], slice: Snapshot, detail: Detail = "plain"): Decisions {
    const [orders, book] = [pack(commands, "commands"), pack(slice, "slice")];
    const how = word(detail, "detail");
    return parsed(this.#ask("objects", (held) => held.decide_many(orders, book, how)));
  }

  decideManyJson(commands: Text, slice: Text, detail: Detail = "plain"): string {
    const [orders, book] = [bytes(commands, "commands"), bytes(slice, "slice")];
    const how = word(detail, "detail");
    return this.#ask("texts", (held) => held.decide_many(orders, book, how));
  }

  /** Decides without effect, with the arithmetic. Its changes are without the command's own record: never store them. */
  quote(command: Command, slice: Snapshot): Outcome {
    const [order, book] = [pack(command, "command"), pack(slice, "slice")];
    return parsed(this.#ask("objects", (held) => held.quote(order, book)));
  }

  quoteJson(command: Text, slice: Text): string {
    const [order, book] = [bytes(command, "command"), bytes(slice, "slice")];
    return this.#ask("texts", (held) => held.quote(order, book));
  }

  /** The same, with what every rule missed. */
  explain(command: Command, slice: Snapshot): Outcome {
    const [order, book] = [pack(command, "command"), pack(slice, "slice")];
    return parsed(this.#ask("objects", (held) => held.explain(order, book)));
  }

  explainJson(command: Text, slice: Text): string {
    const [order, book] = [bytes(command, "command"), bytes(slice, "slice")];
    return this.#ask("texts", (held) => held.explain(order, book));
  }

  /** A tally with bookings added to it, each to be given once; their events say at which store and by which clerk. */
  tally(tally: Tally, bookings: readonly Booking[]): Tally {
    const [sums, entries] = [pack(tally, "tally"), pack(bookings, "bookings")];
    return parsed(this.#ask("objects", (held) => held.tally(sums, entries)));
  }

  tallyJson(tally: Text, bookings: Text): string {
    const [sums, entries] = [bytes(tally, "tally"), bytes(bookings, "bookings")];
    return this.#ask("texts", (held) => held.tally(sums, entries));
  }

  /** Settles a period from a tally and a slice that holds every party and the books: a party that it leaves out owes no fixed fee. */
  settle(tally: Tally, slice: Snapshot, period: Period): Settlement {
    const [sums, book, days] = [pack(tally, "tally"), pack(slice, "slice"), pack(period, "period")];
    return parsed(this.#ask("objects", (held) => held.settle(sums, book, days)));
  }

  settleJson(tally: Text, slice: Text, period: Text): string {
    const [sums, book, days] = [bytes(tally, "tally"), bytes(slice, "slice"), bytes(period, "period")];
    return this.#ask("texts", (held) => held.settle(sums, book, days));
  }

  /** What stores and clerks sold in a period. */
  figures(tally: Tally, period: Period): Figure[] {
    const [sums, days] = [pack(tally, "tally"), pack(period, "period")];
    return parsed(this.#ask("objects", (held) => held.figures(sums, days)));
  }

  figuresJson(tally: Text, period: Text): string {
    const [sums, days] = [bytes(tally, "tally"), bytes(period, "period")];
    return this.#ask("texts", (held) => held.figures(sums, days));
  }

  /** What is wrong with a rulebook that can be read; with a previous one also what may not change. */
  static check(rulebook: Rulebook | Text, previous?: Rulebook | Text): Problem[] {
    const now = rules(rulebook, "rulebook");
    const before = previous === undefined ? undefined : rules(previous, "previous");
    const given = isText(rulebook) || isText(previous) ? "texts" : "objects";
    return parsed(call(given, (engine) => engine.check(now, before)));
  }

  static checkJson(rulebook: Text, previous?: Text): string {
    const now = bytes(rulebook, "rulebook");
    const before = previous === undefined ? undefined : bytes(previous, "previous");
    return call("texts", (engine) => engine.check(now, before));
  }

  /** The engine of several whose rulebook is in force at a moment, a command's `at`: the latest that began on its local day or before. */
  static inForce(engines: Iterable<Engine>, at: Instant): Engine | undefined {
    const list = [...engines];
    const handles = list.map((engine) => {
      if (typeof engine === "object" && engine !== null && #handle in engine) return engine.#handle.get();
      throw unfit("engines", "only engines can be chosen among");
    });
    const moment = say(at, "at");
    const place = call("objects", (engine) => {
      const choice = new engine.Engines();
      try {
        for (const handle of handles) choice.add(handle);
        return choice.in_force(moment);
      } finally {
        choice.free();
      }
    });
    return place === undefined ? undefined : list[place];
  }

  /** Gives the memory back; any later call fails with code `freed`. */
  free(): void {
    this.#handle.free();
  }

  [Symbol.dispose](): void {
    this.free();
  }

  #ask(given: Given, verb: (held: glue.Engine) => string): string {
    const held = this.#handle.get();
    return call(given, () => verb(held));
  }
}

/** What is wrong with a rulebook; with a previous one also what may not change. */
export const check: typeof Engine.check = Engine.check;
export const checkJson: typeof Engine.checkJson = Engine.checkJson;

/** The engine of several whose rulebook is in force at a moment. */
export const inForce: typeof Engine.inForce = Engine.inForce;

/** The slice after an outcome: its changes are checked against the versions of the records, then set. */
export function evolve(slice: Snapshot, outcome: Outcome): Snapshot {
  const [book, answer] = [pack(slice, "slice"), pack(outcome, "outcome")];
  return parsed(call("objects", (engine) => engine.evolve(book, answer)));
}

export function evolveJson(slice: Text, outcome: Text): string {
  const [book, answer] = [bytes(slice, "slice"), bytes(outcome, "outcome")];
  return call("texts", (engine) => engine.evolve(book, answer));
}

/** Two tallies of different shards as one. */
export function merge(tally: Tally, other: Tally): Tally {
  const [one, two] = [pack(tally, "tally"), pack(other, "other")];
  return parsed(call("objects", (engine) => engine.merge(one, two)));
}

export function mergeJson(tally: Text, other: Text): string {
  const [one, two] = [bytes(tally, "tally"), bytes(other, "other")];
  return call("texts", (engine) => engine.merge(one, two));
}

/** The hash that `close_books` names a settlement by, 64 hexadecimal digits. */
export function statementHash(settlement: Settlement): string {
  const statement = pack(settlement, "settlement");
  return call("objects", (engine) => engine.statement_hash(statement));
}

export function statementHashJson(settlement: Text): string {
  const statement = bytes(settlement, "settlement");
  return call("texts", (engine) => engine.statement_hash(statement));
}

/** An empty whole book. */
export function newBook(): Snapshot {
  return parsed(newBookJson());
}

export function newBookJson(): string {
  return call("texts", (engine) => engine.new_book());
}

/** An empty tally. */
export function newTally(): Tally {
  return parsed(newTallyJson());
}

export function newTallyJson(): string {
  return call("texts", (engine) => engine.new_tally());
}
