"""Runs everything and ends with one plain line: `N passed, N failed`. A vector is a test in each door."""

import sys
import unittest
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from doors import JsonDoor, TypedDoor  # noqa: E402 (the path comes first)
from vectors import Run, vectors  # noqa: E402


def vector_tests(door, name, found):
    def of(vector):
        def body():
            run = Run(door)
            for index, call in enumerate(vector["calls"]):
                run.check(call, f"call {index}, {call['verb']}")

        return unittest.FunctionTestCase(body, description=f"{name}: {vector['vector']}")

    return [of(vector) for vector in found]


def main():
    found = vectors()
    both = [vector_tests(JsonDoor, "json", found), vector_tests(TypedDoor, "typed", found)]
    suite = unittest.TestSuite(test for tests in both for test in tests)
    suite.addTests(unittest.defaultTestLoader.discover(str(HERE)))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(suite)
    bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    # What did not run did not pass.
    bad += len(result.skipped) + len(result.expectedFailures)
    if not found:
        print("no vector found")
        bad += 1
    print(f"{result.testsRun - bad} passed, {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
