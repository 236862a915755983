//! That no output of a verb is one of its inputs or another output, told before anything is opened for writing.

use std::path::{Path, PathBuf};

use crate::Failure;
use crate::files::is_standard;

/// A file, and the option that names it.
pub type Named<'a> = (&'static str, &'a Path);

/// An output may be the input that it renews, which was read to its end long before.
const RENEWED: [(&str, &str); 3] =
    [("--snapshot", "--snapshot-out"), ("--balances-in", "--balances"), ("--tally-in", "--tally-out")];

/// How many links to a file that is not there are followed.
const LINKS: usize = 8;

/// Whether every file stands for itself. Only regular files are compared, also where links lead to them; devices such as
/// `/dev/null` may be named as often as one likes.
///
/// # Errors
///
/// Exit code 2: two inputs or two outputs are `-`, or an output is the file of an input or of another output.
pub fn apart(inputs: &[Named<'_>], outputs: &[Named<'_>]) -> Result<(), Failure> {
    for (what, files) in [("input", inputs), ("output", outputs)] {
        if files.iter().filter(|(_, path)| is_standard(path)).count() > 1 {
            return Err(Failure::unusable(format!("only one {what} can be `-`")));
        }
    }
    let mut seen: Vec<(&str, PathBuf)> = inputs.iter().filter_map(|(name, path)| Some((*name, place(path)?))).collect();
    for (name, path) in outputs {
        let Some(place) = place(path) else { continue };
        let like = seen.iter().find(|(other, known)| *known == place && !RENEWED.contains(&(*other, *name)));
        if let Some((other, _)) = like {
            return Err(Failure::unusable(format!("`{other}` and `{name}` are the same file: {}", path.display())));
        }
        seen.push((*name, place));
    }
    Ok(())
}

/// Where the bytes of a file are, or will be; nothing for what is no regular file, or cannot be one.
fn place(path: &Path) -> Option<PathBuf> {
    if is_standard(path) {
        return None;
    }
    if let Ok(about) = path.metadata() {
        return about.is_file().then(|| path.canonicalize().ok()).flatten();
    }
    // Writing to a link whose end is missing creates that end.
    let mut end = path.to_owned();
    for _ in 0..LINKS {
        let Ok(to) = end.read_link() else { break };
        end = end.with_file_name("").join(to);
    }
    let folder = end.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Some(folder.canonicalize().ok()?.join(end.file_name()?))
}
