// The one place that calls the WebAssembly instance: readiness, texts to bytes, thrown texts to errors, and an instance that
// broke is never called again.
import * as glue from "./glue/coalition.js";
import { CoalitionError, type Failure } from "./error.js";

/** JSON text: a string, or its UTF-8 bytes, which cost less where the host has them already. */
export type Text = string | Uint8Array;

/** Where the `.wasm` is, or what it is; without it, the file beside this module. */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

let state: "empty" | "ready" | "broken" = "empty";
/** Counts instances: what one has made means nothing to the next. */
let instance = 0;
let loading: Promise<void> | undefined;

function begin(): void {
  state = "ready";
}

/**
 * Loads the engine. It may be called any number of times, and does nothing once the engine is there; a failure (no network,
 * a forbidding Content-Security-Policy) is forgotten, so that it can be tried again. After a `panic` it makes a new instance.
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
  // A bare promise would be taken for options by the glue.
  await glue.default(source === undefined ? undefined : { module_or_path: await source });
  begin();
}

/** Loads the engine from bytes or a compiled module, at once. In Node nothing need be given, nor called. */
export function initSync(source?: BufferSource | WebAssembly.Module): void {
  if (state === "ready") return;
  if (state === "broken") return begin();
  if (source === undefined) throw unready();
  glue.initSync({ module: source });
  begin();
}

/** Lets go of an instance: its memory, and what the finalizers of its objects would still ask of it. */
function drop(): void {
  state = "broken";
  instance += 1;
  glue.__wbg_reset_state();
}

function unready(): CoalitionError {
  const text = "not_ready: the engine is not loaded: `await init()` first";
  return new CoalitionError({ code: "not_ready", argument: "", path: "", text });
}

function broken(cause?: unknown): CoalitionError {
  const text = "panic: the engine's instance broke and is gone; `init` makes a new one, engines have to be compiled anew";
  return new CoalitionError({ code: "panic", argument: "", path: "", text }, cause);
}

/** Calls the instance. */
export function call<T>(work: (engine: typeof glue) => T): T {
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
    throw new CoalitionError(JSON.parse(thrown) as Failure);
  }
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
    const text = "freed: this engine was given back";
    throw new CoalitionError({ code: "freed", argument: "", path: "", text });
  }

  /** Gives it back. Twice is once; where its instance is gone there is nothing to give back. */
  free(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && this.#instance === instance && state === "ready") call(() => held.free());
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
  if (ArrayBuffer.isView(text)) return new Uint8Array(text.buffer, text.byteOffset, text.byteLength);
  throw unfit(argument, "a text is needed, as a string or as UTF-8 bytes");
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

/** The bytes of the text of a plain object. */
export function pack(value: unknown, argument: string): Uint8Array {
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (cause) {
    throw unfit(argument, "not a plain object that JSON can say", cause);
  }
  // A function or `undefined` has no text; none is no JSON either, which the engine says.
  return encoder.encode(text ?? "");
}

/** A word, which must be a string for the glue. */
export function word(value: string, argument: string): string {
  if (typeof value === "string") return value;
  throw unfit(argument, "a word is needed");
}

/** What this layer itself cannot pass on. */
export function unfit(argument: string, why: string, cause?: unknown): CoalitionError {
  return new CoalitionError({ code: "wrong_type", argument, path: "", text: `${argument}: wrong_type: ${why}` }, cause);
}
