//! Kotlin where there is no Maven: JetBrains' compiler from npm, JNA, JUnit and Gson from Debian. Slower to read than
//! `pom.xml` and only a second road; the same sources and tests.

use crate::{run, system};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version that `pom.xml` names.
const COMPILER: &str = "kotlin-compiler@2.4.20";
const DEBIAN: [&str; 5] = ["openjdk-17-jre-headless", "libjna-java", "libjna-jni", "junit5", "libgoogle-gson-java"];
const COMPILER_JARS: [&str; 5] =
    ["kotlin-compiler", "kotlin-stdlib", "kotlin-script-runtime", "kotlin-reflect", "kotlinx-coroutines-core-jvm"];
const TEST_JARS: [&str; 14] = [
    "jna",
    "gson",
    "junit-jupiter-api",
    "junit-jupiter-engine",
    "junit-jupiter-params",
    "junit-platform-commons",
    "junit-platform-console",
    "junit-platform-engine",
    "junit-platform-launcher",
    "junit-platform-reporting",
    "opentest4j",
    "apiguardian-api",
    "picocli",
    "univocity-parsers",
];
const SERVICE: &str = "META-INF/services/org.junit.platform.launcher.TestExecutionListener";

/// What is compiled, and where it lies.
pub struct Built {
    classpath: String,
    tests: PathBuf,
}

impl Built {
    /// The virtual machine with everything on its path.
    pub fn java(&self, library: &Path) -> Command {
        let mut command = run::program("java");
        command.arg(format!("-Djna.library.path={}", library.display())).arg("-cp").arg(&self.classpath);
        command
    }

    /// JUnit over all tests; `options` are for the virtual machine.
    pub fn tests(&self, library: &Path, options: &[String]) -> Command {
        let mut command = run::program("java");
        command.args(options).arg(format!("-Djna.library.path={}", library.display()));
        command.arg("-cp").arg(&self.classpath).arg("org.junit.platform.console.ConsoleLauncher");
        command.args(["--disable-banner", "--details=none", "--scan-classpath"]).arg(&self.tests);
        command
    }
}

/// Compiles the package in `folder` and its tests into `out`.
///
/// # Errors
///
/// What is missing, or the compiler's failure.
pub fn build(folder: &Path, generated: &Path, out: &Path) -> Result<Built, String> {
    system::apt(&DEBIAN)?;
    let compiler = compiler()?;
    let _ = fs::remove_dir_all(out);
    let (classes, tests) = (out.join("classes"), out.join("test-classes"));
    let jars: Vec<PathBuf> =
        TEST_JARS.iter().map(|jar| Path::new("/usr/share/java").join(format!("{jar}.jar"))).collect();
    let mut path = vec![jar(&compiler, "kotlin-stdlib")];
    path.extend(jars);
    compile(&compiler, &path, &[generated.to_owned(), folder.join("src/main/kotlin")], &classes)?;
    path.push(classes);
    compile(&compiler, &path, &[folder.join("src/test/kotlin")], &tests)?;
    let service = tests.join(SERVICE);
    let parent = service.parent().ok_or("a service has a folder")?;
    fs::create_dir_all(parent).map_err(|error| error.to_string())?;
    fs::copy(folder.join("src/test/resources").join(SERVICE), &service).map_err(|error| error.to_string())?;
    path.push(tests.clone());
    Ok(Built { classpath: joined(&path), tests })
}

/// The folder of the compiler's jars.
fn compiler() -> Result<PathBuf, String> {
    let cache = system::cache("kotlin");
    let jars = cache.join("node_modules/kotlin-compiler/lib");
    let stamp = cache.join("installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == COMPILER) {
        return Ok(jars);
    }
    if system::on_path("npm").is_none() {
        system::apt(&["npm"])?;
    }
    fs::create_dir_all(&cache).map_err(|error| error.to_string())?;
    let mut npm = run::program("npm");
    npm.args(["install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"]);
    run::visibly(npm.arg(&cache).arg(COMPILER))?;
    fs::write(&stamp, COMPILER).map_err(|error| error.to_string())?;
    Ok(jars)
}

fn compile(compiler: &Path, path: &[PathBuf], sources: &[PathBuf], out: &Path) -> Result<(), String> {
    let own: Vec<PathBuf> = COMPILER_JARS.iter().map(|name| jar(compiler, name)).collect();
    let mut java = run::program("java");
    java.args(["-Xmx2g", "-cp", &joined(&own), "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler"]);
    java.args(["-no-stdlib", "-no-reflect", "-nowarn", "-jvm-target", "17", "-classpath", &joined(path), "-d"]);
    run::visibly(java.arg(out).args(sources))
}

fn jar(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.jar"))
}

fn joined(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<String>>().join(":")
}
