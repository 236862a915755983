import { CoalitionError, Engine, evolve, init, newBook } from "/coalition/index.js";
import { RULEBOOK, SETUP } from "./rules.js";

await init();
const engine = new Engine(RULEBOOK);
const element = (id) => document.getElementById(id);
const form = document.querySelector("form");
let book = newBook();

/** A command with its envelope: time and ids come from the host, never from the engine. */
function command(action) {
  const now = new Date().toISOString();
  return { v: 1, id: crypto.randomUUID(), at: now, booked: now, actor: "hq", ...action };
}

for (const action of SETUP) book = evolve(book, engine.decide(command(action), book));

function add(product = "", quantity = 1, price = "") {
  const row = element("basket").insertRow();
  for (const [name, value] of Object.entries({ product, quantity, price })) {
    const input = document.createElement("input");
    Object.assign(input, { name, value });
    input.setAttribute("aria-label", name);
    row.insertCell().append(input);
  }
  const remove = document.createElement("button");
  Object.assign(remove, { type: "button", textContent: "Remove", onclick: () => row.remove() });
  row.insertCell().append(remove);
}

/** `12.50` in minor units; anything else goes on as it is, and the engine says what is wrong with it. */
const minor = (price) => (/^\d+(\.\d\d)?$/.test(price) ? Number(price.replace(".", "").padEnd(price.includes(".") ? 0 : price.length + 2, "0")) : price);
const whole = (number) => (/^-?\d+$/.test(number) ? Number(number) : number);

function basket() {
  return [...element("basket").rows].map((row, index) => {
    const [product, quantity, price] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
    return { n: index + 1, product, quantity: whole(quantity), gross: minor(price) };
  });
}

function show(outcome, account) {
  const trace = outcome.trace ?? {};
  const awards = trace.awards ?? [];
  element("points").value = awards.reduce((sum, award) => sum + award.given, 0);
  const lots = book.records[`account/${account}`]?.record?.lots ?? [];
  element("balance").value = lots.reduce((sum, lot) => sum + lot.points, 0);
  element("lines").replaceChildren();
  for (const [index, line] of (trace.lines ?? []).entries()) {
    const row = element("lines").insertRow();
    const base = line.base.filter((one) => one.taken).map((one) => `${one.value} (${one.rule})`);
    const factors = line.factors.map((one) => `× ${one.factor} (${one.multiplier})`);
    const exact = awards.map((award) => award.lines[index]);
    for (const text of [line.line, base.join(" + "), factors.join(" ") || "none", exact.join(", ")]) row.insertCell().textContent = text;
  }
  element("rounding").textContent = awards.map((award) => `${award.exact} exactly, rounded ${award.rounded}, given ${award.given}`).join("; ");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  element("error").textContent = "";
  element("answer").hidden = true;
  const member = form.member.value;
  try {
    const purchase = command({ type: "record_purchase", purchase: crypto.randomUUID(), merchant: "shop", member, lines: basket() });
    const outcome = engine.decide(purchase, book, "trace");
    if (outcome.type !== "decided") {
      element("error").textContent = `${outcome.code}: ${outcome.path}`;
      return;
    }
    book = evolve(book, outcome);
    show(outcome, member);
    element("answer").hidden = false;
  } catch (error) {
    if (!(error instanceof CoalitionError)) throw error;
    element("error").textContent = `${error.code}: ${error.message}`;
  }
});

element("add").addEventListener("click", () => add());
add("tea", 2, "50.00");
add("bread", 1, "12.35");
document.body.dataset.ready = "yes";
