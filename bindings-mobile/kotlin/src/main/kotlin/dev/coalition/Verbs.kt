package dev.coalition

// The generator gives each crate a package of its own. Apps have one: `import dev.coalition.*`.

/** A programme's rules, compiled once: `Engine.compile(rulebook)`. Close it, or leave it to `use`. */
public typealias Engine = dev.coalition.mobile.Engine

/** What became of a list of commands. */
public typealias Decisions = dev.coalition.mobile.Decisions

/** What is wrong with a rulebook; with a [previous] one also what may not change. */
public fun check(rulebook: String, previous: String? = null): List<Problem> =
    dev.coalition.mobile.check(rulebook, previous)

/** [check] over JSON: `[{"code","detail","path"},…]`. */
public fun checkJson(rulebook: String, previous: String? = null): String =
    dev.coalition.mobile.checkJson(rulebook, previous)

/** The slice after an outcome: its changes are checked against the versions of the records, then set. */
public fun evolve(slice: String, outcome: Outcome): String = dev.coalition.mobile.evolve(slice, outcome)

/** [evolve] over JSON. */
public fun evolveJson(slice: String, outcome: String): String = dev.coalition.mobile.evolveJson(slice, outcome)

/** Two tallies of different shards as one. */
public fun merge(tally: String, other: String): String = dev.coalition.mobile.merge(tally, other)

/** The hash that `CloseBooks` names a settlement by. */
public fun statementHash(settlement: Settlement): Hash = dev.coalition.mobile.statementHash(settlement)

/** [statementHash] over JSON. */
public fun statementHashJson(settlement: String): String = dev.coalition.mobile.statementHashJson(settlement)

/** The engine of several whose rulebook is in force at a moment. */
public fun inForce(engines: List<Engine>, at: Instant): Engine? = dev.coalition.mobile.inForce(engines, at)

/** The text of an empty whole book. */
public fun newBook(): String = dev.coalition.mobile.newBook()

/** The text of an empty tally. */
public fun newTally(): String = dev.coalition.mobile.newTally()

/** Reads a command strictly. */
public fun commandFromJson(text: String): Command = dev.coalition.mobile.commandFromJson(text)

/** Reads a list of commands strictly; the path of an error begins with `[n]`. */
public fun commandsFromJson(text: String): List<Command> = dev.coalition.mobile.commandsFromJson(text)

/** The canonical JSON of a command. */
public fun commandToJson(command: Command): String = dev.coalition.mobile.commandToJson(command)

/** Reads an outcome. */
public fun outcomeFromJson(text: String): Outcome = dev.coalition.mobile.outcomeFromJson(text)

/** The canonical JSON of an outcome, with its trace if it has one. */
public fun outcomeToJson(outcome: Outcome): String = dev.coalition.mobile.outcomeToJson(outcome)

/** Reads bookings. */
public fun bookingsFromJson(text: String): List<Booking> = dev.coalition.mobile.bookingsFromJson(text)

/** Reads a settlement. */
public fun settlementFromJson(text: String): Settlement = dev.coalition.mobile.settlementFromJson(text)

/** The canonical JSON of a settlement. */
public fun settlementToJson(settlement: Settlement): String = dev.coalition.mobile.settlementToJson(settlement)

/** The canonical JSON of figures. */
public fun figuresToJson(figures: List<Figure>): String = dev.coalition.mobile.figuresToJson(figures)

/** Reads a period, `{"from","until"}`. */
public fun periodFromJson(text: String): Period = dev.coalition.mobile.periodFromJson(text)

/** What [count] codes of a plan take of the host, and how long they are. */
public fun planCodes(plan: CodePlan, count: UInt): CodeNeeds = dev.coalition.mobile.planCodes(plan, count)

/** [planCodes] over JSON. */
public fun planCodesJson(plan: String, count: String): String = dev.coalition.mobile.planCodesJson(plan, count)

/** Codes of the host's entropy: the bytes of a source that is made for secrets, such as `SecureRandom`. */
public fun generateCodes(plan: CodePlan, count: UInt, entropy: ByteArray): List<VoucherCode> =
    dev.coalition.mobile.generateCodes(plan, count, entropy)

/** [generateCodes] over JSON; the entropy is a text in base 16. */
public fun generateCodesJson(plan: String, count: String, entropy: String): String =
    dev.coalition.mobile.generateCodesJson(plan, count, entropy)

/** A code as people write it. */
public fun readCode(text: String): WrittenCode = dev.coalition.mobile.readCode(text)

/** [readCode] over JSON. */
public fun readCodeJson(text: String): String = dev.coalition.mobile.readCodeJson(text)

/** The public key of a signing key, which is the operator's secret: call this, and [signToken], on its server only. */
public fun publicKey(signingKey: String): Hash = dev.coalition.mobile.publicKey(signingKey)

/** [publicKey] over JSON; the answer is no JSON but the digits. */
public fun publicKeyJson(signingKey: String): String = dev.coalition.mobile.publicKeyJson(signingKey)

/** Refuses public keys that make no ring. */
public fun checkKeys(keys: List<PublicKey>): Unit = dev.coalition.mobile.checkKeys(keys)

/** [checkKeys] over JSON: the keys, canonical. */
public fun checkKeysJson(keys: String): String = dev.coalition.mobile.checkKeysJson(keys)

/** The text of a signed token, for a QR code. */
public fun signToken(token: Token, signingKey: String): String = dev.coalition.mobile.signToken(token, signingKey)

/** [signToken] over JSON; the answer is no JSON but the text. */
public fun signTokenJson(token: String, signingKey: String): String =
    dev.coalition.mobile.signTokenJson(token, signingKey)

/**
 * What the operator signed. It proves that the token is the operator's, for this merchant, purpose and moment; it does not
 * redeem, and does not prove that the voucher can still be redeemed.
 */
public fun verifyOffline(text: String, keys: List<PublicKey>, audience: Id, purpose: Purpose, at: Instant): Token =
    dev.coalition.mobile.verifyOffline(text, keys, audience, purpose, at)

/** [verifyOffline] over JSON. */
public fun verifyOfflineJson(text: String, keys: String, audience: String, purpose: String, at: String): String =
    dev.coalition.mobile.verifyOfflineJson(text, keys, audience, purpose, at)

/** Reads a plan of codes. */
public fun codePlanFromJson(text: String): CodePlan = dev.coalition.mobile.codePlanFromJson(text)

/** Reads public keys, a list. */
public fun keysFromJson(text: String): List<PublicKey> = dev.coalition.mobile.keysFromJson(text)

/** The canonical JSON of public keys. */
public fun keysToJson(keys: List<PublicKey>): String = dev.coalition.mobile.keysToJson(keys)

/** Reads what is to be signed. */
public fun tokenFromJson(text: String): Token = dev.coalition.mobile.tokenFromJson(text)

/** The canonical JSON of what was signed. */
public fun tokenToJson(token: Token): String = dev.coalition.mobile.tokenToJson(token)
