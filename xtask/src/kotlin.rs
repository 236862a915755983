//! `cargo xtask test --only kotlin`.

use crate::report::Report;

pub fn run(report: &mut Report) {
    report.skip("kotlin", "not built yet");
}
