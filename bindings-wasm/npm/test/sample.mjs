// A small programme, for the tests that are not about its rules.

export const RULEBOOK = {
  edition: 1, programme: "mall", effective_from: "2024-01-01", operator: "hq", currency: "CNY",
  assets: { CNY: { type: "money", code: "CNY", scale: 2 }, points: { type: "points" } },
  zone: { type: "fixed", offset_minutes: 480 },
  points: { points: { reimbursement: 8000 } },
  refunds: { days: 30, spent_points: "debt", unspent_points: "return" },
  earn: {
    groups: { base: "sum" },
    rules: [{
      id: "base", asset: "points", group: "base", funder: { type: "operator" },
      effect: { type: "per_amount", points: 1, per: 100 },
    }],
  },
};

/** A command with its envelope. */
export function command(n, action) {
  const id = `00000000-0000-0000-0000-${String(n).padStart(12, "0")}`;
  return { v: 1, id, at: "2024-05-01T10:00:00Z", booked: "2024-05-01T10:00:00Z", actor: "hq", ...action };
}

export const SETUP = [
  command(1, { type: "register_party", party: "hq", record: { type: "operator" } }),
  command(2, { type: "register_party", party: "shop", record: { type: "merchant" } }),
  command(3, { type: "mint_points", asset: "points", points: 1000 }),
  command(4, { type: "register_party", party: "li", record: { type: "member", account: "li" } }),
];

export const PURCHASE = command(5, {
  type: "record_purchase", purchase: "r1", merchant: "shop", member: "li",
  lines: [{ n: 1, product: "tea", quantity: 2, gross: 5000 }],
});

/** An engine, and the book after the set-up. */
export function begin(coalition) {
  const engine = new coalition.Engine(RULEBOOK);
  return { engine, book: engine.decideMany(SETUP, coalition.newBook()).slice };
}

/** The points that a purchase of 50.00 earns, or why it earned none. */
export function earned(coalition, engine, book) {
  const outcome = engine.decide(PURCHASE, book);
  return outcome.postings?.at(-1).amount ?? JSON.stringify(outcome);
}
