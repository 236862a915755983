package dev.coalition

import java.io.File

fun quickStart(folder: File) {
    val engine = Engine.compile(folder.resolve("rulebook.json").readText())
    val setup = commandsFromJson(folder.resolve("setup.json").readText())
    val purchase = commandFromJson(folder.resolve("purchase.json").readText())
    val book = engine.decideMany(setup, newBook(), Detail.PLAIN).slice // parties, a member, 1,000 points
    val outcome = engine.decide(purchase, book, Detail.PLAIN)
    for (event in outcome.decided!!.events) {
        if (event is Event.PointsEarned) println("${event.account} earned ${event.points} ${event.asset}")
    }
    val next = evolve(book, outcome) // a host commits the changes in one transaction
    check(next != book)
}
