// What the layer itself promises, in Node and in browsers alike: errors, handles, an instance that breaks.
import { begin, earned, PURCHASE, RULEBOOK, SETUP } from "./sample.mjs";

function equal(answer, expected) {
  const [one, other] = [answer, expected].map((value) => JSON.stringify(value) ?? String(value));
  if (one !== other) throw new Error(`${one} instead of ${other}`);
}

/** More than a WebAssembly instance of 32 bits can be asked to take in: it traps. Its pages are never touched. */
const tooMuch = () => new Uint8Array(2 ** 31);

export function behaviours(coalition) {
  const { CoalitionError, Engine } = coalition;
  const thrown = (work) => {
    try {
      work();
    } catch (error) {
      if (error instanceof CoalitionError && error instanceof Error && error.name === "CoalitionError") return error;
      throw new Error(`untyped: ${error}`);
    }
    throw new Error("nothing was thrown");
  };
  const code = (work) => thrown(work).code;
  return [
    ["a purchase of 50.00 earns 50 points", () => {
      const { engine, book } = begin(coalition);
      equal(earned(coalition, engine, book), 50);
      equal(engine.rulebook.programme, "mall");
      equal(engine.hash.length, 64);
      engine.free();
    }],
    ["an error says code, argument, path and text", () => {
      const { engine, book } = begin(coalition);
      const error = thrown(() => engine.decide({ ...PURCHASE, lines: [{ ...PURCHASE.lines[0], gros: 1 }] }, book));
      equal([error.code, error.argument, error.path], ["unknown_field", "command", "lines[0].gros"]);
      if (!error.message.includes("gross")) throw new Error(`no hint: ${error.message}`);
      equal(thrown(() => new Engine({ ...RULEBOOK, currency: "EUR" })).code, "invalid_rulebook");
      equal(Engine.check({ ...RULEBOOK, currency: "EUR" })[0].path, "currency");
      engine.free();
    }],
    ["what JSON cannot say is an error of its own argument", () => {
      const { engine, book } = begin(coalition);
      const cyclic = {};
      cyclic.self = cyclic;
      for (const wrong of [1n, cyclic, { toJSON() { throw new Error("mine"); } }]) {
        const error = thrown(() => engine.decide(wrong, book));
        equal([error.code, error.argument], ["wrong_type", "command"]);
        if (error.cause === undefined) throw new Error("no cause");
      }
      for (const wrong of [undefined, () => 1, Symbol("a")]) equal(code(() => engine.decide(PURCHASE, wrong)), "wrong_type");
      for (const wrong of [undefined, null, 5, {}, []]) equal(code(() => engine.decideJson("{}", wrong)), "wrong_type");
      equal(code(() => engine.decide(PURCHASE, book, "loud")), "unknown_type");
      equal(code(() => engine.decide(PURCHASE, book, 7)), "wrong_type");
      engine.free();
    }],
    ["what JSON would quietly lose is refused at its place", () => {
      const { engine, book } = begin(coalition);
      for (const wrong of [new Map(), new Set(), new Uint8Array(1), NaN, 1n, () => 1, Symbol("a"), new Date("2024-13-01")]) {
        const error = thrown(() => engine.decide({ ...PURCHASE, lines: [{ ...PURCHASE.lines[0], gross: wrong }] }, book));
        equal([error.code, error.argument, error.path], ["wrong_type", "command", "lines[0].gross"]);
      }
      equal(thrown(() => engine.decide(PURCHASE, { ...book, records: new Map() })).path, "records");
      engine.free();
    }],
    ["a missing argument is named, and a hint given where a text stands for an object or the reverse", () => {
      const { engine, book } = begin(coalition);
      const missing = thrown(() => engine.decide(PURCHASE));
      equal([missing.code, missing.argument], ["wrong_type", "slice"]);
      equal(missing.message, "slice: wrong_type: nothing was given, and `slice` is needed");
      const text = thrown(() => engine.decide(JSON.stringify(PURCHASE), book));
      equal(text.message, "command: wrong_type: an object is needed; the verb that ends in `Json` takes its text");
      const object = thrown(() => engine.decideJson(PURCHASE, "{}"));
      equal(object.message.endsWith("; the verb without `Json` takes objects"), true);
      const gone = new Uint8Array(4);
      structuredClone(gone.buffer, { transfer: [gone.buffer] });
      equal(code(() => engine.decideJson(gone, "{}")), "wrong_type");
      const mine = { ...PURCHASE, get lines() { throw new Error("mine"); } };
      equal(thrown(() => engine.decide(mine, book)).message, "command: wrong_type: JSON cannot say it: mine");
      engine.free();
    }],
    ["an error about an object names no place in a text, and is told in JSON", () => {
      const { engine, book } = begin(coalition);
      const error = thrown(() => engine.decide({ ...PURCHASE, gros: 1 }, book));
      equal(error.message.includes("(line"), false);
      equal(JSON.parse(JSON.stringify(error)).message, error.message);
      equal(thrown(() => engine.decideJson("{", "{}")).message.includes("(line"), true);
      engine.free();
    }],
    ["half of a surrogate pair is refused, not replaced", () => {
      const { engine } = begin(coalition);
      const error = thrown(() => engine.decideJson('{"v":1,"note":"\ud83d"}', "{}"));
      equal([error.code, error.argument], ["invalid_json", "command"]);
      equal(thrown(() => engine.decide({ v: 1, note: "\ud83d" }, {})).code, "invalid_json");
      engine.free();
    }],
    ["bytes are as good as a string", () => {
      const { engine } = begin(coalition);
      const [order, book] = [JSON.stringify(SETUP[0]), coalition.newBookJson()];
      const encode = (text) => new TextEncoder().encode(`xx${text}yy`).subarray(2, text.length + 2);
      equal(engine.decideJson(encode(order), encode(book)), engine.decideJson(order, book));
      engine.free();
    }],
    ["an engine that was given back says so, twice is once", () => {
      const { engine, book } = begin(coalition);
      engine.free();
      engine.free();
      equal(code(() => engine.decide(PURCHASE, book)), "freed");
      equal(code(() => engine.rulebook), "freed");
      equal(code(() => Engine.inForce([engine], "2024-05-01T10:00:00Z")), "freed");
    }],
    ["an engine can be declared with `using`", () => {
      const { engine, book } = begin(coalition);
      const dispose = Symbol.dispose ?? Symbol.for("nodejs.dispose");
      engine[dispose]();
      equal(code(() => engine.decide(PURCHASE, book)), "freed");
    }],
    ["the rulebook in force is the latest that has begun", () => {
      const engines = ["2024-01-01", "2024-06-01"].map((day) => new Engine({ ...RULEBOOK, effective_from: day }));
      const place = (at) => engines.indexOf(coalition.inForce(engines, at));
      // 2024-06-01 begins at 16:00 of the day before in UTC.
      equal(["2023-12-31T15:59:59Z", "2024-05-31T15:59:59Z", "2024-05-31T16:00:00Z"].map(place), [-1, 0, 1]);
      equal(code(() => coalition.inForce(engines, "soon")), "invalid_instant");
      equal(code(() => coalition.inForce([{}], "2024-05-01T10:00:00Z")), "wrong_type");
      engines.forEach((engine) => engine.free());
    }],
    ["init again changes nothing", async () => {
      const { engine, book } = begin(coalition);
      await Promise.all([coalition.init(), coalition.init()]);
      await coalition.init("http://localhost:1/nothing.wasm");
      coalition.initSync();
      equal(earned(coalition, engine, book), 50);
      engine.free();
    }],
    ["an instance that breaks is dropped, until init makes a new one", async () => {
      const { engine, book } = begin(coalition);
      const error = thrown(() => engine.decideJson(tooMuch(), coalition.newBookJson()));
      equal(error.code, "panic");
      if (!(error.cause instanceof WebAssembly.RuntimeError)) throw new Error(`cause ${error.cause}`);
      equal(code(() => engine.decide(PURCHASE, book)), "panic");
      equal(code(() => new Engine(RULEBOOK)), "panic");
      equal(code(() => coalition.newBook()), "panic");
      await coalition.init();
      equal(code(() => engine.decide(PURCHASE, book)), "panic");
      engine.free();
      const anew = begin(coalition);
      equal(earned(coalition, anew.engine, anew.book), 50);
      anew.engine.free();
    }],
  ];
}
