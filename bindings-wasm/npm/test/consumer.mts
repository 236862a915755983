// What a TypeScript program of ES modules writes; compiled, not run.
import {
  CoalitionError, Engine, evolve, inForce, init, newBook, newTally, statementHash, type Command, type ErrorCode, type Outcome,
  type Rulebook, type Snapshot,
} from "coalition";

export async function day(rulebook: Rulebook, commands: readonly Command[]): Promise<number> {
  await init();
  const engine = new Engine(rulebook);
  let book: Snapshot = newBook();
  let tally = newTally();
  let points = 0;
  try {
    for (const command of commands) {
      const outcome = engine.decide(command, book, "trace");
      points += earned(outcome);
      book = evolve(book, outcome);
      if (outcome.type === "decided") tally = engine.tally(tally, [{ booked: command.booked, postings: outcome.postings }]);
    }
    const settlement = engine.settle(tally, book, { from: "2024-01-01", until: "2024-02-01" });
    return statementHash(settlement).length + points + (inForce([engine], "2024-05-01T10:00:00Z") === engine ? 1 : 0);
  } catch (error) {
    const code: ErrorCode | undefined = error instanceof CoalitionError ? error.code : undefined;
    throw new Error(code, { cause: error });
  } finally {
    engine[Symbol.dispose]();
  }
}

function earned(outcome: Outcome): number {
  switch (outcome.type) {
    case "decided":
      return outcome.events.reduce((sum, event) => sum + (event.type === "points_earned" ? event.points : 0), 0);
    case "rejected":
      return outcome.code === "insufficient_points" ? 0 : -1;
    case "needs":
      return outcome.keys.length;
    case "repeated":
      return 0;
  }
}

export const purchase: Command = {
  v: 1, id: "00000000-0000-0000-0000-000000000005", at: "2024-05-01T10:00:00Z", booked: "2024-05-01T10:00:00Z", actor: "hq",
  type: "record_purchase", purchase: "r1", merchant: "shop", lines: [{ n: 1, product: "tea", quantity: 2, gross: 5000 }],
};

// @ts-expect-error a field that no command has
export const misspelt: Command = { ...purchase, lines: [{ n: 1, product: "tea", quantity: 2, gros: 5000 }] };
// @ts-expect-error a word that no outcome is
export const unheard: Outcome["type"] = "accepted";
// @ts-expect-error an amount is no text
export const priced: Command = { ...purchase, type: "mint_points", asset: "points", points: "1000" };
