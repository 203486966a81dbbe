//! Damaged bytes end in `Ok` or `Err`, never in a panic or an endless recording.

use std::path::Path;

use audio::DecodeLimits;

use crate::sound::bursts;
use crate::wav_file::WavFile;

/// Damaged copies tried of each file.
const COPIES: usize = 300;

/// Xorshift with a fixed seed: the same damage in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

fn damage(bytes: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    // Half of the damage lies in the headers, where lengths and counts are.
    let reach = if dice.below(2) == 0 { bytes.len().min(600) } else { bytes.len() };
    for _ in 0..=dice.below(8) {
        let at = dice.below(reach);
        bytes[at] = match dice.below(3) {
            0 => 0xff,
            1 => 0,
            _ => dice.below(256) as u8,
        };
    }
    if dice.below(4) == 0 {
        bytes.truncate(dice.below(bytes.len()));
    }
    bytes
}

#[test]
fn damaged_media_never_panics_and_stays_bounded() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut media: Vec<(String, Vec<u8>)> = files
        .iter()
        .filter(|path| path.extension().is_some_and(|extension| extension != "sh"))
        .map(|path| (path.display().to_string(), std::fs::read(path).unwrap()))
        .collect();
    let plain: Vec<Vec<f32>> = bursts(8_000).map(|channel| channel[..4_000].to_vec()).to_vec();
    media.push(("plain WAV".into(), WavFile::pcm16(8_000, &plain).bytes()));
    assert!(media.len() > 10);

    let limits = DecodeLimits { channels_max: 8, duration_ms_max: 60_000 };
    let scratch = tempfile::tempdir().unwrap();
    for (name, bytes) in media {
        println!("{name}");
        let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
        for _ in 0..COPIES {
            let source = Box::new(std::io::Cursor::new(damage(&bytes, &mut dice)));
            if let Ok(decoded) = audio::decode(source, scratch.path(), &limits) {
                assert!(decoded.duration_ms <= 61_000, "{name}: {} ms", decoded.duration_ms);
            }
        }
    }
}
