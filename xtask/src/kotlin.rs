//! `cargo xtask test --only kotlin`: Kotlin on the JVM, by Maven.

use crate::language::{self, Suite};
use crate::report::Report;
use crate::{mobile, run, system, transcript};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "bindings-mobile/kotlin";
const TESTS: &str = "src/test/kotlin/dev/coalition";
const JDK: &str = "openjdk-17-jdk-headless";

/// The generator refuses half a character where it could give what every other door gives for it, U+FFFD; and refuses it
/// by an error of its own, with arguments before it left behind in memory.
const REFUSES: &str = "onMalformedInput(CodingErrorAction.REPORT)";
const REPLACES: &str = "onMalformedInput(CodingErrorAction.REPLACE).replaceWith(\"\\uFFFD\".toByteArray())";

pub fn run(report: &mut Report) {
    if let Err(reason) = tools() {
        return if run::in_ci() { report.fail("kotlin", &reason) } else { report.skip("kotlin", &reason) };
    }
    language::suite(report, "kotlin", || {
        let vectors = transcript::make()?;
        let mut command = maven(&sources()?)?;
        command.arg(property("vectors", &vectors)).arg("test");
        let tests = run::root().join(FOLDER).join(TESTS);
        let due = language::due(&vectors, &tests, |line| line == "@Test" || line.starts_with("@Test "))?;
        Ok(Suite { command, due })
    });
}

/// The per-call costs, by the files that `coalition-benches`' program `doors` wrote; prints a line for each.
///
/// # Errors
///
/// What is missing, or the failure of a build or a run.
pub fn bench(inputs: &Path) -> Result<(), String> {
    tools()?;
    let jars = system::target().join("kotlin/jars");
    let mut command = maven(&sources()?)?;
    command.args(["test-compile", "dependency:build-classpath"]);
    run::visibly(command.arg(property("mdep.outputFile", &jars)))?;
    let jars = fs::read_to_string(jars).map_err(|error| error.to_string())?;
    let built = system::target().join("kotlin");
    let mut java = run::program("java");
    java.arg(property("jna.library.path", &mobile::library()?));
    java.arg("-cp").arg(format!("{0}/classes:{0}/test-classes:{jars}", built.display()));
    run::visibly(java.arg("dev.coalition.BenchKt").arg(inputs))
}

fn tools() -> Result<(), String> {
    let missing = |name: &str| system::on_path(name).is_none();
    if missing("mvn") || missing("javac") {
        system::apt(&["maven", JDK])?;
    }
    Ok(())
}

/// Maven over the project, with the folders of this build.
fn maven(generated: &Path) -> Result<Command, String> {
    let mut command = run::program("mvn");
    command.args(["-B", "-ntp", "-q", "-f"]).arg(format!("{FOLDER}/pom.xml"));
    command.arg(property("generated", generated)).arg(property("library", &mobile::library()?));
    command.arg(property("out", &system::target().join("kotlin")));
    Ok(command)
}

fn property(name: &str, path: &Path) -> String {
    format!("-D{name}={}", path.display())
}

/// The generated sources, as they ship.
///
/// # Errors
///
/// The generator's failure, or sources that are no longer what they were.
pub fn sources() -> Result<PathBuf, String> {
    let folder = mobile::generated("kotlin")?;
    for name in ["dev/coalition/coalition.kt", "dev/coalition/mobile/coalition_mobile.kt"] {
        let path = folder.join(name);
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if source.matches(REFUSES).count() != 1 {
            return Err(format!("{name} no longer says {REFUSES}"));
        }
        fs::write(&path, source.replace(REFUSES, REPLACES)).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}
