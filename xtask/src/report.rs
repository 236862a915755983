//! What a run of many steps came to: counts, failures, what was skipped.

use crate::run;
use crate::tally::Tally;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};

/// The count, and what to name at the end.
#[derive(Default)]
pub struct Report {
    pub passed: usize,
    failed: usize,
    /// What is said once more at the end: `kotlin: 1031 passed, 0 failed`.
    lines: Vec<String>,
    failures: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// A step that is one check: it succeeds or not.
    pub fn check(&mut self, title: &str, mut command: Command) {
        self.work(title, || run::visibly(&mut command));
    }

    /// The same of work that this program does itself.
    pub fn work(&mut self, title: &str, work: impl FnOnce() -> Result<(), String>) {
        match run::timed(title, work) {
            Ok(()) => self.passed += 1,
            Err(reason) => self.fail(title, &reason),
        }
    }

    /// A step that runs tests: each of them counts.
    pub fn suite(&mut self, title: &str, mut command: Command) {
        let mut tally = Tally::default();
        let result = run::timed(title, || {
            let succeeded = stream(&mut command, |line| tally.read(line))?;
            let (passed, failed) = tally.close(succeeded);
            println!("{passed} passed, {failed} failed");
            match (failed, tally.ignored) {
                (0, _) => Ok(()),
                (_, 0) if tally == Tally::default() => Err("no test ran".to_owned()),
                (failed, 0) => Err(format!("{failed} failed")),
                (failed, ignored) => Err(format!("{failed} failed, {ignored} of them ignored")),
            }
        });
        // A program that did not start left an empty tally, which closes as one failure.
        let (passed, failed) = tally.close(result.is_ok());
        self.passed += passed;
        self.failed += failed;
        if let Err(reason) = result {
            self.failures.push(format!("{title}: {reason}"));
        }
    }

    /// What a runner of another language counted.
    pub fn add(&mut self, title: &str, passed: usize, failed: usize) {
        self.passed += passed;
        self.failed += failed;
        if failed > 0 {
            self.failures.push(format!("{title}: {failed} failed"));
        }
    }

    /// A program that counts its own tests, in lines `<title>: N passed, N failed`. One that ends badly, or lacks one of
    /// the lines, has failed once more than it says.
    pub fn counted(&mut self, titles: &[&str], mut command: Command) {
        let mut sums = vec![None; titles.len()];
        let title = titles.last().copied().unwrap_or_default();
        let result = run::timed(title, || {
            let succeeded = stream(&mut command, |line| {
                for (sum, title) in sums.iter_mut().zip(titles) {
                    *sum = counts(title, line).or(*sum);
                }
            })?;
            let silent = |sum: &Option<(usize, usize)>| sum.is_none_or(|(passed, failed)| passed + failed == 0);
            match sums.iter().flatten().map(|(_, failed)| failed).sum() {
                0 if sums.iter().any(silent) => Err("not every test ran".to_owned()),
                0 if succeeded => Ok(()),
                0 => Err("broke off".to_owned()),
                failed => Err(format!("{failed} failed")),
            }
        });
        self.passed += sums.iter().flatten().map(|(passed, _)| passed).sum::<usize>();
        for (title, (passed, failed)) in titles.iter().zip(&sums).filter_map(|(title, sum)| Some((title, (*sum)?))) {
            self.lines.push(format!("{title}: {passed} passed, {failed} failed"));
        }
        let failed: usize = sums.iter().flatten().map(|(_, failed)| failed).sum();
        match result {
            Ok(()) => {}
            Err(reason) if failed == 0 => self.fail(title, &reason),
            Err(reason) => {
                self.failed += failed;
                self.failures.push(format!("{title}: {reason}"));
            }
        }
    }

    /// Runs a part and notes what it came to, to be said at the end.
    pub fn part(&mut self, name: &str, run: impl FnOnce(&mut Self)) {
        let before = (self.passed, self.failed);
        run(self);
        let (passed, failed) = (self.passed - before.0, self.failed - before.1);
        if passed + failed > 0 {
            self.lines.push(format!("{name}: {passed} passed, {failed} failed"));
        }
    }

    pub fn fail(&mut self, title: &str, reason: &str) {
        self.failed += 1;
        self.failures.push(format!("{title}: {reason}"));
    }

    pub fn skip(&mut self, title: &str, reason: &str) {
        println!("SKIPPED: {title} ({reason})\n");
        self.skipped.push(format!("{title} ({reason})"));
    }

    pub fn close(self) -> ExitCode {
        for line in &self.lines {
            println!("{line}");
        }
        for skipped in &self.skipped {
            println!("SKIPPED: {skipped}");
        }
        for failure in &self.failures {
            println!("FAILED: {failure}");
        }
        let failed = if self.passed + self.failed == 0 {
            println!("FAILED: nothing ran");
            1
        } else {
            self.failed
        };
        println!("{} passed, {failed} failed", self.passed);
        run::exit(failed == 0)
    }
}

/// (passed, failed) of a line `N passed, N failed`.
pub fn count(line: &str) -> Option<(usize, usize)> {
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

/// The same of a line `<title>: N passed, N failed`.
fn counts(title: &str, line: &str) -> Option<(usize, usize)> {
    count(line.trim().strip_prefix(title)?.strip_prefix(": ")?)
}

/// Runs a program, shows its output line by line as it comes and hands each line on.
pub fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, String> {
    // No colour codes inside the lines that are read.
    command.env("CARGO_TERM_COLOR", "never");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("did not start: {error}"))?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|error| format!("output cannot be read: {error}"))? > 0 {
            let text = String::from_utf8_lossy(&line);
            let mut screen = std::io::stdout().lock();
            // A closed screen must not stop the tests.
            let _ = screen.write_all(text.as_bytes());
            let _ = screen.flush();
            each(&text);
            line.clear();
        }
    }
    let status = child.wait().map_err(|error| format!("did not end: {error}"))?;
    Ok(status.success())
}

#[cfg(test)]
mod tests {
    use super::{count, counts};

    #[test]
    fn only_the_line_of_the_title_counts() {
        assert_eq!(counts("node", "node: 1014 passed, 2 failed\n"), Some((1014, 2)));
        for line in [
            "node, text: 7 passed, 0 failed",
            "node: 7 vectors",
            "node: 7 passed, 0 failed, 1 lost",
            "chromium: 1 passed, 0 failed",
        ] {
            assert_eq!(counts("node", line), None, "{line}");
        }
    }

    #[test]
    fn only_a_plain_count_counts() {
        assert_eq!(count("1014 passed, 2 failed\n"), Some((1014, 2)));
        for other in ["", "12 passed", "12 passed, 1 skipped", "a: 1 passed, 0 failed", "Tests run: 3"] {
            assert_eq!(count(other), None, "{other}");
        }
    }
}
