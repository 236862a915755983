// The one place that calls the WebAssembly instance: readiness, texts to bytes, thrown texts to errors, and an instance that
// broke is never called again.
import * as glue from "./glue/coalition.js";
import { CoalitionError, type ErrorCode, type Failure } from "./error.js";
import { compiled, compiledNow, type WasmSource } from "./loading.js";
import { type Flaw, flaw } from "./plain.js";

/** JSON text: a string, or its UTF-8 bytes, which cost less where the host has them already. */
export type Text = string | Uint8Array;

/** A place in a text, behind the code and the path. */
const PLACE = /^ \(line \d+, column \d+\)/;

let state: "empty" | "ready" | "broken" = "empty";
/** Counts instances: what one has made means nothing to the next. */
let instance = 0;
let loading: Promise<void> | undefined;

function begin(): void {
  state = "ready";
}

/**
 * Loads the engine. It may be called any number of times, and does nothing once the engine is there; a failure (no network,
 * another file, a forbidding Content-Security-Policy) is `not_loaded`, with its cause, and is forgotten, so that it can be
 * tried again. After a `panic` it makes a new instance.
 */
export async function init(source?: WasmSource | Promise<WasmSource>): Promise<void> {
  if (state === "ready") return;
  loading ??= load(source).finally(() => {
    loading = undefined;
  });
  await loading;
}

async function load(source?: WasmSource | Promise<WasmSource>): Promise<void> {
  if (state === "broken") return begin();
  try {
    const module = await compiled(await source);
    // `initSync` may have come in between.
    if (state === "empty") await glue.default({ module_or_path: module });
  } catch (cause) {
    throw unloaded(cause);
  }
  begin();
}

/** Loads the engine from bytes or a compiled module, at once. In Node nothing need be given, nor called. */
export function initSync(source?: BufferSource | WebAssembly.Module): void {
  if (state === "ready") return;
  if (state === "broken") return begin();
  if (source === undefined) throw unready();
  try {
    glue.initSync({ module: compiledNow(source) });
  } catch (cause) {
    throw unloaded(cause);
  }
  begin();
}

/** Lets go of an instance: its memory, and what the finalizers of its objects would still ask of it. */
function drop(): void {
  state = "broken";
  instance += 1;
  glue.__wbg_reset_state();
}

function unready(): CoalitionError {
  return failed("not_ready", "the engine is not loaded: `await init()` first");
}

function unloaded(cause: unknown): CoalitionError {
  return failed("not_loaded", said(cause), cause);
}

function broken(cause?: unknown): CoalitionError {
  return failed("panic", "the engine's instance broke and is gone; `init` makes a new one, engines have to be compiled anew", cause);
}

/** A failure that is of no argument. */
function failed(code: ErrorCode, why: string, cause?: unknown): CoalitionError {
  return new CoalitionError({ code, argument: "", path: "", text: `${code}: ${why}` }, cause);
}

/** What was thrown, in its own words. */
function said(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** What is given: the texts of the caller's own, or objects, of which a line and a column say nothing. */
export type Given = "texts" | "objects";

/** Calls the instance. */
export function call<T>(given: Given, work: (engine: typeof glue) => T): T {
  if (state === "empty") throw unready();
  if (state === "broken") throw broken();
  try {
    return work(glue);
  } catch (thrown) {
    // The engine throws texts. Anything else went through its frames without unwinding them: no state of it can be trusted.
    if (typeof thrown !== "string") {
      drop();
      throw broken(thrown);
    }
    const failure = JSON.parse(thrown) as Failure;
    throw new CoalitionError(given === "objects" ? unplaced(failure) : failure);
  }
}

/** Without the place in the text, which the caller never saw; the path says where. */
function unplaced(failure: Failure): Failure {
  const { code, argument, path, text } = failure;
  const head = `${argument}: ${code}${path === "" ? "" : ` at ${path}`}`;
  return text.startsWith(head) ? { ...failure, text: head + text.slice(head.length).replace(PLACE, "") } : failure;
}

/** What the instance keeps for one object of ours. */
export class Handle<T extends { free(): void }> {
  #held: T | undefined;
  readonly #instance: number;

  constructor(held: T) {
    this.#held = held;
    this.#instance = instance;
  }

  get(): T {
    if (this.#instance !== instance) throw broken();
    if (this.#held !== undefined) return this.#held;
    throw failed("freed", "this engine was given back");
  }

  /** Gives it back. Twice is once; where its instance is gone there is nothing to give back. */
  free(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && this.#instance === instance && state === "ready") call("objects", () => held.free());
  }
}

const encoder = new TextEncoder();
/** Half of a pair: the encoder would quietly write U+FFFD for it, and an id would no longer be what the caller said. */
const LONE = /\p{Surrogate}/u;

/** The bytes of a text. Texts are not judged here: what is wrong with them, the engine says. */
export function bytes(text: Text, argument: string): Uint8Array {
  if (typeof text === "string") {
    const encoded = encoder.encode(text);
    return encoded.length === text.length ? encoded : faithful(text, encoded);
  }
  if (ArrayBuffer.isView(text)) return octets(text, argument);
  const hint = typeof text === "object" && text !== null ? "; the verb without `Json` takes objects" : "";
  throw unfit(argument, `a text is needed, as a string or as UTF-8 bytes${hint}`);
}

function octets(view: ArrayBufferView, argument: string): Uint8Array {
  try {
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  } catch (cause) {
    throw unfit(argument, `these bytes cannot be read: ${said(cause)}`, { cause });
  }
}

function faithful(text: string, encoded: Uint8Array): Uint8Array {
  const lone = LONE.exec(text);
  if (lone === null) return encoded;
  // Its three bytes as they would be, were it a character: the engine refuses them at their place.
  const before = encoder.encode(text.slice(0, lone.index));
  const written = new Uint8Array(before.length + 3);
  written.set(before);
  written.set([0xed, 0xa0, 0x80], before.length);
  return written;
}

/** The bytes of the text of a plain object, or of a list of them. */
export function pack(value: unknown, argument: string): Uint8Array {
  const isText = typeof value === "string" || ArrayBuffer.isView(value);
  if (isText) throw unfit(argument, "an object is needed; the verb that ends in `Json` takes its text");
  return say(value, argument);
}

/** The bytes of the text of any value that JSON can say. */
export function say(value: unknown, argument: string): Uint8Array {
  if (value === undefined) throw unfit(argument, `nothing was given, and \`${argument}\` is needed`);
  let text: string | undefined;
  let found: Flaw | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
    found = flaw(value);
  } catch (cause) {
    throw unsaid(value, argument, cause);
  }
  if (found !== undefined) throw unfit(argument, found.why, found);
  // What says that it is nothing is no JSON either, which the engine says.
  return encoder.encode(text ?? "");
}

/** Why JSON refused a value: at its place, where that can be found. */
function unsaid(value: unknown, argument: string, cause: unknown): CoalitionError {
  let found: Flaw | undefined;
  try {
    found = flaw(value, new Set());
  } catch {
    // A getter that throws: the cause says what.
  }
  return unfit(argument, found?.why ?? `JSON cannot say it: ${said(cause)}`, { path: found?.path ?? "", cause });
}

/** A word, which must be a string for the glue. */
export function word(value: string, argument: string): string {
  if (typeof value === "string") return value;
  throw unfit(argument, "a word is needed");
}

/** What this layer itself cannot pass on. */
export function unfit(argument: string, why: string, { path = "", cause }: { path?: string; cause?: unknown } = {}): CoalitionError {
  const text = `${argument}: wrong_type${path === "" ? "" : ` at ${path}`}: ${why}`;
  return new CoalitionError({ code: "wrong_type", argument, path, text }, cause);
}
