/// <reference lib="esnext.disposable" />
export * from "./engine.js";
export * from "./tokens.js";
export { init, initSync, type Text } from "./boundary.js";
export type { WasmSource } from "./loading.js";
export { CoalitionError, type ErrorCode, type Failure } from "./error.js";
export type * from "./types/index.js";
