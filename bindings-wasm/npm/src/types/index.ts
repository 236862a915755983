export type WireCode = "invalid_json" | "wrong_type";
export type Booking = any; export type Command = any; export type Decisions = any; export type Instant = string; export type Outcome = any; export type Period = any; export type Problem = any; export type Rulebook = any; export type Settlement = any; export type Slice = any; export type Tally = any;
