// `node node.mjs <vectors.jsonl>`: the vectors through both doors.
import { readFileSync } from "node:fs";
import * as coalition from "coalition";
import { tell } from "./tell.mjs";
import { objectDoor, runVectors, textDoor } from "./vectors.mjs";

const lines = readFileSync(process.argv[2], "utf8").split("\n").filter((line) => line !== "");
const doors = [textDoor(coalition), objectDoor(coalition)];
tell("node", doors.map((door) => runVectors(coalition, lines, door)));
