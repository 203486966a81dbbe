//! Frame by frame: how likely is voice, and how loud is it.

use std::io;

use earshot::Detector;

use crate::frame::FRAME;
use crate::spool::Spool;
use crate::tone::ToneWatch;

/// Frames read from the spool at once: 4 seconds.
const FRAMES_AT_ONCE: usize = 250;

/// The detector judges a 48 ms window and two frames before it, so its score lags. Measured on the
/// real recordings: its scores agree best with the level two frames earlier.
const SCORE_LAG: usize = 2;

/// Pole of the high-pass in front of the level: 3 dB at 77 Hz, so that offset, mains hum and rumble
/// do not count as loudness.
const HIGH_PASS_POLE: f32 = 0.97;

/// The detector is at its best when loud speech lies here, in dBFS. On the real call turned down by
/// 30 dB it missed a fifth of the speech; turned up again, 7 %.
const LOUD_TARGET: i8 = -16;

/// Most that a quiet track is turned up for the detector, in decibels.
const GAIN_MAX: i8 = 30;

/// The loudest second of a track, in frames, tells how loud it is; clicks are shorter.
const LOUD_FRAMES: usize = 62;

/// The quietest level that is told apart, in dBFS.
pub(crate) const LEVEL_MIN: i8 = -120;

/// One frame of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Probability of voice, 0 to 255; 0 in signalling tones.
    pub voice: u8,
    /// Root mean square above 77 Hz in dBFS, where a full-scale square wave is 0.
    pub level: i8,
}

/// What a track does over time, in frames of 16 ms: 2 bytes each, 1.4 MB for three hours.
#[derive(Debug, Clone)]
pub struct Activity {
    pub(crate) frames: Vec<Frame>,
    duration_ms: u64,
}

impl Activity {
    /// Listens to a whole track: once for how loud it is, once for voice.
    ///
    /// # Errors
    ///
    /// When the scratch file cannot be read.
    pub fn measure(spool: &Spool) -> io::Result<Self> {
        let mut frames = Vec::new();
        let mut levels = LevelMeter::default();
        each_frame(spool, |samples| {
            let level = decibels(levels.mean_square(samples));
            frames.push(Frame { voice: 0, level });
        })?;
        let mut ear = Ear::with_gain(gain_for(&frames));
        let mut heard = 0;
        each_frame(spool, |samples| {
            heard += 1;
            ear.listen(samples, &mut frames[..heard]);
        })?;
        align_scores(&mut frames);
        Ok(Self { frames, duration_ms: spool.duration_ms() })
    }

    /// Probability of voice (0 to 1) and level (dBFS) of every 16 ms, in order.
    pub fn frames(&self) -> impl Iterator<Item = (f32, i8)> + '_ {
        self.frames.iter().map(|frame| (f32::from(frame.voice) / 255.0, frame.level))
    }

    /// Length of the track in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        self.duration_ms
    }
}

/// Moves every score to the frame that it is about.
fn align_scores(frames: &mut [Frame]) {
    for i in 0..frames.len() {
        frames[i].voice = frames.get(i + SCORE_LAG).map_or(0, |later| later.voice);
    }
}

fn each_frame(spool: &Spool, mut take: impl FnMut(&[i16])) -> io::Result<()> {
    for block in spool.blocks(FRAME * FRAMES_AT_ONCE) {
        block?.chunks(FRAME).for_each(&mut take);
    }
    Ok(())
}

/// The factor that brings a quiet track's loudest second to the detector's best level.
fn gain_for(frames: &[Frame]) -> f32 {
    let mut levels: Vec<i8> = frames.iter().map(|frame| frame.level).collect();
    levels.sort_unstable_by(|a, b| b.cmp(a));
    let loud = levels.get(LOUD_FRAMES.min(levels.len() / 20)).copied().unwrap_or(0);
    let decibels = LOUD_TARGET.saturating_sub(loud).clamp(0, GAIN_MAX);
    10f32.powf(f32::from(decibels) / 20.0)
}

struct Ear {
    detector: Box<Detector>,
    tones: ToneWatch,
    gain: f32,
}

impl Ear {
    fn with_gain(gain: f32) -> Self {
        Self { detector: Detector::default_boxed(), tones: ToneWatch::default(), gain }
    }

    /// Scores up to one frame of samples, the last of `frames`; fewer samples are the track's end.
    fn listen(&mut self, samples: &[i16], frames: &mut [Frame]) {
        let mut whole = [0; FRAME];
        for (to, from) in whole.iter_mut().zip(samples) {
            *to = (f32::from(*from) * self.gain).clamp(-32_768.0, 32_767.0) as i16;
        }
        let score = self.detector.predict_i16(&whole).clamp(0.0, 1.0);
        if let Some(frame) = frames.last_mut() {
            frame.voice = (score * 255.0) as u8;
        }
        // A score is read SCORE_LAG frames late, so the tone's mark must lie as late.
        let toned = self.tones.frame(&whole);
        frames.iter_mut().rev().take(toned).for_each(|frame| frame.voice = 0);
    }
}

/// Levels of consecutive frames behind a high-pass.
#[derive(Default)]
struct LevelMeter {
    previous_in: f32,
    previous_out: f32,
}

impl LevelMeter {
    fn mean_square(&mut self, samples: &[i16]) -> f32 {
        let mut sum = 0.0;
        for &sample in samples {
            let input = f32::from(sample) / 32_768.0;
            self.previous_out = input - self.previous_in + HIGH_PASS_POLE * self.previous_out;
            self.previous_in = input;
            sum += self.previous_out * self.previous_out;
        }
        sum / samples.len().max(1) as f32
    }
}

/// Mean square of full-scale-one samples to whole dBFS.
pub(crate) fn decibels(mean_square: f32) -> i8 {
    (10.0 * mean_square.max(1e-12).log10()).round().clamp(f32::from(LEVEL_MIN), 0.0) as i8
}
