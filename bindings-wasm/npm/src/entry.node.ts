// Node has the file beside this module: the engine is ready once it is imported.
import { readFileSync } from "node:fs";
import { initSync } from "./boundary.js";

initSync(readFileSync(new URL("./glue/coalition_bg.wasm", import.meta.url)));

export * from "./index.js";
