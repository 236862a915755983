// What JSON would quietly leave out or change: `JSON.stringify` writes a Map as `{}`, NaN as `null` and a function not at all, and
// a condition that is lost so always holds.

/** A place in a value, and what is wrong there. */
export interface Flaw {
  readonly path: string;
  readonly why: string;
}

/** Deeper ones are refused by the engine; a cycle is, too. */
const DEEPEST = 70;
/** A key that stands in a path as it is. */
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * The first thing in a value that JSON does not say. `seen`, for what JSON refused altogether: without it, what holds itself
 * twice would be walked for ever.
 */
export function flaw(value: unknown, seen?: Set<object>, depth = 0): Flaw | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? undefined : here(`${value} is no number of JSON`);
    case "object":
      return value === null || depth > DEEPEST ? undefined : inside(value, seen, depth);
    case "bigint":
      return canSay(value) ? undefined : here("a BigInt is no number of JSON: use Number, within ±(2^53 − 1)");
    case "function":
    case "symbol":
      return here(`a ${typeof value} is nothing that JSON can say`);
    default:
      return undefined;
  }
}

function inside(value: object, seen: Set<object> | undefined, depth: number): Flaw | undefined {
  if (seen?.has(value)) return undefined;
  seen?.add(value);
  if (Array.isArray(value)) {
    for (let place = 0; place < value.length; place += 1) {
      const found = flaw(value[place], seen, depth + 1);
      if (found !== undefined) return { path: joined(`[${place}]`, found.path), why: found.why };
    }
    return undefined;
  }
  const foreign = isPlain(value) ? undefined : unlike(value);
  if (foreign !== undefined) return here(foreign);
  // What says itself how it is written is believed, such as a Date; but one that is no date says `null`.
  if (canSay(value)) return isNoDate(value) ? here("this Date is no date") : undefined;
  for (const key of Object.keys(value)) {
    const found = flaw((value as Record<string, unknown>)[key], seen, depth + 1);
    if (found !== undefined) return { path: joined(PLAIN_KEY.test(key) ? key : `[${JSON.stringify(key)}]`, found.path), why: found.why };
  }
  return undefined;
}

function here(why: string): Flaw {
  return { path: "", why };
}

function joined(outer: string, inner: string): string {
  return inner === "" || inner.startsWith("[") ? outer + inner : `${outer}.${inner}`;
}

function canSay(value: unknown): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === "function";
}

function isNoDate(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object Date]" && Number.isNaN(Date.prototype.getTime.call(value));
}

/** Of no class: another window's objects have another `Object.prototype`. */
function isPlain(value: object): boolean {
  const above = Object.getPrototypeOf(value) as object | null;
  return above === null || above === Object.prototype || Object.getPrototypeOf(above) === null;
}

/** Why an object of a class is not written as it is meant. */
function unlike(value: object): string | undefined {
  const kind = Object.prototype.toString.call(value).slice("[object ".length, -1);
  if (kind === "Map") return "a Map is no plain object: use Object.fromEntries";
  if (kind === "Set") return "a Set is no list: use Array.from";
  if (ArrayBuffer.isView(value)) return `a ${kind} is no list: use Array.from`;
  const isWord = value instanceof String || value instanceof Number || value instanceof Boolean;
  if (isWord || canSay(value) || Object.keys(value).length > 0) return undefined;
  return `a plain object is needed: this ${kind} has no fields of its own (getters of a class are none)`;
}
