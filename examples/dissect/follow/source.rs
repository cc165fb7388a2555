//! What follows in a file or a pipe, as it comes.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use crate::interrupt;

/// How often a file is looked at. A pipe tells by itself.
const INTERVAL: Duration = Duration::from_millis(100);
/// The most bytes that are read at once.
const CHUNK: usize = 64 * 1024;
/// How much may wait to be shown.
const WAITING: usize = 64;

pub(super) enum News {
    Bytes(Vec<u8>),
    /// Nothing more can come.
    End,
    /// Why nothing more can be read.
    Failed(String),
    Interrupted,
}

pub(super) struct Source {
    news: Receiver<News>,
    is_interrupted: Arc<AtomicBool>,
}

/// Reads in a thread of its own, for reading a pipe waits and must not keep an interrupt waiting.
pub(super) fn follow(file: &Path) -> Result<Source, String> {
    let (news, receiver) = mpsc::sync_channel(WAITING);
    let is_interrupted = Arc::new(AtomicBool::new(false));
    let (noted, for_interrupt) = (Arc::clone(&is_interrupted), news.clone());
    interrupt::heed(move || {
        noted.store(true, Ordering::Release);
        // With so much to show, whoever shows it looks up soon.
        let _ = for_interrupt.try_send(News::Interrupted);
    })?;
    let path = file.to_owned();
    thread::spawn(move || {
        let outcome = match path == Path::new("-") {
            true => read(io::stdin().lock(), None, &news),
            false => File::open(&path).and_then(|file| read(&file, Some(&file), &news)),
        };
        let last = match outcome {
            Ok(()) => News::End,
            Err(error) => News::Failed(format!("{} cannot be read: {error}", path.display())),
        };
        // Where nobody listens any more, the program ends.
        let _ = news.send(last);
    });
    Ok(Source { news: receiver, is_interrupted })
}

impl Source {
    /// What waits to be shown.
    pub(super) fn next_waiting(&self) -> Option<News> {
        self.unless_interrupted(self.news.try_recv().ok())
    }

    pub(super) fn next(&self) -> News {
        self.unless_interrupted(self.news.recv().ok()).unwrap_or(News::End)
    }

    fn unless_interrupted(&self, news: Option<News>) -> Option<News> {
        match self.is_interrupted.load(Ordering::Acquire) {
            true => Some(News::Interrupted),
            false => news,
        }
    }
}

/// Reads until nothing more can come, which a file never says.
fn read(mut input: impl Read, file: Option<&File>, news: &SyncSender<News>) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    let mut position = 0;
    loop {
        match input.read(&mut buffer) {
            Ok(0) => {
                let Some(metadata) = file.map(File::metadata).transpose()?.filter(|metadata| metadata.is_file()) else {
                    return Ok(());
                };
                if metadata.len() < position {
                    return Err(io::Error::other("it became shorter"));
                }
                thread::sleep(INTERVAL);
            }
            Ok(length) => {
                position += length as u64;
                if news.send(News::Bytes(buffer[..length].to_vec())).is_err() {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
