package dev.coalition

import java.io.File

private const val ROUNDS = 15
private const val BATCH = 1_000

/**
 * What a call costs on the JVM: a purchase of 5 lines, by the files of `coalition-benches`' program `doors`, whose folder
 * is the argument.
 */
fun main(arguments: Array<String>) {
    fun text(name: String) = File(arguments[0], name).readText()
    val engine = Engine.compile(text("rulebook.json"))
    val (command, slice) = text("command.json") to text("slice.json")
    val (commands, all) = text("commands.json") to text("slice-batch.json")
    val (one, many) = commandFromJson(command) to commandsFromJson(commands)
    val costs =
        listOf(
            "typed, single" to median { repeat(BATCH) { engine.decide(one, slice, Detail.PLAIN) } },
            "json, single" to median { repeat(BATCH) { engine.decideJson(command, slice, Detail.PLAIN) } },
            "typed, 1000" to median { engine.decideMany(many, all, Detail.PLAIN) },
            "json, 1000" to median { engine.decideManyJson(commands, all, Detail.PLAIN) },
        )
    for ((name, micros) in costs) {
        println("kotlin: $name: ${"%.1f".format(java.util.Locale.ROOT, micros)} us a call")
    }
}

/** The median of some rounds of a thousand calls, in microseconds a call, once the JVM has warmed up. */
private fun median(round: () -> Unit): Double {
    repeat(ROUNDS) { round() }
    val times =
        List(ROUNDS) {
            val start = System.nanoTime()
            round()
            (System.nanoTime() - start) / 1e3 / BATCH
        }
    return times.sorted()[ROUNDS / 2]
}
