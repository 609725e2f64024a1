//! `chiron up` on disks that are full, read-only or damaged: it says what is wrong and where, and loses nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests")]

mod support;

use std::{
    fs::{self, File, Permissions},
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use support::{
    platform::{LOCAL, Platform, change, incident, kept, story, up},
    process::{Process, post},
    recordings::files,
};

/// A file system in memory, as long as the test needs it.
struct Mount(PathBuf);

impl Mount {
    fn at(folder: &Path, options: &str) -> Result<Self, String> {
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
        match mounted {
            Ok(output) if output.status.success() => Ok(Self(folder.to_owned())),
            Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Fills a disk to the last page; gives the file that has to go to make room again.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = File::create(&path).unwrap();
    for size in [1 << 16, 1 << 12] {
        let piece = vec![0_u8; size];
        while file.write_all(&piece).is_ok() {}
    }
    path
}

#[tokio::test]
async fn a_folder_that_is_a_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("notes.txt");
    fs::write(&file, "mine").unwrap();

    let ended = Process::start(&mut up(&file, LOCAL)).end().await;

    ended.fails_with(&[file.to_str().unwrap(), "cannot be written", "--data-dir"]);
    assert_eq!(fs::read(&file).unwrap(), b"mine");
}

#[tokio::test]
async fn a_folder_that_is_read_only_is_told() {
    let folder = tempfile::tempdir().unwrap();
    // Root may write in spite of permissions, but not to a file system that is mounted so; others cannot mount.
    let mount = Mount::at(folder.path(), "ro,size=1m");
    let _ = fs::set_permissions(folder.path(), Permissions::from_mode(0o555));
    if fs::write(folder.path().join("probe"), "").is_ok() {
        return println!(
            "skipped: a read-only folder, because root writes anyway: {}",
            mount.err().unwrap_or_default()
        );
    }

    let ended = Process::start(&mut up(folder.path(), LOCAL)).end().await;

    ended.fails_with(&[folder.path().to_str().unwrap(), "cannot be written", "--data-dir"]);
}

#[tokio::test]
async fn a_damaged_database_is_told_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let mut platform = Platform::start(folder.path()).await;
    platform.accept(&story()[..3]).await;
    platform.process.terminate();
    assert_eq!(platform.process.end().await.code, Some(0));
    let file = folder.path().join("dynamodb.sqlite");
    let whole = fs::read(&file).unwrap();
    for damaged in [[&b"no database"[..], &whole[11..]].concat(), whole[..whole.len() / 2].to_vec()] {
        fs::write(&file, damaged).unwrap();
        let before = files(folder.path());

        let ended = Process::start(&mut up(folder.path(), LOCAL)).end().await;

        ended.fails_with(&[file.to_str().unwrap(), "is damaged", "nothing was changed", "backup"]);
        assert!(files(folder.path()) == before, "what lies in the folder was changed");
    }
    fs::write(&file, whole).unwrap();
    Platform::start(folder.path()).await.accept(&story()[3..6]).await;
}

#[tokio::test]
async fn a_full_disk_acknowledges_only_what_it_keeps() {
    let (folder, story) = (tempfile::tempdir().unwrap(), story());
    let _disk = match Mount::at(folder.path(), "size=32m") {
        Ok(disk) => disk,
        Err(reason) => return println!("skipped: a full disk, because nothing can be mounted: {reason}"),
    };
    let data = folder.path().join("data");
    let platform = Platform::start(&data).await;
    platform.accept(&story[..60]).await;
    let ballast = fill(folder.path());

    let answer = post(&platform.url, &story[60]).await;

    assert_eq!(answer, Some(503));
    fs::remove_file(ballast).unwrap();
    platform.accept(&story[60..]).await;
    assert_eq!(incident(&data).await["root_cause"]["mechanism"], "memory-limit-below-need");
    let kept = kept(&data).await;
    assert!(story.iter().all(|event| kept.contains(&change(event))), "an acknowledged event is lost");
}
