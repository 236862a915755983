// What runs inside the browser: the same modules as in Node, under a Content-Security-Policy that allows WebAssembly.
import { measure, watch } from "./memory.mjs";

// Before the package makes its instance.
const instances = watch();
const coalition = await import("./node_modules/coalition/dist/index.js");
const { behaviours } = await import("./behaviour.mjs");
const { named } = await import("./tell.mjs");
const { objectDoor, runVectors, textDoor } = await import("./vectors.mjs");
const { assault } = await import("./hostile.mjs");

async function lines() {
  const response = await fetch("./vectors.jsonl");
  return (await response.text()).split("\n").filter((line) => line !== "");
}

/** Before `init` nothing works, a failed `init` is forgotten, and then everything does. */
function loading() {
  const code = () => {
    try {
      coalition.newBook();
      return "nothing";
    } catch (error) {
      return error.code;
    }
  };
  const expect = (found, wanted) => {
    if (found !== wanted) throw new Error(`${found} instead of ${wanted}`);
  };
  return [
    ["before init every call says not_ready", () => expect(code(), "not_ready")],
    ["an init that fails can be tried again", async () => {
      const failed = await coalition.init("./nothing.wasm").then(() => "loaded", () => "failed");
      expect(failed, "failed");
      // A module of something else, which the glue would keep.
      const other = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
      expect(await coalition.init(other).then(() => "loaded", (error) => error.code), "not_loaded");
      const now = (source) => {
        try {
          coalition.initSync(source);
          return "loaded";
        } catch (error) {
          return error.code;
        }
      };
      expect(now(other), "not_loaded");
      expect(now(new WebAssembly.Module(other)), "not_loaded");
      expect(now({}), "not_loaded");
      expect(code(), "not_ready");
      await Promise.all([coalition.init(), coalition.init()]);
      expect(code(), "nothing");
    }],
  ];
}

/** Whether the page's policy lets an instance be made. */
async function allowed() {
  return coalition.init().then(() => "loaded", (error) => error.cause?.name);
}

globalThis.tests = {
  allowed,
  behaviour: async () => named([...loading(), ...behaviours(coalition)]),
  hostile: async (count) => assault(coalition, await lines(), { count, measure: () => measure(instances) }),
  vectors: async () => {
    await coalition.init();
    const all = await lines();
    return [textDoor(coalition), objectDoor(coalition)].map((door) => runVectors(coalition, all, door));
  },
};
document.title = "ready";
