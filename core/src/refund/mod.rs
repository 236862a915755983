//! Refunds: each takes its part of what *remains* of the sale, so it never overdraws and the last one empties exactly.
//! Nothing is rated again: rates, lots, funders, counters and policies are those that the sale froze.

mod clawback;
mod returned;

pub use returned::refund_purchase;
