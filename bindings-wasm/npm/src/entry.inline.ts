// The engine within the module, for bundlers that leave files behind and for service workers: ready once it is imported.
import { initSync } from "./boundary.js";
import { WASM } from "./glue/inline.js";

initSync(Uint8Array.from(atob(WASM), (character) => character.charCodeAt(0)));

export * from "./index.js";
