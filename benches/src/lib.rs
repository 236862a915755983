//! Benchmarks of Coalition: one workload, the engine and hand-written peers on it, and a clock that bears a shared
//! machine. `docs/performance.md` says what is measured and how to run it.

pub mod deciding;
pub mod matching;
pub mod naive;
#[expect(clippy::disallowed_types, reason = "a peer takes the fastest map; no result depends on its order")]
pub mod naive_months;
#[expect(clippy::disallowed_types, reason = "a peer takes the fastest map; no result depends on its order")]
pub mod naive_shop;
pub mod redeeming;
pub mod settling;
pub mod timing;
pub mod tokens;
pub mod workload;
pub mod works;
