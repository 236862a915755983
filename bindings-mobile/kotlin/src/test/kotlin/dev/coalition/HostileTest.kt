package dev.coalition

import java.nio.file.Files
import kotlin.io.path.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

private const val ROUNDS = 60_000
private const val PAUSE = 2_000
private const val HEAP_MIB = 4
/** The JVM itself takes some: compiled code, tables. A leak of half a KiB a call is more. */
private const val RESIDENT_MIB = 16

/** Sixty thousand spoilt inputs through each door. */
class HostileTest {
    private val desk = Desk()

    @Test
    fun `60,000 spoilt texts are answered`() {
        var answered = 0
        val refused = bombard { spoiler, round ->
            val text =
                when (round % 6) {
                    0 -> desk.engine.decideJson(spoiler.spoilt(desk.purchase), desk.book, Detail.PLAIN)
                    1 -> desk.engine.decideManyJson(spoiler.spoilt(desk.setup), newBook(), Detail.TRACE)
                    2 -> desk.engine.decideJson(desk.purchase, spoiler.spoilt(desk.book), Detail.WHY_NOT)
                    3 -> evolveJson(desk.book, spoiler.spoilt(desk.good))
                    4 -> checkJson(spoiler.spoilt(desk.rules))
                    else -> desk.engine.readsJson(spoiler.spoilt(desk.purchase), spoiler.spoilt(desk.book))
                }
            assertTrue(text.startsWith("{") || text.startsWith("["), text)
            answered += 1
        }
        assertTrue(refused > 40_000 && answered > 1_000, "$refused refused, $answered answered")
        assertEquals(desk.good, desk.engine.decideJson(desk.purchase, desk.book, Detail.PLAIN))
    }

    @Test
    fun `60,000 spoilt values are answered`() {
        val command = commandFromJson(desk.purchase)
        val period = periodFromJson("""{"from":"2024-05-01","until":"2024-06-01"}""")
        var answered = 0
        val refused = bombard { spoiler, round ->
            val answer =
                when (round % 6) {
                    0 -> desk.engine.decide(commandFromJson(spoiler.spoilt(desk.purchase)), desk.book, Detail.PLAIN)
                    1 -> desk.engine.decide(spoilt(command, spoiler), desk.book, Detail.TRACE)
                    2 -> desk.engine.quote(command, spoiler.spoilt(desk.book))
                    3 -> evolve(desk.book, outcomeFromJson(spoiler.spoilt(desk.good)))
                    4 -> desk.engine.settle(spoiler.spoilt(newTally()), desk.book, period)
                    else -> Engine.compile(spoiler.spoilt(desk.rules)).use { it.hash() }
                }
            assertNotEquals("", answer)
            answered += 1
        }
        assertTrue(refused > 30_000 && answered > 1_000, "$refused refused, $answered answered")
        assertEquals(desk.good, outcomeToJson(desk.engine.decide(command, desk.book, Detail.PLAIN)))
    }

    /** A purchase with one value that may not be. */
    private fun spoilt(command: Command, spoiler: Spoiler): Command {
        val purchase = (command.action as Action.RecordPurchase).v1
        val line = purchase.lines.first()
        val other =
            when (spoiler.below(5)) {
                0 -> purchase.copy(merchant = spoiler.spoilt(purchase.merchant))
                1 -> purchase.copy(lines = listOf(line.copy(gross = spoiler.number())))
                2 -> purchase.copy(lines = listOf(line.copy(tags = listOf("a", spoiler.spoilt("a")))))
                3 -> purchase.copy(lines = listOf(line.copy(quantity = spoiler.number(), product = spoiler.spoilt("tea"))))
                else -> return command.copy(at = java.time.Instant.ofEpochSecond(spoiler.number() % 400_000_000_000, 1))
            }
        return command.copy(action = Action.RecordPurchase(other))
    }

    /** How many inputs were refused. Anything but a typed error ends the test; so does memory that grows. */
    private fun bombard(call: (Spoiler, Int) -> Unit): Int {
        val spoiler = Spoiler(7)
        var refused = 0
        var before = Memory()
        for (round in 0 until ROUNDS) {
            if (round == ROUNDS / 2) {
                before = Memory()
            }
            if (round % PAUSE == 0) {
                settle()
            }
            try {
                call(spoiler, round)
            } catch (error: CoalitionException) {
                assertNotEquals("", word(error))
                refused += 1
            }
        }
        val after = Memory()
        println("memory after a half and after all: $before, $after")
        assertTrue(after.heap - before.heap <= HEAP_MIB && after.resident - before.resident <= RESIDENT_MIB)
        return refused
    }
}

private fun word(error: CoalitionException) =
    when (error) {
        is CoalitionException.Malformed -> error.fault.code
        is CoalitionException.Refused -> error.fault.code
        is CoalitionException.InvalidRulebook -> error.problems.first().path
    }

/** Lets JNA's own thread free what it kept for calls that are over; it lags behind where the machine is busy. */
private fun settle() {
    do {
        val before = used()
        System.gc()
        Thread.sleep(10)
    } while (used() < before - (1 shl 20))
}

private fun used() = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()

/** MiB in use: of the heap, and of the process where the system tells. */
private class Memory {
    val heap: Long
    val resident: Long

    init {
        heap = List(10) { settle().let { used() } }.min() shr 20
        val status = Path("/proc/self/status")
        val line = if (Files.exists(status)) Files.readAllLines(status).first { it.startsWith("VmRSS") } else "VmRSS: 0 kB"
        resident = line.split(Regex("\\s+"))[1].toLong() shr 10
    }

    override fun toString() = "heap $heap MiB, resident $resident MiB"
}
