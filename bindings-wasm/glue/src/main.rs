//! `coalition-glue <in.wasm> <folder>`: what the program `wasm-bindgen --target web` does, as a library call. The program
//! itself comes with a test runner and a web server, takes minutes to build and must be of the crate's exact version; here
//! `Cargo.lock` holds both to it.

use std::process::ExitCode;
use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, folder] = arguments.as_slice() else {
        eprintln!("coalition-glue <in.wasm> <folder>");
        return ExitCode::FAILURE;
    };
    match make(input, folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("coalition-glue: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn make(input: &str, folder: &str) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen.web(true).map_err(|error| format!("{error:?}"))?;
    // After a panic the instance is dropped and a new one made.
    bindgen.input_path(input).out_name("coalition").typescript(true).reset_state_function(true);
    // `new URL("coalition_bg.wasm", import.meta.url)`: bundlers know it, and browsers need nothing else.
    bindgen.omit_default_module_path(false);
    bindgen.generate(folder).map_err(|error| format!("{error:?}"))
}
