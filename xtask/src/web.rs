//! `cargo xtask test --only web`: the npm package, as it would be published, in Node and in headless Chromium.

use crate::report::Report;
use crate::{npm, run, system, transcript, types, wasm};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Programs of the tests that run beside the installed package.
const PROGRAMS: [&str; 14] = [
    "test/assault.mjs",
    "test/behaviour.mjs",
    "test/chromium.mjs",
    "test/cjs.cjs",
    "test/esm.mjs",
    "test/hostile.mjs",
    "test/memory.mjs",
    "test/node.mjs",
    "test/page.mjs",
    "test/sample.mjs",
    "test/tell.mjs",
    "test/vectors.mjs",
    "quickstart.mjs",
    "host.mjs",
];
/// Programs that the README shows, and what they say.
const SHOWN: [(&str, &str); 2] = [("quickstart.mjs", "50 points"), ("host.mjs", "50 points, 5 answers")];
const BROWSER: [&str; 2] = ["chromium", "fonts-dejavu-core"];

pub fn run(report: &mut Report) {
    let packed = match run::timed("web, package", package) {
        Ok(packed) => packed,
        Err(reason) => return absent(report, "web", &reason),
    };
    let lines = match run::timed("web, vectors", transcript::make) {
        // Programs run in other folders.
        Ok(lines) => run::root().join(lines),
        Err(reason) => return report.fail("web, vectors", &reason),
    };
    if let Err(reason) = run::timed("web, generated types", types::check) {
        report.fail("web, generated types", &reason);
    } else {
        report.passed += 1;
    }
    let esm = npm::project("esm", "module", &packed, &PROGRAMS);
    let cjs = npm::project("cjs", "commonjs", &packed, &PROGRAMS);
    let (esm, cjs) = match (esm, cjs) {
        (Ok(esm), Ok(cjs)) => (esm, cjs),
        (Err(reason), _) | (_, Err(reason)) => return report.fail("web, install", &reason),
    };
    types_hold(report, &esm, &cjs, &lines);
    report.counted(&["node, import"], node(&esm, "esm.mjs", &[]));
    report.counted(&["node, require"], node(&cjs, "cjs.cjs", &[]));
    shown(report, &esm);
    report.counted(&["node, hostile"], node(&esm, "assault.mjs", &[&lines]));
    report.counted(&["node"], node(&esm, "node.mjs", &[&lines]));
    chromium(report, &esm, &lines);
}

/// `cargo xtask web`: builds and packs, and says how large it is.
///
/// # Errors
///
/// What is missing, or the failure of a step.
pub fn package() -> Result<PathBuf, String> {
    let glue = wasm::build()?;
    let packed = npm::pack(&glue)?;
    let size = |file: &Path| fs::metadata(file).map_or(0, |file| file.len());
    let file = glue.join("coalition_bg.wasm");
    println!("coalition_bg.wasm: {} bytes; {} packed: {} bytes", size(&file), name(&packed), size(&packed));
    // Node compresses as the program `brotli` does, so nothing need be installed for a figure.
    let script = "const zlib = require('zlib');
        const bytes = require('fs').readFileSync(process.argv[1]);
        const options = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11 } };
        console.log(`brotli 11: ${zlib.brotliCompressSync(bytes, options).length} bytes`);";
    run::visibly(run::program("node").args(["-e", script]).arg(&file))?;
    Ok(packed)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A language that cannot be had here: a failure where everything must run, else left out in plain words.
fn absent(report: &mut Report, title: &str, reason: &str) {
    if run::in_ci() { report.fail(title, reason) } else { report.skip(title, reason) }
}

fn node(project: &Path, program: &str, arguments: &[&Path]) -> Command {
    let mut command = run::program("node");
    // The collector at hand, so that what is measured is what is held.
    command.args(["--expose-gc", program]).args(arguments).current_dir(project);
    command
}

/// TypeScript accepts the package from both kinds of project, and everything of the vectors as its type.
fn types_hold(report: &mut Report, esm: &Path, cjs: &Path, lines: &Path) {
    let result = run::timed("web, types", || {
        let literals = types::literals(lines, &esm.join("vectors"))?;
        for (project, consumer) in [(esm, "consumer.mts"), (cjs, "consumer.cts")] {
            let source = run::root().join("bindings-wasm/npm/test").join(consumer);
            npm::write(&project.join(consumer), &npm::read(&source)?)?;
            let mut compiler = npm::tool("typescript/bin/tsc")?;
            compiler.args(["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext"]);
            compiler.args(["--target", "es2022", "--types", "node", "--typeRoots"]);
            compiler.arg(npm::tools()?.join("node_modules/@types")).arg(consumer).current_dir(project);
            if project == esm {
                compiler.args(&literals);
            }
            run::visibly(&mut compiler)?;
        }
        Ok(())
    });
    match result {
        Ok(()) => report.passed += 1,
        Err(reason) => report.fail("web, types", &reason),
    }
}

/// The costs of a call through the package, by the files of the native bench: `cargo xtask bench-doors`.
///
/// # Errors
///
/// What is missing, or the failure of a step.
pub fn bench(samples: &Path) -> Result<(), String> {
    let project = npm::project("bench", "module", &package()?, &["test/bench.mjs"])?;
    run::visibly(&mut node(&project, "bench.mjs", &[samples]))
}

/// The programs that the README shows, in a project that has the package, from the root of the workspace.
fn shown(report: &mut Report, esm: &Path) {
    let readme = npm::read(&run::root().join("bindings-wasm/npm/README.md"));
    for (name, says) in SHOWN {
        match (&readme, npm::read(&esm.join(name))) {
            (Ok(readme), Ok(program)) if readme.contains(&format!("```js\n{program}```\n")) => report.passed += 1,
            _ => report.fail("web, README", &format!("the package's README does not show {name} as it is")),
        }
        let mut command = run::program("node");
        command.arg(esm.join(name));
        let said = command.output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        match said {
            Ok(said) if said == says => report.passed += 1,
            Ok(said) => report.fail("web, README", &format!("{name} said `{said}` instead of `{says}`")),
            Err(error) => report.fail("web, README", &error.to_string()),
        }
    }
}

fn chromium(report: &mut Report, esm: &Path, lines: &Path) {
    let browser = match browser() {
        Ok(browser) => browser,
        Err(reason) => return absent(report, "chromium", &reason),
    };
    let driver = match npm::tools() {
        Ok(tools) => tools.join("node_modules/playwright-core/index.mjs"),
        Err(reason) => return absent(report, "chromium", &reason),
    };
    let titles = ["chromium, behaviour", "chromium, policy", "chromium, hostile", "chromium"];
    report.counted(&titles, node(esm, "chromium.mjs", &[lines, &browser, &driver]));
    let installed = esm.join("node_modules/coalition");
    let mut click = run::program("node");
    click.arg("bindings-wasm/example/click.mjs").args([&installed, &browser, &driver, &npm::folder()]);
    report.counted(&["page"], click);
}

fn browser() -> Result<PathBuf, String> {
    let found = || ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| system::on_path(name));
    match found() {
        Some(browser) => Ok(browser),
        None => {
            system::apt(&BROWSER)?;
            found().ok_or_else(|| "chromium was installed and cannot be found".to_owned())
        }
    }
}
