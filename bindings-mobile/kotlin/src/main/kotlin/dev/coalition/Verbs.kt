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

/** Reads a period, `{"from","until"}`. */
public fun periodFromJson(text: String): Period = dev.coalition.mobile.periodFromJson(text)
