package dev.coalition

/** Spoils texts; the same ones in every run (splitmix64). */
class Spoiler(private var state: Long) {
    fun below(bound: Int): Int {
        state += -0x61c8864680b583ebL
        var z = state
        z = (z xor (z ushr 30)) * -0x40a7b892e31b1a47L
        z = (z xor (z ushr 27)) * -0x6b2fb644ecceee15L
        return java.lang.Long.remainderUnsigned(z xor (z ushr 31), bound.toLong()).toInt()
    }

    /** A text that somebody spoilt: cut, a character replaced, a token put in, a piece taken out. */
    fun spoilt(text: String): String {
        val place = below(text.length)
        return when (below(4)) {
            0 -> text.take(place)
            1 -> text.replaceRange(place, place + 1, below(256).toChar().toString())
            2 -> text.substring(0, place) + TOKENS[below(TOKENS.size)] + text.substring(place)
            else -> text.removeRange(place, minOf(place + below(12), text.length))
        }
    }

    fun number(): Long = NUMBERS[below(NUMBERS.size)]

    private companion object {
        val TOKENS =
            listOf(
                "null", "true", "-0", "1e9", "0.5", "9007199254740992", "\"\"", "[", "]", "{", "}", ",", ":",
                "[".repeat(200), "{\"a\":".repeat(200), "\"\\ud800\"", "\ud800", "\udc00a", "\uD83D\uDE00", "\u0000",
                "\"type\"", "\"x\":1,", "1".repeat(400),
            )
        val NUMBERS = listOf(0L, -1L, 1L shl 53, (1L shl 53) - 1, Long.MIN_VALUE, Long.MAX_VALUE, 7L)
    }
}
