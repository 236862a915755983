//! What a run of the Swift tests came to. The vectors count for themselves: to XCTest, all of a door are one test.

/// The doors, as the vector tests name them.
const DOORS: [&str; 2] = ["typed", "JSON"];

#[derive(Default)]
pub struct Counts {
    /// Vectors of each door: passed, failed.
    vectors: [Option<(usize, usize)>; DOORS.len()],
    /// Tests of XCTest, those over the vectors among them: ran, failed.
    tests: Option<(usize, usize)>,
    quick_start: Option<bool>,
}

impl Counts {
    /// Adds the figures of a line; most lines have none.
    pub fn read(&mut self, line: &str) {
        let line = line.trim();
        for (place, door) in DOORS.iter().enumerate() {
            let rest = line.strip_prefix("vectors, ").and_then(|rest| rest.strip_prefix(door)?.strip_prefix(": "));
            if let Some(figures) = rest.and_then(|rest| rest.strip_suffix(" failed")?.split_once(" passed, ")) {
                self.vectors[place] = both(figures);
            }
        }
        // `Executed 16 tests, with 2 failures (1 unexpected) in 19.4 (19.4) seconds`, of a suite and last of all of them.
        if let Some((ran, rest)) = line.strip_prefix("Executed ").and_then(|rest| rest.split_once(" test"))
            && let Some((_, rest)) = rest.split_once("with ")
            && let Some((failed, _)) = rest.split_once(" failure")
        {
            self.tests = both((ran, failed)).or(self.tests);
        }
    }

    pub fn quick_start(&mut self, good: bool) {
        self.quick_start = Some(good);
    }

    /// That every vector went through every door, and every test of the sources ran.
    pub fn hold(&self, vectors: usize, tests: usize) -> Result<(), String> {
        for (door, counted) in DOORS.iter().zip(self.vectors) {
            let all = counted.map_or(0, |(passed, failed)| passed + failed);
            if all != vectors || all == 0 {
                return Err(format!("{all} vectors ran through the {door} door, {vectors} are due"));
            }
        }
        let ran = self.tests.map_or(0, |(ran, _)| ran);
        if ran == tests { Ok(()) } else { Err(format!("{ran} tests ran, {tests} are due")) }
    }

    /// (passed, failed): the vectors of both doors, the other tests and the quick start. A test may note several failures;
    /// those of the vector tests are the vectors'.
    pub fn sum(&self) -> (usize, usize) {
        let (passed, lost) = self.vectors.iter().flatten().fold((0, 0), |sum, door| (sum.0 + door.0, sum.1 + door.1));
        let doors = self.vectors.iter().flatten().count();
        let broken = self.vectors.iter().flatten().filter(|door| door.1 > 0).count();
        let (ran, failed) = self.tests.unwrap_or_default();
        let (others, failed) = (ran.saturating_sub(doors), failed.saturating_sub(broken));
        let failed_others = failed.min(others);
        let start = usize::from(self.quick_start == Some(true));
        let bad_start = usize::from(self.quick_start == Some(false));
        (passed + (others - failed_others) + start, lost + failed + bad_start)
    }
}

fn both((first, second): (&str, &str)) -> Option<(usize, usize)> {
    Some((first.parse().ok()?, second.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn after(lines: &[&str]) -> Counts {
        let mut counts = Counts::default();
        lines.iter().for_each(|line| counts.read(line));
        counts.quick_start(true);
        counts
    }

    const BOTH: [&str; 2] = ["vectors, typed: 7 passed, 0 failed", "vectors, JSON: 7 passed, 0 failed\n"];

    #[test]
    fn vectors_and_tests_are_added() {
        let counts = after(&[
            BOTH[0],
            BOTH[1],
            "\t Executed 1 test, with 0 failures (0 unexpected)",
            "other",
            "\t Executed 5 tests, with 0 failures (0 unexpected) in 1.2 (1.2) seconds",
        ]);
        assert_eq!(counts.sum(), (7 + 7 + 3 + 1, 0));
        assert_eq!(counts.hold(7, 5), Ok(()));
        assert!(counts.hold(8, 5).is_err() && counts.hold(7, 6).is_err());
    }

    #[test]
    fn failed_vector_is_counted_once() {
        let counts =
            after(&["vectors, typed: 5 passed, 2 failed", BOTH[1], "Executed 5 tests, with 2 failures (0 unexpected)"]);
        assert_eq!(counts.sum(), (5 + 7 + 2 + 1, 2 + 1));
    }

    #[test]
    fn run_without_a_vector_does_not_hold() {
        let lines = [
            "vectors, typed: 0 passed, 0 failed",
            "vectors, JSON: 0 passed, 0 failed",
            "Executed 2 tests, with 0 failures",
        ];
        assert!(after(&lines).hold(0, 2).is_err());
        assert!(after(&[]).hold(0, 0).is_err());
    }
}
