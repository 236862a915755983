// The package as an older Node program requires it.
const coalition = require("coalition");

(async () => {
  const { behaviours } = await import("./behaviour.mjs");
  const { named, tellNamed } = await import("./tell.mjs");
  const resolved = ["the entry is CommonJS", () => {
    if (!require.resolve("coalition").endsWith(".cjs")) throw new Error(require.resolve("coalition"));
  }];
  tellNamed("node, require", await named([resolved, ...behaviours(coalition)]));
})();
