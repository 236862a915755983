//! Benchmarks of Coalition.
