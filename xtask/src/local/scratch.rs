//! One run's own folder, gone when the run is over.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use crate::{Explain, Trouble};

const PREFIX: &str = "run-";
const LOCK: &str = "lock";

/// A folder under `<target>/local/` that belongs to this run as long as its lock is held. The system lets go of the
/// lock however a process ends, so a folder without one is left over and swept away by the next run.
pub(crate) struct Scratch {
    path: PathBuf,
    _lock: File,
}

impl Scratch {
    pub(crate) fn create(local: &Path) -> Result<Self, Trouble> {
        fs::create_dir_all(local).explain(format!("making {}", local.display()))?;
        sweep(local);
        let path = new_folder(local)?;
        let lock = lock_file(&path).explain(format!("making a lock in {}", path.display()))?;
        lock.try_lock().explain(format!("locking {}", path.display()))?;
        Ok(Self { path, _lock: lock })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes and returns a folder inside.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Trouble> {
        let folder = self.path.join(name);
        fs::create_dir_all(&folder).explain(format!("making {}", folder.display()))?;
        Ok(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next run.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn new_folder(local: &Path) -> Result<PathBuf, Trouble> {
    for number in 0.. {
        let path = local.join(format!("{PREFIX}{}-{number}", std::process::id()));
        match fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).explain(format!("making {}", path.display())),
        }
    }
    Err(Trouble::new(format!("no free name under {}", local.display())))
}

fn lock_file(folder: &Path) -> std::io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK))
}

fn sweep(local: &Path) {
    let Ok(entries) = fs::read_dir(local) else { return };
    let folders = entries.filter_map(|entry| Some(entry.ok()?.path()));
    for folder in folders.filter(|folder| is_left_over(folder)) {
        let _ = fs::remove_dir_all(folder);
    }
}

/// A folder whose lock file is there and free. One without a lock file is just being made.
fn is_left_over(folder: &Path) -> bool {
    let ours = folder.file_name().and_then(|name| name.to_str());
    ours.is_some_and(|name| name.starts_with(PREFIX))
        && folder.join(LOCK).is_file()
        && lock_file(folder).is_ok_and(|lock| lock.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_leaves_nothing_and_sweeps_what_a_killed_run_left() {
        let local = tempfile::tempdir().unwrap();
        let killed = local.path().join("run-1-0");
        fs::create_dir(&killed).unwrap();
        lock_file(&killed).unwrap();

        let scratch = Scratch::create(local.path()).unwrap();
        assert!(!killed.exists());
        assert!(scratch.folder("home").unwrap().is_dir());

        drop(scratch);
        assert_eq!(fs::read_dir(local.path()).unwrap().count(), 0);
    }

    #[test]
    fn two_runs_at_once_do_not_touch_each_other() {
        let local = tempfile::tempdir().unwrap();
        let (first, second) = (Scratch::create(local.path()), Scratch::create(local.path()));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.path().is_dir() && second.path().is_dir());
        assert_ne!(first.path(), second.path());
    }
}
