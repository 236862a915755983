//! Sums the result lines of test runs.

/// What one run of test programs came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    pub ignored: usize,
}

impl Tally {
    /// Adds the figures of a `test result:` line; any other line changes nothing.
    pub fn read(&mut self, line: &str) {
        let Some(result) = line.trim().strip_prefix("test result: ") else {
            return;
        };
        // `ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s`
        let figures = result.split_once(". ").map_or("", |(_, figures)| figures);
        for figure in figures.split("; ") {
            if let Some((number, kind)) = figure.split_once(' ')
                && let Ok(number) = number.parse::<usize>()
            {
                match kind {
                    "passed" => self.passed += number,
                    "failed" => self.failed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
        }
    }

    /// (passed, failed) for the final count. An ignored test counts as failed; so does a run that
    /// broke off without a failed test, and a run without any test.
    pub fn close(self, succeeded: bool) -> (usize, usize) {
        let failed = self.failed + self.ignored;
        let unexplained = failed == 0 && (!succeeded || self.passed == 0);
        (self.passed, failed + usize::from(unexplained))
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    const OK: &str = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s";
    const BAD: &str =
        "test result: FAILED. 4 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s";

    fn sum(lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| tally.read(line));
        tally
    }

    #[test]
    fn sums_good_and_bad_lines() {
        let tally = sum(&["running 12 tests", OK, "", BAD]);
        let expected = Tally { passed: 16, failed: 2, ignored: 1 };
        assert_eq!(tally, expected);
        assert_eq!(tally.close(false), (16, 3));
    }

    #[test]
    fn other_lines_change_nothing() {
        let tally = sum(&["test a::b ... ok", "1 passed; 1 failed", "test result: "]);
        assert_eq!(tally, Tally::default());
    }

    #[test]
    fn good_run_has_no_failure() {
        assert_eq!(sum(&[OK]).close(true), (12, 0));
    }

    #[test]
    fn run_that_broke_off_is_one_failure() {
        assert_eq!(sum(&[OK]).close(false), (12, 1));
        assert_eq!(sum(&[]).close(false), (0, 1));
    }

    #[test]
    fn run_without_tests_is_a_failure() {
        assert_eq!(sum(&["running 0 tests"]).close(true), (0, 1));
    }

    #[test]
    fn ignored_test_is_a_failure() {
        let line = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(sum(&[line]).close(true), (3, 1));
    }
}
