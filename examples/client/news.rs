//! What the program waits for: bytes from the server, lines of standard input, Ctrl-C. Each has a thread that waits for
//! it and tells the one that does everything else.

use std::io::{self, BufRead, Read};
use std::net::TcpStream;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;
/// So many pieces of news wait at most. Then the threads wait, and with them the server or whoever writes lines.
const WAITING: usize = 16;

/// The status of a program that a second Ctrl-C ends: nothing was said to the server.
const ENDED_AT_ONCE: i32 = 130;

pub(crate) enum News {
    /// The server sent bytes.
    Bytes(Vec<u8>),
    /// The server sends no more.
    Closed,
    /// Nor can anything be read.
    Failed(io::Error),
    /// There is a line, or the last one was taken.
    Input,
    /// Ctrl-C.
    Interrupted,
}

pub(crate) fn channel() -> (SyncSender<News>, Receiver<News>) {
    sync_channel(WAITING)
}

/// Tells what the server sends, to its end.
pub(crate) fn read_socket(mut socket: TcpStream, news: SyncSender<News>) {
    thread::spawn(move || {
        loop {
            let mut bytes = vec![0; CHUNK];
            let (told, is_last) = match socket.read(&mut bytes) {
                Ok(0) => (News::Closed, true),
                Ok(count) => {
                    bytes.truncate(count);
                    (News::Bytes(bytes), false)
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => (News::Failed(error), true),
            };
            if news.send(told).is_err() || is_last {
                return;
            }
        }
    });
}

/// Reads lines as they are taken. The channel ends with the input.
pub(crate) fn read_lines(news: SyncSender<News>) -> Receiver<Vec<u8>> {
    let (lines, taken) = sync_channel(WAITING);
    thread::spawn(move || {
        for line in io::stdin().lock().split(b'\n') {
            let Ok(mut line) = line else { break };
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            if lines.send(line).is_err() || news.send(News::Input).is_err() {
                return;
            }
        }
        drop(lines);
        news.send(News::Input).ok();
    });
    taken
}

/// Tells of Ctrl-C; who presses it twice does not want to wait.
pub(crate) fn catch_interrupt(news: SyncSender<News>) -> Result<(), ctrlc::Error> {
    let pressed = AtomicBool::new(false);
    ctrlc::set_handler(move || {
        if pressed.swap(true, Ordering::Relaxed) {
            process::exit(ENDED_AT_ONCE);
        }
        news.send(News::Interrupted).ok();
    })
}
