// What a runtime came to, in the words that the test command reads.

/** Prints each door's count, the failures and the sum; a run without any vector is a failure. */
export function tell(runtime, results) {
  const sum = { passed: 0, failed: 0 };
  for (const { door, passed, failed, calls, lost, failures } of results) {
    for (const failure of failures) console.log(`${runtime}, ${door}: FAILED: ${failure}`);
    const beside = lost > 0 ? `, ${lost} calls that no object can say left out` : "";
    console.log(`${runtime}, ${door}: ${passed} vectors, ${calls} calls right${beside}`);
    sum.passed += passed;
    sum.failed += failed + (passed + failed === 0 ? 1 : 0);
  }
  close(runtime, sum);
}

/** Runs named tests, `[name, work]`, one after the other. */
export async function named(tests) {
  const result = { passed: 0, failed: 0, failures: [] };
  for (const [name, work] of tests) {
    try {
      await work();
      result.passed += 1;
    } catch (error) {
      result.failed += 1;
      result.failures.push(`${name}: ${error?.stack ?? error}`);
    }
  }
  return result;
}

/** Prints what named tests came to. */
export function tellNamed(title, result) {
  for (const failure of result.failures) console.log(`${title}: FAILED: ${failure}`);
  close(title, { ...result, failed: result.failed + (result.passed + result.failed === 0 ? 1 : 0) });
}

function close(title, { passed, failed }) {
  console.log(`${title}: ${passed} passed, ${failed} failed`);
  if (failed > 0) process.exitCode = 1;
}
