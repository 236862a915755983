// `node --expose-gc assault.mjs <vectors.jsonl>`: the hostile inputs in Node.
import { readFileSync } from "node:fs";
import { measure, watch } from "./memory.mjs";
import { tellNamed } from "./tell.mjs";

// Before the package makes its instance.
const instances = watch();
const coalition = await import("coalition");
const { assault } = await import("./hostile.mjs");
const lines = readFileSync(process.argv[2], "utf8").split("\n").filter((line) => line !== "");
const result = await assault(coalition, lines, { count: 60_000, measure: () => measure(instances) });
for (const note of result.notes) console.log(`node, hostile: ${note}`);
tellNamed("node, hostile", result);
