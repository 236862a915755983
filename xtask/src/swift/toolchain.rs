//! Swift where it is installed; elsewhere Debian's, in a folder of its own: it needs a newer C library than the stable
//! release before has, so its programs run with that folder as their root.

use crate::{run, system};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Debian's release that has Swift, and what is needed of it.
const RELEASE: &str = "trixie";
const PACKAGES: &str = "swiftlang,libc6-dev,libstdc++-14-dev,git,base-files,coreutils,dash";

/// What of these packages is left out: more than half of their size.
const LEFT_OUT: &[&str] = &[
    "/usr/libexec/swift/bin/clangd",
    "/usr/libexec/swift/bin/docc",
    "/usr/libexec/swift/bin/lldb*",
    "/usr/libexec/swift/bin/sourcekit-lsp",
    "/usr/libexec/swift/bin/swift-format",
    "/usr/libexec/swift/lib/libLTO*",
    "/usr/libexec/swift/lib/liblldb*",
    "/usr/libexec/swift/lib/libsourcekitdInProc*",
    "/usr/libexec/swift/lib/swift/FrameworkABIBaseline/*",
    "/usr/libexec/swift/lib/swift/embedded/*",
    "/usr/libexec/swift/lib/swift_static/*",
    "/usr/lib/gcc/*/cc1*",
    "/usr/libexec/gcc/*/cc1*",
    "/usr/libexec/gcc/*/lto1",
    "/usr/lib/python3*",
    "/usr/lib/*/perl*",
    "/usr/share/doc/*",
    "/usr/share/locale/*",
    "/usr/share/man/*",
    "/usr/share/perl/*",
];

/// Settings of the machine's apt that say how the archive is reached.
const APT_SETTINGS: [&str; 4] =
    ["Acquire::Check-Date ", "Acquire::Check-Valid-Until ", "Acquire::http::Proxy ", "Acquire::https::Proxy "];

/// Mounts what the programs need, in a name space that ends with them, so that nothing stays mounted.
const BY_MOUNTS: &str = r#"set -e; root=$1; folder=$2; shift 2
mount --rbind /proc "$root/proc"; mount --rbind /dev "$root/dev"
mkdir -p "$root$folder"; mount --bind "$folder" "$root$folder"
exec chroot "$root" /usr/bin/env -i -C "$folder" "$@""#;

/// How to run Swift's programs.
pub enum Toolchain {
    Installed,
    /// Debian's, under this root.
    Debian {
        root: PathBuf,
        entry: Entry,
    },
}

/// How a root is entered.
#[derive(Clone, Copy)]
pub enum Entry {
    Mounts,
    /// By a tracer, where mounting is not permitted: slower.
    Traced,
}

impl Toolchain {
    /// # Errors
    ///
    /// What is missing where Swift can neither be found nor be set up.
    pub fn find() -> Result<Self, String> {
        // Another program has this name too.
        let version = run::program("swift").arg("--version").output();
        if version.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("Swift version")) {
            return Ok(Toolchain::Installed);
        }
        if system::on_path("apt-get").is_none() || !system::is_root() {
            return Err("swift is not installed, and only root on a Debian system can set up Debian's".to_owned());
        }
        let root = root()?;
        let entry = entry(&root)?;
        Ok(Toolchain::Debian { root, entry })
    }

    /// A program of Swift, or one that it built, that runs in a folder.
    pub fn command(&self, folder: &Path, args: &[&str]) -> Command {
        let library = folder.join(super::package::LIBRARY);
        let Toolchain::Debian { root, entry } = self else {
            let mut command = run::program(args[0]);
            if args[0].starts_with('.') {
                command = run::program(folder.join(args[0]));
            }
            let known = std::env::var_os("LD_LIBRARY_PATH").filter(|known| !known.is_empty());
            let paths: Vec<OsString> = [Some(library.into_os_string()), known].into_iter().flatten().collect();
            command.env("LD_LIBRARY_PATH", paths.join(std::ffi::OsStr::new(":")));
            command.args(&args[1..]).current_dir(folder);
            return command;
        };
        let mut command = entry.command(root, folder);
        // A build can be told from another only by its inputs: nothing else of this machine goes in.
        command.args(["PATH=/usr/libexec/swift/bin:/usr/bin", "HOME=/tmp", "LANG=C.UTF-8"]);
        command.arg(format!("LD_LIBRARY_PATH={}", library.display())).args(args);
        command
    }
}

impl Entry {
    /// `env` inside the root, in the folder, without an environment: settings and a program are to follow.
    fn command(self, root: &Path, folder: &Path) -> Command {
        match self {
            Entry::Mounts => {
                let mut command = run::program("unshare");
                command.args(["--mount", "sh", "-c", BY_MOUNTS, "sh"]).arg(root).arg(folder);
                command
            }
            Entry::Traced => {
                let mut command = run::program("proot");
                command.arg("-r").arg(root).args(["-b", "/proc", "-b", "/dev", "-b"]).arg(folder).arg("-w").arg(folder);
                command.args(["/usr/bin/env", "-i"]);
                command
            }
        }
    }
}

/// The first way into the root that this machine permits.
fn entry(root: &Path) -> Result<Entry, String> {
    let folder = run::root().join(system::target());
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let enters = |entry: Entry| run::quietly(entry.command(root, &folder).arg("/usr/bin/true"));
    if enters(Entry::Mounts) {
        return Ok(Entry::Mounts);
    }
    println!("mounting is not permitted here: trying proot");
    system::apt(&["proot"])?;
    if enters(Entry::Traced) {
        return Ok(Entry::Traced);
    }
    Err("the folder with Debian's Swift cannot be entered: neither mounts nor proot work here".to_owned())
}

/// The folder with Debian's Swift, made if it is not there or was made of something else.
fn root() -> Result<PathBuf, String> {
    let root = system::cache("swift-trixie");
    let recipe = format!("{RELEASE} {PACKAGES} without {}\n", LEFT_OUT.join(" "));
    let note = root.join("recipe");
    if fs::read_to_string(&note).is_ok_and(|made| made == recipe) {
        return Ok(root);
    }
    system::apt(&["mmdebstrap"])?;
    let partial = system::cache("swift-trixie.partial");
    // mmdebstrap makes its folder, but not the one above.
    fs::create_dir_all(&partial).map_err(|error| error.to_string())?;
    let mut reason = "this machine's apt names no Debian archive".to_owned();
    for archive in archives() {
        cleared(&partial)?;
        match run::visibly(&mut bootstrap(&partial, &archive)) {
            Ok(()) => {
                fs::write(partial.join("recipe"), &recipe).map_err(|error| error.to_string())?;
                cleared(&root)?;
                fs::rename(&partial, &root).map_err(|error| error.to_string())?;
                return Ok(root);
            }
            Err(why) => reason = format!("Debian's Swift cannot be fetched: {why}"),
        }
    }
    Err(reason)
}

fn cleared(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if folder.exists() => Err(format!("{}: {error}", folder.display())),
        _ => Ok(()),
    }
}

/// Unpacks the packages without setting them up, which needs no mounts and takes a third of the time.
fn bootstrap(folder: &Path, archive: &str) -> Command {
    let mut command = run::program("mmdebstrap");
    command.args(["--variant=extract", "--mode=root", "--quiet"]).arg(format!("--include={PACKAGES}"));
    command.args(LEFT_OUT.iter().map(|path| format!("--dpkgopt=path-exclude={path}")));
    command.args(settings().into_iter().map(|setting| format!("--aptopt={setting}")));
    command.arg(RELEASE).arg(folder).arg(format!("deb {archive} {RELEASE} main"));
    command
}

/// Debian archives that the machine's apt is set up with, the surest first.
fn archives() -> Vec<String> {
    let mut query = run::program("apt-get");
    query.args(["indextargets", "--format", "$(COMPONENT)|$(ORIGIN)|$(RELEASE)|$(REPO_URI)", "Created-By: Packages"]);
    let lines = output(&mut query);
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let release = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME=")).unwrap_or("stable");
    archives_of(&lines, release.trim_matches('"'))
}

/// Before the first `apt-get update`, no line says whose the archive is.
fn archives_of(lines: &str, release: &str) -> Vec<String> {
    let (mut sure, mut maybe) = (Vec::new(), Vec::new());
    for line in lines.lines() {
        let fields: Vec<&str> = line.split('|').collect();
        let [component, origin, suite, archive] = fields[..] else { continue };
        let list = if origin == "Debian" { &mut sure } else { &mut maybe };
        let known = sure_or_unsaid(origin) && component == "main" && suite == release;
        if known && !list.contains(&archive.to_owned()) {
            list.push(archive.to_owned());
        }
    }
    sure.append(&mut maybe);
    sure
}

fn sure_or_unsaid(origin: &str) -> bool {
    matches!(origin, "Debian" | "")
}

fn settings() -> Vec<String> {
    let dump = output(run::program("apt-config").arg("dump"));
    let known = |line: &&str| APT_SETTINGS.iter().any(|name| line.starts_with(name));
    dump.lines().filter(known).map(|line| line.trim_end_matches(';').to_owned()).collect()
}

fn output(command: &mut Command) -> String {
    command.output().map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::archives_of;

    #[test]
    fn archive_is_the_one_of_the_release() {
        let lines = "stable|Docker|bookworm|http://a/\nmain|Debian|bookworm-updates|http://b/\n\
            main|Other|bookworm|http://c/\nmain|Debian|bookworm|http://d/\nmain|Debian|bookworm|http://d/\n";
        assert_eq!(archives_of(lines, "bookworm"), ["http://d/"]);
        assert_eq!(archives_of("main||bookworm|http://e/\nmain|||\n", "bookworm"), ["http://e/"]);
        assert!(archives_of("", "bookworm").is_empty());
    }
}
