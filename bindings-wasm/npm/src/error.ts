import type { WireCode } from "./types/index.js";

/**
 * Why a call was not carried out: a word that does not change.
 *
 * - of the engine: what cannot be read (`WireCode`), and what can be read and not be carried out;
 * - of this layer: `not_loaded` (`init` failed; `cause` says why), `not_ready` (`init` has not ended yet), `panic` (the
 *   instance broke and is gone: call `init` again and compile anew), `freed` (the engine was given back).
 */
export type ErrorCode =
  | WireCode
  | "invalid_rulebook"
  | "without_effect"
  | "stale_snapshot"
  | "period_not_aligned"
  | "unknown_books"
  | "unknown_party"
  | "unbalanced"
  | "overlapping_shards"
  | "amount_overflow"
  | "not_positive"
  | "limit_exceeded"
  | "invalid_code_length"
  | "invalid_code_character"
  | "wrong_check_character"
  | "code_too_short"
  | "not_enough_entropy"
  | "duplicate"
  | "invalid_window"
  | "invalid_key"
  | "weak_key"
  | "malformed"
  | "unknown_key"
  | "key_not_in_force"
  | "bad_signature"
  | "wrong_purpose"
  | "wrong_audience"
  | "not_yet_valid"
  | "expired"
  | "panic"
  | "not_loaded"
  | "not_ready"
  | "freed";

/** What the engine says about a call that it did not carry out. */
export interface Failure {
  readonly code: ErrorCode;
  /** The argument that offends, by its name; `answer` for the answer, nothing where no argument is to blame. */
  readonly argument: string;
  /** Where in the argument: `lines[2].quantity`, the key of a record, or nothing. */
  readonly path: string;
  /** A sentence for a person; its words may change. */
  readonly text: string;
}

/**
 * A call that was not carried out; nothing has happened. That a command is rejected is no error but an answer, in its
 * outcome. A page that loads this package twice (as ES module and as CommonJS) has two such classes: look at `code` rather
 * than at the class.
 */
export class CoalitionError extends Error {
  override readonly name = "CoalitionError";
  readonly code: ErrorCode;
  readonly argument: string;
  readonly path: string;

  constructor(failure: Failure, cause?: unknown) {
    super(failure.text, cause === undefined ? undefined : { cause });
    this.code = failure.code;
    this.argument = failure.argument;
    this.path = failure.path;
  }

  /** What `JSON.stringify` writes, as into a log: an error's own message is no field that it would find. */
  toJSON(): { code: ErrorCode; argument: string; path: string; message: string } {
    return { code: this.code, argument: this.argument, path: this.path, message: this.message };
  }
}
