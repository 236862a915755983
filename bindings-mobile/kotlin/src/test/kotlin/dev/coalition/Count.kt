package dev.coalition

import org.junit.platform.engine.TestExecutionResult
import org.junit.platform.engine.TestExecutionResult.Status.SUCCESSFUL
import org.junit.platform.launcher.TestExecutionListener
import org.junit.platform.launcher.TestIdentifier
import org.junit.platform.launcher.TestPlan

/** Names what failed and ends the run with one plain line, whoever runs it: `N passed, N failed`. */
class Count : TestExecutionListener {
    private var passed = 0
    private var failed = 0

    override fun executionFinished(test: TestIdentifier, result: TestExecutionResult) {
        when {
            // A class that cannot be set up has no test that could fail.
            result.status != SUCCESSFUL -> fail(test, result.throwable.map { it.toString() }.orElse(""))
            test.isTest -> passed += 1
        }
    }

    /** What did not run did not pass. */
    override fun executionSkipped(test: TestIdentifier, reason: String) = fail(test, reason)

    override fun testPlanExecutionFinished(plan: TestPlan) = println("$passed passed, $failed failed")

    private fun fail(test: TestIdentifier, reason: String) {
        failed += 1
        println("FAILED: ${test.displayName}: $reason")
    }
}
