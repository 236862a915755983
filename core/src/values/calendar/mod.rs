//! Moments, local days and the windows made of them. Nothing outside of this folder asks chrono anything.

mod birthday;
mod day;
mod instant;
mod local_time;
mod period;

pub use birthday::Birthday;
pub use day::{Day, Weekday, Window};
pub use instant::Instant;
pub use local_time::LocalTime;
pub use period::Period;
