//! Benchmarks of Coalition: one workload, the engine and a hand-written peer on it, and a clock that bears a shared
//! machine. `docs/performance.md` says what is measured and how to run it.

pub mod deciding;
pub mod matching;
pub mod naive;
pub mod settling;
pub mod timing;
pub mod tokens;
pub mod workload;
pub mod works;
