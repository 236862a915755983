package dev.coalition

/** What was decided, or null for any other answer. */
public val Outcome.decided: Decided?
    get() = (this as? Outcome.Decided)?.v1

/** Why it was rejected, or null for any other answer. */
public val Outcome.rejected: Rejected?
    get() = (this as? Outcome.Rejected)?.v1
