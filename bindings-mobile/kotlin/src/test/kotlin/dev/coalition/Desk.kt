package dev.coalition

/** The quick start's engine, its book after the set-up, and the answer to its purchase. */
class Desk : AutoCloseable {
    val rules = sample("rulebook.json").readText()
    val setup = sample("setup.json").readText()
    val purchase = sample("purchase.json").readText()
    val engine: Engine = Engine.compile(rules)
    val book: String = engine.decideMany(commandsFromJson(setup), newBook(), Detail.PLAIN).slice
    val good: String = engine.decideJson(purchase, book, Detail.PLAIN)

    override fun close() = engine.close()
}
