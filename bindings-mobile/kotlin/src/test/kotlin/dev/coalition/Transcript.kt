package dev.coalition

import com.google.gson.JsonObject
import com.google.gson.JsonParser
import java.io.File
import java.nio.file.Files
import java.util.stream.Stream
import kotlin.io.path.Path

/** One call of a vector: a verb, exact texts as its arguments, and the exact answer or the error. */
class Call(private val line: JsonObject) {
    val verb: String = this["verb"]
    val expect: String? = optional("expect")
    val error: Triple<String, String, String>? =
        line.getAsJsonObject("error")?.let { error ->
            Triple(error["code"].asString, error["argument"].asString, error["path"].asString)
        }

    operator fun get(argument: String): String = optional(argument) ?: error("the call has no `$argument`")

    fun optional(argument: String): String? = line[argument]?.takeUnless { it.isJsonNull }?.asString
}

class Vector(val name: String, val calls: List<Call>)

/** The vectors, worked out by the Rust runner: one a line, read as they are needed. */
fun vectors(): Stream<Vector> =
    Files.lines(Path(setting("vectors")))
        .map { JsonParser.parseString(it).asJsonObject }
        .map { line -> Vector(line["vector"].asString, line.getAsJsonArray("calls").map { Call(it.asJsonObject) }) }

/** A file beside the quick starts of the other languages. */
fun sample(name: String): File = File(setting("samples"), name)

private fun setting(name: String): String =
    System.getProperty("coalition.$name") ?: error("the property coalition.$name is not set")
