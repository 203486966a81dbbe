//! Recordings as seekable readers, on both backends.

use std::io::{Read, Seek, SeekFrom};

use objects::{ObjectError, RangeReader, Recordings};

use crate::backend::Backend;
use crate::on_both_backends;

on_both_backends!(
    a_recording_is_read_whole_in_blocks,
    a_reader_jumps_to_any_place,
    the_end_is_an_end_and_before_the_start_is_an_error,
    an_empty_recording_has_nothing_to_read,
    a_recording_that_was_deleted_is_not_found,
);

/// More than one block of the reader, and not a multiple of it.
const BYTES: usize = 9 * 1024 * 1024 + 13;

fn sound() -> Vec<u8> {
    (0..BYTES).map(|n| (n / 7 % 251) as u8).collect()
}

async fn stored(recordings: &Recordings, key: &str, body: Vec<u8>) -> RangeReader {
    recordings.put(key, body).await.unwrap();
    recordings.open(key).await.unwrap()
}

/// Readers block, so they are read beside the runtime, as Ingest does.
async fn beside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

async fn a_recording_is_read_whole_in_blocks(backend: Backend) {
    let mut reader = stored(&backend.recordings, "whole.wav", sound()).await;
    assert_eq!(reader.length(), BYTES as u64);
    let read = beside(move || {
        let mut read = vec![];
        reader.read_to_end(&mut read).unwrap();
        read
    });
    assert!(read.await == sound());
}

async fn a_reader_jumps_to_any_place(backend: Backend) {
    let mut reader = stored(&backend.recordings, "jumps.wav", sound()).await;
    let places = [0, 5_000_000, 4_194_303, 4_194_304, BYTES - 10, 17];
    let read = beside(move || {
        places.map(|place| {
            let mut bytes = [0; 10];
            reader.seek(SeekFrom::Start(place as u64)).unwrap();
            reader.read_exact(&mut bytes).unwrap();
            bytes.to_vec()
        })
    });
    let expected = sound();
    assert_eq!(read.await, places.map(|place| expected[place..place + 10].to_vec()));
}

async fn the_end_is_an_end_and_before_the_start_is_an_error(backend: Backend) {
    let mut reader = stored(&backend.recordings, "end.wav", sound()).await;
    beside(move || {
        let mut bytes = [0; 10];
        assert_eq!(reader.seek(SeekFrom::End(-3)).unwrap(), BYTES as u64 - 3);
        assert_eq!(reader.read(&mut bytes).unwrap(), 3);
        assert_eq!(reader.read(&mut bytes).unwrap(), 0);
        reader.seek(SeekFrom::End(100)).unwrap();
        assert_eq!(reader.read(&mut bytes).unwrap(), 0);
        assert!(reader.seek(SeekFrom::End(-(BYTES as i64) - 1)).is_err());
    })
    .await;
}

async fn an_empty_recording_has_nothing_to_read(backend: Backend) {
    let mut reader = stored(&backend.recordings, "empty.wav", vec![]).await;
    assert_eq!(reader.length(), 0);
    assert_eq!(beside(move || reader.read(&mut [0; 10]).unwrap()).await, 0);
}

async fn a_recording_that_was_deleted_is_not_found(backend: Backend) {
    let opened = backend.recordings.open("deleted.wav").await;
    assert!(matches!(opened, Err(ObjectError::NotFound { key }) if key == "deleted.wav"));
}
