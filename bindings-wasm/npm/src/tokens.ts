import { bytes, call, pack, say, type Text, unfit } from "./boundary.js";
import type { CodeNeeds, CodePlan, Id, Instant, PublicKey, Purpose, Token, VoucherCode, WrittenCode } from "./types/index.js";

// Codes and tokens are the same in every programme: nothing here needs an engine.

function parsed<T>(text: string): T {
  return JSON.parse(text) as T;
}

/** Bytes as a JSON text in base 16. */
function digits(octets: Uint8Array, argument: string): Uint8Array {
  if (!(octets instanceof Uint8Array)) throw unfit(argument, "bytes are needed, as a Uint8Array");
  const written = new Uint8Array(2 * octets.length + 2);
  written[0] = written[written.length - 1] = 0x22;
  for (const [place, octet] of octets.entries()) {
    written[2 * place + 1] = digit(octet >> 4);
    written[2 * place + 2] = digit(octet & 15);
  }
  return written;
}

function digit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

/** What `count` codes of a plan take of the host, and how long they are. */
export function planCodes(plan: CodePlan, count: number): CodeNeeds {
  const [how, many] = [pack(plan, "plan"), say(count, "count")];
  return parsed(call("objects", (engine) => engine.plan_codes(how, many)));
}

export function planCodesJson(plan: Text, count: Text): string {
  const [how, many] = [bytes(plan, "plan"), bytes(count, "count")];
  return call("texts", (engine) => engine.plan_codes(how, many));
}

/** Codes of the host's entropy: bytes of a source that is made for secrets, such as `crypto.getRandomValues`. */
export function generateCodes(plan: CodePlan, count: number, entropy: Uint8Array): VoucherCode[] {
  const [how, many, source] = [pack(plan, "plan"), say(count, "count"), digits(entropy, "entropy")];
  return parsed(call("objects", (engine) => engine.generate_codes(how, many, source)));
}

/** The same; the entropy is the JSON of a text in base 16. */
export function generateCodesJson(plan: Text, count: Text, entropy: Text): string {
  const [how, many, source] = [bytes(plan, "plan"), bytes(count, "count"), bytes(entropy, "entropy")];
  return call("texts", (engine) => engine.generate_codes(how, many, source));
}

/** A code as people write it. That it is well formed says nothing about whether it is anybody's. */
export function readCode(text: string): WrittenCode {
  const written = say(text, "text");
  return parsed(call("objects", (engine) => engine.read_code(written)));
}

export function readCodeJson(text: Text): string {
  const written = bytes(text, "text");
  return call("texts", (engine) => engine.read_code(written));
}

/**
 * The public key of a signing key, both of 64 hexadecimal digits. The signing key is the operator's secret: call this, and
 * `signToken`, where the operator's secrets live, never in a page. Strings of JavaScript cannot be wiped; the engine wipes its own.
 */
export function publicKey(signingKey: string): string {
  const key = say(signingKey, "signing_key");
  return call("objects", (engine) => engine.public_key(key));
}

export function publicKeyJson(signingKey: Text): string {
  const key = bytes(signingKey, "signing_key");
  return call("texts", (engine) => engine.public_key(key));
}

/** Public keys that make a ring, as they are; else an error says which one does not fit. */
export function checkKeys(keys: readonly PublicKey[]): PublicKey[] {
  const ring = pack(keys, "keys");
  return parsed(call("objects", (engine) => engine.check_keys(ring)));
}

export function checkKeysJson(keys: Text): string {
  const ring = bytes(keys, "keys");
  return call("texts", (engine) => engine.check_keys(ring));
}

/** The text of a signed token, for a QR code. */
export function signToken(token: Token, signingKey: string): string {
  const [fields, key] = [pack(token, "token"), say(signingKey, "signing_key")];
  return call("objects", (engine) => engine.sign_token(fields, key));
}

export function signTokenJson(token: Text, signingKey: Text): string {
  const [fields, key] = [bytes(token, "token"), bytes(signingKey, "signing_key")];
  return call("texts", (engine) => engine.sign_token(fields, key));
}

/**
 * What the operator signed. It proves that the token is the operator's, for this merchant, purpose and moment; it does not
 * redeem, and does not prove that the voucher can still be redeemed. A token that is refused is an error, of which the public
 * gets `invalid_voucher` only.
 */
export function verifyOffline(
  text: string, keys: readonly PublicKey[], audience: Id, purpose: Purpose, at: Instant,
): Token {
  const [written, ring] = [say(text, "text"), pack(keys, "keys")];
  const [whom, what, when] = [say(audience, "audience"), say(purpose, "purpose"), say(at, "at")];
  return parsed(call("objects", (engine) => engine.verify_offline(written, ring, whom, what, when)));
}

export function verifyOfflineJson(text: Text, keys: Text, audience: Text, purpose: Text, at: Text): string {
  const [written, ring] = [bytes(text, "text"), bytes(keys, "keys")];
  const [whom, what, when] = [bytes(audience, "audience"), bytes(purpose, "purpose"), bytes(at, "at")];
  return call("texts", (engine) => engine.verify_offline(written, ring, whom, what, when));
}
