//! Generates the Kotlin, Swift and Python sources from the built library, by the very version of UniFFI that it has.

fn main() {
    uniffi::uniffi_bindgen_main();
}
