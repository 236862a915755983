//! `cargo xtask test --only kotlin`: Kotlin on the JVM, by Maven or, without it, by `kotlinc`.

use crate::language::{self, Suite};
use crate::report::Report;
use crate::{kotlinc, mobile, run, system, transcript};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "bindings-mobile/kotlin";
const TESTS: &str = "src/test/kotlin/dev/coalition";
/// As in `pom.xml`.
const VIRTUAL_MACHINE: [&str; 5] =
    ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch"];

/// The generator refuses half a character by an error of its own, with the arguments before it left behind in memory. As
/// U+FFFD it crosses and is refused by the engine, since no text of the wire may hold that.
const REFUSES: &str = "onMalformedInput(CodingErrorAction.REPORT)";
const REPLACES: &str = "onMalformedInput(CodingErrorAction.REPLACE).replaceWith(\"\\uFFFD\".toByteArray())";

/// Some machines have a JRE alone, and some have a JDK and no Maven: both must be there for the first road.
fn has_maven() -> bool {
    system::on_path("mvn").is_some() && system::on_path("javac").is_some()
}

pub fn run(report: &mut Report) {
    // Elsewhere than in CI, a machine that cannot have the tools goes without.
    if !has_maven() && !run::in_ci() && !system::is_root() {
        return report
            .skip("kotlin", "neither Maven with a JDK is here, nor may this user install what stands in for them");
    }
    language::suite(report, "kotlin", || {
        let vectors = run::root().join(transcript::make()?);
        let command = tests(&vectors)?;
        let begins = |line: &str| line == "@Test" || line.starts_with("@Test ");
        let due = language::due(&vectors, &run::root().join(FOLDER).join(TESTS), begins)?;
        Ok(Suite { command, due })
    });
}

fn tests(vectors: &Path) -> Result<Command, String> {
    if has_maven() {
        let mut command = maven()?;
        command.arg(property("vectors", vectors)).arg("test");
        return Ok(command);
    }
    println!("no Maven here: Kotlin's compiler from npm, the libraries from Debian");
    let samples = run::root().join("tests/quickstart");
    let options = [property("coalition.vectors", vectors), property("coalition.samples", &samples)];
    let options: Vec<String> = VIRTUAL_MACHINE.iter().map(ToString::to_string).chain(options).collect();
    Ok(without_maven()?.tests(&library()?, &options))
}

/// The per-call costs, by the files that `coalition-benches`' program `doors` wrote; prints a line for each.
///
/// # Errors
///
/// What is missing, or the failure of a build or a run.
pub fn bench(inputs: &Path) -> Result<(), String> {
    let mut java = if has_maven() {
        let jars = built().join("jars");
        let mut command = maven()?;
        command.args(["test-compile", "dependency:build-classpath"]);
        run::visibly(command.arg(property("mdep.outputFile", &jars)))?;
        let jars = fs::read_to_string(jars).map_err(|error| error.to_string())?;
        let mut java = run::program("java");
        java.arg(property("jna.library.path", &library()?));
        java.arg("-cp").arg(format!("{0}/classes:{0}/test-classes:{jars}", built().display()));
        java
    } else {
        without_maven()?.java(&library()?)
    };
    run::visibly(java.arg("dev.coalition.BenchKt").arg(inputs))
}

fn without_maven() -> Result<kotlinc::Built, String> {
    kotlinc::build(&run::root().join(FOLDER), &sources()?, &built())
}

/// Maven over the project, with the folders of this build.
fn maven() -> Result<Command, String> {
    let mut command = run::program("mvn");
    command.args(["-B", "-ntp", "-q", "-f"]).arg(format!("{FOLDER}/pom.xml"));
    command.arg(property("generated", &sources()?)).arg(property("library", &library()?));
    command.arg(property("out", &built()));
    Ok(command)
}

// Maven and the virtual machine have folders of their own: paths must not depend on where they are read.

fn library() -> Result<PathBuf, String> {
    Ok(run::root().join(mobile::library()?))
}

fn built() -> PathBuf {
    run::root().join(system::target()).join("kotlin")
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
    let folder = run::root().join(mobile::generated("kotlin")?);
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
