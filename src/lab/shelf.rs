//! Where the files of scenarios come from: this program, or a folder.

use include_dir::{Dir, include_dir};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// What stands before the names of images in the scenarios.
const OWN: &str = "lab.test/";

static INSIDE: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/tests/lab/scenarios");

type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Writes the scenarios to a folder: those of `from`, or those inside this program. With `image`, images come from there.
///
/// # Errors
/// When files cannot be read or written, or `image` cannot stand in the name of an image.
pub fn unpack(from: Option<&Path>, image: Option<&str>, to: &Path) -> io::Result<()> {
    let prefix = image.map(prefix).transpose()?;
    for (path, bytes) in from.map_or_else(|| Ok(inside()), outside)? {
        let path = to.join(path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = prefix.as_deref().zip(std::str::from_utf8(&bytes).ok());
        match text {
            Some((prefix, text)) => fs::write(path, with_images(text, prefix))?,
            None => fs::write(path, bytes)?,
        }
    }
    Ok(())
}

fn inside() -> Files {
    let folders = INSIDE.dirs().flat_map(Dir::files);
    INSIDE.files().chain(folders).map(|it| (it.path().to_owned(), it.contents().to_vec())).collect()
}

/// The files of a folder and of the folders in it, no deeper.
fn outside(folder: &Path) -> io::Result<Files> {
    let named =
        |error: io::Error, path: &Path| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let mut files = Files::new();
    let mut take = |path: PathBuf| {
        let bytes = fs::read(&path).map_err(|error| named(error, &path))?;
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        files.insert(name, bytes);
        Ok::<(), io::Error>(())
    };
    for path in entries(folder).map_err(|error| named(error, folder))? {
        if path.is_file() {
            take(path)?;
        } else if path.is_dir() {
            entries(&path)?.into_iter().filter(|it| it.is_file()).try_for_each(&mut take)?;
        }
    }
    Ok(files)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|it| it.path())).collect()
}

/// What stands in scripts must be nothing but a name.
fn prefix(image: &str) -> io::Result<String> {
    let is_name = |it: char| it.is_ascii_alphanumeric() || "./:_-".contains(it);
    let image = image.trim_end_matches('/');
    if image.is_empty() || !image.chars().all(is_name) {
        let message = format!(
            "--image wants what stands before the names of images, such as registry.example/team, not {image:?}"
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    Ok(format!("{image}/"))
}

/// The text with its images from elsewhere. Labels begin alike; an image has a tag right behind its name.
fn with_images(text: &str, prefix: &str) -> String {
    let mut pieces = text.split(OWN);
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(if begins_with_image(piece) { prefix } else { OWN });
        out.push_str(piece);
    }
    out
}

fn begins_with_image(text: &str) -> bool {
    let name = text.find(|it: char| !(it.is_ascii_alphanumeric() || it == '-')).unwrap_or(text.len());
    let mut tag = text[name..].chars();
    name > 0
        && tag.next() == Some(':')
        && tag.next().is_some_and(|it| it.is_ascii_alphanumeric() || it == '$')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::scenarios;

    #[test]
    fn what_is_inside_this_program_is_what_is_in_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lab/scenarios");

        assert_eq!(inside(), outside(&folder).unwrap());
    }

    #[test]
    fn scenarios_are_unpacked_with_images_from_elsewhere() {
        let to = tempfile::tempdir().unwrap();

        unpack(None, Some("registry.example:5000/team/"), to.path()).unwrap();

        assert!(scenarios(to.path()).unwrap().len() > 20);
        let text = fs::read_to_string(to.path().join("S-03-image-tag/expect.json")).unwrap();
        assert!(text.contains("\"from\": \"registry.example:5000/team/app:1\""), "{text}");
        let set_up = fs::read_to_string(to.path().join("S-03-image-tag/setup.yaml")).unwrap();
        assert!(set_up.contains("image: registry.example:5000/team/app:1\n"), "{set_up}");
    }

    #[test]
    fn labels_are_no_images() {
        let text =
            r#"{lab.test/disks: "yes"} lab.test/disks- disks.lab.test "lab.test/app:$1" lab.test/app:1"#;

        let changed = with_images(text, "x/");

        assert_eq!(changed, r#"{lab.test/disks: "yes"} lab.test/disks- disks.lab.test "x/app:$1" x/app:1"#);
    }

    #[test]
    fn what_cannot_stand_in_a_name_is_refused() {
        let to = tempfile::tempdir().unwrap();
        for image in ["", "/", "a b", "a;rm", "$(x)"] {
            let error = unpack(None, Some(image), to.path()).unwrap_err();

            assert!(error.to_string().contains("--image wants"), "{error}");
        }
        assert_eq!(fs::read_dir(to.path()).unwrap().count(), 0);
    }
}
