// From what a caller names to a compiled module that is surely ours: the glue keeps what it is given, right or wrong.
import type { InitOutput } from "./glue/coalition.js";

/** Where the `.wasm` is, or what it is; without it, the file beside this module. */
export type WasmSource = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/** What the glue calls. The compiler knows when one is missing here. */
const EXPORTS: Record<keyof InitOutput, "function" | "memory" | "table"> = {
  memory: "memory", __wbindgen_externrefs: "table", __wbindgen_start: "function", __wbindgen_malloc: "function",
  __wbindgen_realloc: "function", __wbindgen_free: "function", __externref_table_dealloc: "function",
  __wbg_engine_free: "function", __wbg_engines_free: "function", check: "function", check_keys: "function",
  engine_compile: "function", engine_decide: "function", engine_decide_many: "function", engine_explain: "function",
  engine_figures: "function", engine_hash: "function", engine_quote: "function", engine_reads: "function",
  engine_rulebook: "function", engine_settle: "function", engine_tally: "function", engines_add: "function",
  engines_in_force: "function", engines_new: "function", evolve: "function", generate_codes: "function", merge: "function",
  new_book: "function", new_tally: "function", plan_codes: "function", public_key: "function", read_code: "function",
  sign_token: "function", statement_hash: "function", verify_offline: "function",
};

/** A module of another file, or of another version of this package, is refused. */
export function ours(module: WebAssembly.Module): WebAssembly.Module {
  const found = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  for (const [name, kind] of Object.entries(EXPORTS)) {
    if (found.get(name) !== kind) throw new Error(`this is not the WebAssembly of this version of the package: no \`${name}\``);
  }
  return module;
}

/** The module that a source holds. */
export async function compiled(source?: WasmSource): Promise<WebAssembly.Module> {
  // In these words bundlers know the file, and take it along.
  let held = source === undefined ? new URL("./glue/coalition_bg.wasm", import.meta.url) : source;
  const isRequest = typeof Request === "function" && held instanceof Request;
  if (typeof held === "string" || held instanceof URL || isRequest) held = await fetch(held as string | URL | Request);
  if (typeof Response === "function" && held instanceof Response) held = await received(held);
  return ours(held instanceof WebAssembly.Module ? held : await WebAssembly.compile(held as BufferSource));
}

/** The same of what is there already, at once. */
export function compiledNow(source: BufferSource | WebAssembly.Module): WebAssembly.Module {
  return ours(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source));
}

async function received(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`the answer to ${response.url || "the request"} is ${response.status} ${response.statusText}`.trim());
  // Only what is served under its right name may be compiled while it arrives.
  const isNamed = response.headers.get("content-type") === "application/wasm";
  if (isNamed && typeof WebAssembly.compileStreaming === "function") return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}
