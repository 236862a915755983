//! `cargo xtask test --only web`.

use crate::report::Report;

pub fn run(report: &mut Report) {
    report.skip("web", "not built yet");
}
