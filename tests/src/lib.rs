//! Laws, vectors and tidy checks of Coalition.
