package dev.coalition

import java.util.stream.Stream
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Assertions.fail
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest
import org.junit.jupiter.api.TestFactory

/** Every vector through both doors: the same decisions byte for byte, the same errors. */
class VectorsTest {
    @TestFactory
    fun json(): Stream<DynamicTest> = all("json") { vector -> Run(JsonDoor).of(vector.calls) }

    @TestFactory
    fun typed(): Stream<DynamicTest> = all("typed") { vector -> Run(TypedDoor).of(vector.calls) }

    private fun all(door: String, run: (Vector) -> Unit): Stream<DynamicTest> {
        assertTrue(vectors().findFirst().isPresent, "no vector found")
        return vectors().map { dynamicTest("$door: ${it.name}") { run(it) } }
    }
}

/** A vector under way: the engine, the book and the tally that its calls go on with. */
private class Run(private val door: Door) {
    private var compiled: Engine? = null
    private var book = newBook()
    private var tally = newTally()

    private val engine get() = compiled ?: error("no engine yet")

    fun of(calls: List<Call>) {
        try {
            calls.forEachIndexed { index, call -> check(call, "call $index, ${call.verb}") }
        } finally {
            compiled?.close()
        }
    }

    private fun check(call: Call, where: String) {
        val answer =
            try {
                make(call)
            } catch (error: CoalitionException) {
                assertEquals(call.error, Triple(error.code(), error.argument(), error.path()), "$where: $error")
                return
            }
        call.error?.let { fail<Unit>("$where: an error is due, $it, not $answer") }
        assertEquals(call.expect, answer, where)
    }

    private fun make(call: Call): String {
        val slice = call.optional("slice") ?: book
        return when (call.verb) {
            "compile" -> compile(call["rulebook"])
            "check" -> door.check(call["rulebook"], call.optional("previous"))
            "reads" -> door.reads(engine, call["command"], slice)
            "decide" -> decide(call, slice)
            "decide_many" -> door.decideMany(engine, call["commands"], slice, detail(call))
            "quote" -> door.quote(engine, call["command"], slice)
            "explain" -> door.explain(engine, call["command"], slice)
            "evolve" -> door.evolve(slice, call["outcome"])
            "tally" -> tally(call)
            "merge" -> merge(call.optional("tally") ?: tally, call["other"])
            "settle" -> door.settle(engine, call.optional("tally") ?: tally, slice, call["period"])
            "figures" -> door.figures(engine, call.optional("tally") ?: tally, call["period"])
            "statement_hash" -> door.statementHash(call["settlement"])
            "book" -> book
            else -> withoutEngine(call)
        }
    }

    private fun withoutEngine(call: Call): String =
        when (call.verb) {
            "plan_codes" -> door.planCodes(call["plan"], call["count"])
            "generate_codes" -> door.generateCodes(call["plan"], call["count"], call["entropy"])
            "read_code" -> door.readCode(call["text"])
            "public_key" -> door.publicKey(call["signing_key"])
            "check_keys" -> door.checkKeys(call["keys"])
            "sign_token" -> door.signToken(call["token"], call["signing_key"])
            "verify_offline" ->
                door.verifyOffline(call["text"], call["keys"], call["audience"], call["purpose"], call["at"])
            else -> error("an unknown verb: ${call.verb}")
        }

    private fun compile(rulebook: String): String {
        val next = Engine.compile(rulebook)
        compiled?.close()
        compiled = next
        return next.hash()
    }

    private fun decide(call: Call, slice: String): String {
        val answer = door.decide(engine, call["command"], slice, detail(call))
        if (call.optional("slice") == null) {
            book = answer.evolved(book)
        }
        return answer.text
    }

    private fun tally(call: Call): String {
        val given = call.optional("tally")
        return door.tally(engine, given ?: tally, call["bookings"]).also { if (given == null) tally = it }
    }

    private fun detail(call: Call): Detail = Detail.valueOf(call["detail"].uppercase())
}
