//! `cargo xtask test --only swift`.

use crate::report::Report;

pub fn run(report: &mut Report) {
    report.skip("swift", "not built yet");
}
