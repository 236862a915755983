package dev.coalition

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.lang.reflect.Modifier
import java.time.Duration
import java.util.UUID
import java.util.concurrent.Callable
import java.util.concurrent.Executors
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class BehaviourTest {
    private val desk = Desk()
    private val purchase = commandFromJson(desk.purchase)
    private val order = (purchase.action as Action.RecordPurchase).v1

    @AfterEach fun close() = desk.close()

    @Test
    fun `an engine has the hash of its rulebook and gives the rulebook back`() {
        assertTrue(Regex("[0-9a-f]{64}").matches(desk.engine.hash()))
        Engine.compile(desk.engine.rulebook()).use { assertEquals(desk.engine.hash(), it.hash()) }
    }

    @Test
    fun `a closed engine says so, and may be closed twice`() {
        val engine = Engine.compile(desk.rules)
        assertEquals(desk.engine.hash(), engine.use { it.hash() })
        engine.close()
        assertThrows(IllegalStateException::class.java) { engine.hash() }
        assertEquals(desk.good, desk.engine.decideJson(desk.purchase, desk.book, Detail.PLAIN))
    }

    @Test
    fun `a text that cannot be read is an error with code, argument, path and words`() {
        val text = desk.purchase.replace("\"gross\":5000", "\"gross\":\"x\"")
        val error = assertThrows(CoalitionException.Malformed::class.java) { commandFromJson(text) }
        assertEquals(listOf("wrong_type", "command", "lines[0].gross"), listOf(error.code(), error.argument(), error.path()))
        assertTrue(error.message().startsWith("command: "), error.message())
        assertEquals(error.fault.text, error.message())
        val list = assertThrows(CoalitionException.Malformed::class.java) { commandsFromJson("[$text]") }
        assertEquals("commands" to "[0].lines[0].gross", list.argument() to list.path())
    }

    @Test
    fun `a value that cannot be is an error too`() {
        fun refusal(other: RecordPurchase) =
            assertThrows(CoalitionException::class.java) {
                desk.engine.decide(purchase.copy(action = Action.RecordPurchase(other)), desk.book, Detail.PLAIN)
            }
        assertEquals("invalid_id", refusal(order.copy(merchant = "a shop")).code())
        val line = order.lines.first()
        assertEquals("number_out_of_range", refusal(order.copy(lines = listOf(line.copy(gross = Long.MAX_VALUE)))).code())
        assertEquals("duplicate_key", refusal(order.copy(lines = listOf(line.copy(tags = listOf("a", "a"))))).code())
    }

    @Test
    fun `a rulebook without sense names its problems`() {
        val unknown = desk.rules.replace("\"group\": \"base\"", "\"group\": \"bass\"")
        val error = assertThrows(CoalitionException.InvalidRulebook::class.java) { Engine.compile(unknown) }
        assertEquals(check(unknown), error.problems)
        assertEquals("invalid_rulebook" to "rulebook", error.code() to error.argument())
        assertEquals(ProblemCode.UNKNOWN_NAME to "unknown_name", error.problems[0].code to problemWord(error.problems[0].code))
        assertEquals(error.problems[0].path, error.path())
    }

    @Test
    fun `an outcome is set once`() {
        val outcome = desk.engine.decide(purchase, desk.book, Detail.PLAIN)
        val next = evolve(desk.book, outcome)
        val error = assertThrows(CoalitionException.Refused::class.java) { evolve(next, outcome) }
        assertEquals("stale_snapshot" to "slice", error.code() to error.argument())
        assertTrue(desk.engine.decide(purchase, next, Detail.PLAIN) is Outcome.Repeated)
    }

    @Test
    fun `a rejection is an answer`() {
        val nobody = purchase.copy(action = Action.RecordPurchase(order.copy(member = "nobody")))
        val rejected = desk.engine.decide(nobody, desk.book, Detail.PLAIN).rejected!!
        assertEquals(Code.UNKNOWN_PARTY to "unknown_party", rejected.code to codeWord(rejected.code))
        assertEquals(purchase.id, rejected.command)
    }

    @Test
    fun `a refund takes the points back`() {
        val next = evolve(desk.book, desk.engine.decide(purchase, desk.book, Detail.PLAIN))
        val later = purchase.at + Duration.ofDays(3)
        val refund = Action.RefundPurchase(RefundPurchase(order.purchase, listOf(RefundWhat.Whole)))
        val command = Command(UUID.fromString("00000000-0000-0000-0000-00000000abcd"), later, later, "hq", refund)
        val decided = desk.engine.decide(command, next, Detail.PLAIN).decided!!
        val clawback = decided.postings.first { it.reason == Reason.CLAWBACK }
        assertEquals(50L to "points", clawback.amount to clawback.asset)
        assertTrue(decided.events.any { it is Event.PurchaseRefunded && it.net == 5000L })
        assertEquals(command.id to desk.engine.hash(), decided.command to decided.rulebook)
    }

    @Test
    fun `an explanation is the decision with its arithmetic`() {
        val plain = desk.engine.decide(purchase, desk.book, Detail.PLAIN).decided!!
        val explained = desk.engine.explain(purchase, desk.book).decided!!
        val quoted = desk.engine.quote(purchase, desk.book).decided!!
        assertTrue(explained.trace!!.contains("\"base\""), explained.trace)
        assertEquals(null, plain.trace)
        assertEquals(plain.postings to plain.events, explained.postings to explained.events)
        assertEquals(plain.postings, quoted.postings)
        val answer = desk.engine.quote(purchase, desk.book)
        val error = assertThrows(CoalitionException.Refused::class.java) { evolve(desk.book, answer) }
        assertEquals("without_effect" to "outcome", error.code() to error.argument())
    }

    @Test
    fun `the engine in force is the latest that has begun`() {
        val dates = listOf("2024-01-01", "2025-01-01")
        val engines = dates.map { Engine.compile(desk.rules.replace("2024-01-01", it)) }
        // Midnight at +08:00.
        val begins = java.time.Instant.parse("2024-12-31T16:00:00Z")
        assertEquals(engines[1].hash(), inForce(engines, begins)!!.hash())
        assertEquals(engines[0].hash(), inForce(engines, begins.minusMillis(1))!!.hash())
        assertEquals(null, inForce(engines, java.time.Instant.parse("2023-12-31T15:59:59.999Z")))
        engines.forEach(Engine::close)
    }

    @Test
    fun `threads share an engine`() {
        val pool = Executors.newFixedThreadPool(4)
        val work = Callable { List(200) { outcomeToJson(desk.engine.decide(purchase, desk.book, Detail.PLAIN)) }.toSet() }
        val answers = pool.invokeAll(List(4) { work }).map { it.get() }
        pool.shutdown()
        assertEquals(List(4) { setOf(desk.good) }, answers)
    }

    @Test
    fun `moments are exact to the millisecond, and no finer`() {
        val at = java.time.Instant.parse("2024-05-01T09:59:59.250Z")
        val command = purchase.copy(at = at)
        assertEquals(at, commandFromJson(commandToJson(command)).at)
        val error = assertThrows(CoalitionException::class.java) { commandToJson(command.copy(at = at.plusNanos(1))) }
        assertEquals("invalid_instant", error.code())
    }

    @Test
    fun `half a character crosses as U+FFFD`() {
        val text = desk.purchase.replaceFirst("{", "{\"\ud800\":1,")
        val error = assertThrows(CoalitionException::class.java) { commandFromJson(text) }
        assertEquals("command" to "[\"\uFFFD\"]", error.argument() to error.path())
        val value = assertThrows(CoalitionException::class.java) { commandToJson(purchase.copy(actor = "\udc00")) }
        assertEquals("invalid_id", value.code())
    }

    @Test
    fun `the package has every verb of the generated one`() {
        fun verbs(name: String) =
            Class.forName(name).methods.filter { Modifier.isStatic(it.modifiers) }.map { it.name }
                .filterNot { it.startsWith("uniffi") || "$" in it }.toSet()
        val generated = verbs("dev.coalition.mobile.Coalition_mobileKt") - "use"
        assertEquals(generated, verbs("dev.coalition.VerbsKt"))
        assertTrue("evolve" in generated && "statementHash" in generated, generated.toString())
        assertSame(dev.coalition.mobile.Engine::class.java, Engine::class.java)
    }

    @Test
    fun `the quick start earns 50 points`() {
        val screen = System.out
        val said = ByteArrayOutputStream()
        System.setOut(PrintStream(said))
        try {
            quickStart(sample("."))
        } finally {
            System.setOut(screen)
        }
        assertEquals("li earned 50 points", said.toString().trim())
    }
}
