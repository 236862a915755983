//! Progress on the standard error: a bar on a terminal, now and then a plain line elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a plain line is written.
const EVERY: Duration = Duration::from_secs(10);
const BAR: &str = "{msg} [{bar:32}] {percent:>3}% {eta} left";
const OPEN_END: &str = "{spinner} {msg} {pos}";

/// How far a piece of work is.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    what: String,
    total: Option<u64>,
    last: Instant,
}

impl Progress {
    /// Of some work, with its size (bytes, commands) where it is known.
    pub fn new(what: &str, total: Option<u64>) -> Self {
        let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
        let template = if total.is_some() { BAR } else { OPEN_END };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self { bar, what: what.to_owned(), total, last: Instant::now() }
    }

    /// So much is done.
    pub fn at(&mut self, done: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_position(done);
        } else if self.last.elapsed() >= EVERY {
            self.last = Instant::now();
            eprintln!("{}", plain(&self.what, done, self.total));
        }
    }

    /// Takes the bar away.
    pub fn finish(self) {
        self.bar.finish_and_clear();
    }
}

fn plain(what: &str, done: u64, total: Option<u64>) -> String {
    match total.filter(|total| *total > 0) {
        Some(total) => format!("{what}: {}%", u128::from(done) * 100 / u128::from(total)),
        None => format!("{what}: {done}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_tell_the_share_or_the_count() {
        assert_eq!(plain("replay", 50, Some(200)), "replay: 25%");
        assert_eq!(plain("replay", 50, None), "replay: 50");
        assert_eq!(plain("replay", 0, Some(0)), "replay: 0");
    }
}
