package dev.coalition

import com.google.gson.JsonArray
import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.util.HexFormat

/** An answer to `decide`, and the book after it. */
class Answer(val text: String, val evolved: (String) -> String)

/** The verbs over texts, so that one runner can go through both doors. */
interface Door {
    fun check(rulebook: String, previous: String?): String
    fun reads(engine: Engine, command: String, slice: String): String
    fun decide(engine: Engine, command: String, slice: String, detail: Detail): Answer
    fun decideMany(engine: Engine, commands: String, slice: String, detail: Detail): String
    fun quote(engine: Engine, command: String, slice: String): String
    fun explain(engine: Engine, command: String, slice: String): String
    fun evolve(slice: String, outcome: String): String
    fun tally(engine: Engine, tally: String, bookings: String): String
    fun settle(engine: Engine, tally: String, slice: String, period: String): String
    fun figures(engine: Engine, tally: String, period: String): String
    fun statementHash(settlement: String): String
    fun planCodes(plan: String, count: String): String
    fun generateCodes(plan: String, count: String, entropy: String): String
    fun readCode(text: String): String
    fun publicKey(signingKey: String): String
    fun checkKeys(keys: String): String
    fun signToken(token: String, signingKey: String): String
    fun verifyOffline(text: String, keys: String, audience: String, purpose: String, at: String): String
}

/** Texts in, texts out. */
object JsonDoor : Door {
    override fun check(rulebook: String, previous: String?) = checkJson(rulebook, previous)

    override fun reads(engine: Engine, command: String, slice: String) = engine.readsJson(command, slice)

    override fun decide(engine: Engine, command: String, slice: String, detail: Detail): Answer {
        val outcome = engine.decideJson(command, slice, detail)
        return Answer(outcome) { evolveJson(it, outcome) }
    }

    override fun decideMany(engine: Engine, commands: String, slice: String, detail: Detail) =
        engine.decideManyJson(commands, slice, detail)

    override fun quote(engine: Engine, command: String, slice: String) = engine.quoteJson(command, slice)

    override fun explain(engine: Engine, command: String, slice: String) = engine.explainJson(command, slice)

    override fun evolve(slice: String, outcome: String) = evolveJson(slice, outcome)

    override fun tally(engine: Engine, tally: String, bookings: String) = engine.tallyJson(tally, bookings)

    override fun settle(engine: Engine, tally: String, slice: String, period: String) =
        engine.settleJson(tally, slice, period)

    override fun figures(engine: Engine, tally: String, period: String) = engine.figuresJson(tally, period)

    override fun statementHash(settlement: String) = statementHashJson(settlement)

    override fun planCodes(plan: String, count: String) = planCodesJson(plan, count)

    override fun generateCodes(plan: String, count: String, entropy: String) = generateCodesJson(plan, count, entropy)

    override fun readCode(text: String) = readCodeJson(text)

    override fun publicKey(signingKey: String) = publicKeyJson(signingKey)

    override fun checkKeys(keys: String) = checkKeysJson(keys)

    override fun signToken(token: String, signingKey: String) = signTokenJson(token, signingKey)

    override fun verifyOffline(text: String, keys: String, audience: String, purpose: String, at: String) =
        verifyOfflineJson(text, keys, audience, purpose, at)
}

/** The same through Kotlin's own types: only the codecs see a text. */
object TypedDoor : Door {
    override fun check(rulebook: String, previous: String?): String {
        val problems = JsonArray()
        for (problem in dev.coalition.check(rulebook, previous)) {
            val entry = JsonObject()
            entry.addProperty("code", problemWord(problem.code))
            entry.addProperty("detail", problem.detail)
            entry.addProperty("path", problem.path)
            problems.add(entry)
        }
        return problems.toString()
    }

    override fun reads(engine: Engine, command: String, slice: String): String {
        val keys = JsonArray()
        engine.reads(commandFromJson(command), slice).forEach(keys::add)
        return keys.toString()
    }

    override fun decide(engine: Engine, command: String, slice: String, detail: Detail): Answer {
        val outcome = engine.decide(commandFromJson(command), slice, detail)
        return Answer(outcomeToJson(outcome)) { dev.coalition.evolve(it, outcome) }
    }

    override fun decideMany(engine: Engine, commands: String, slice: String, detail: Detail): String {
        val answer = engine.decideMany(commandsFromJson(commands), slice, detail)
        val outcomes = answer.outcomes.joinToString(",") { outcomeToJson(it) }
        return """{"outcomes":[$outcomes],"slice":${answer.slice}}"""
    }

    override fun quote(engine: Engine, command: String, slice: String) =
        outcomeToJson(engine.quote(commandFromJson(command), slice))

    override fun explain(engine: Engine, command: String, slice: String) =
        outcomeToJson(engine.explain(commandFromJson(command), slice))

    override fun evolve(slice: String, outcome: String) = dev.coalition.evolve(slice, outcomeFromJson(outcome))

    override fun tally(engine: Engine, tally: String, bookings: String) =
        engine.tally(tally, bookingsFromJson(bookings))

    override fun settle(engine: Engine, tally: String, slice: String, period: String) =
        settlementToJson(engine.settle(tally, slice, periodFromJson(period)))

    override fun figures(engine: Engine, tally: String, period: String) =
        figuresToJson(engine.figures(tally, periodFromJson(period)))

    override fun statementHash(settlement: String) = dev.coalition.statementHash(settlementFromJson(settlement))

    override fun planCodes(plan: String, count: String): String {
        val needs = dev.coalition.planCodes(codePlanFromJson(plan), count.toUInt())
        return """{"entropy_bytes":${needs.entropyBytes},"length":${needs.length}}"""
    }

    override fun generateCodes(plan: String, count: String, entropy: String): String {
        val octets = HexFormat.of().parseHex(plain(entropy))
        val codes = JsonArray()
        dev.coalition.generateCodes(codePlanFromJson(plan), count.toUInt(), octets).forEach(codes::add)
        return codes.toString()
    }

    override fun readCode(text: String): String {
        val written = dev.coalition.readCode(plain(text))
        return """{"code":"${written.code}","grouped":"${written.grouped}"}"""
    }

    override fun publicKey(signingKey: String) = dev.coalition.publicKey(plain(signingKey))

    override fun checkKeys(keys: String): String {
        val ring = keysFromJson(keys)
        dev.coalition.checkKeys(ring)
        return keysToJson(ring)
    }

    override fun signToken(token: String, signingKey: String) =
        dev.coalition.signToken(tokenFromJson(token), plain(signingKey))

    override fun verifyOffline(text: String, keys: String, audience: String, purpose: String, at: String): String {
        val what = Purpose.valueOf(plain(purpose).uppercase())
        val moment = java.time.Instant.parse(plain(at))
        return tokenToJson(dev.coalition.verifyOffline(plain(text), keysFromJson(keys), plain(audience), what, moment))
    }

    /** The text that the JSON of a text stands for. */
    private fun plain(json: String): String = JsonParser.parseString(json).asString
}
