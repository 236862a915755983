// What a TypeScript program of CommonJS writes; compiled, not run.
import coalition = require("coalition");

export function hash(rulebook: coalition.Rulebook): string {
  const engine = new coalition.Engine(rulebook);
  const text: string = engine.decideJson("{}", new Uint8Array(2), "why_not");
  engine.free();
  return engine.hash + text;
}
