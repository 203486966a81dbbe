//! What holds for every transcript, whatever the weights: checked with the micro checkpoint of random weights.

use std::error::Error;
use std::path::Path;

use asr::{
    DecodeError, Engine, LoadError, Options, SkipReason, WINDOW_SAMPLES_MAX, WindowTranscript,
};

type Outcome = Result<(), Box<dyn Error>>;

fn engine() -> Result<Engine, LoadError> {
    Engine::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/micro"))
}

/// A buzz that swells and fades several times a second.
fn buzz(seed: usize, samples: usize) -> Vec<f32> {
    let wave = |i: usize| ((i % (60 + seed * 7)) as f32 / 40.0 - 0.8) * 0.3;
    let swell = |i: usize| (i as f32 / (2_000.0 + seed as f32 * 300.0)).sin().abs();
    (0..samples).map(|i| wave(i) * swell(i)).collect()
}

fn greedy() -> Result<Options, Box<dyn Error>> {
    Ok(Options { language: Some("en".parse()?), temperatures: vec![0.0], ..Options::default() })
}

fn check_times(transcript: &WindowTranscript, window_ms: u32) {
    let mut earliest = 0;
    for segment in &transcript.segments {
        assert!(earliest <= segment.start_ms && segment.start_ms <= segment.end_ms);
        assert!(segment.end_ms <= window_ms);
        assert_eq!(segment.text, segment.text.trim());
        let mut word_earliest = segment.start_ms;
        for word in &segment.words {
            assert!(!word.text.trim().is_empty());
            assert!(word_earliest <= word.start_ms && word.start_ms <= word.end_ms);
            assert!((0.0..=1.0).contains(&word.confidence));
            word_earliest = word.end_ms;
        }
        assert!(word_earliest <= segment.end_ms);
        earliest = segment.end_ms;
    }
}

#[test]
fn silence_has_no_words_and_does_not_ask_the_model() -> Outcome {
    let hum: Vec<f32> = (0..80_000).map(|i| (i as f32 * 0.0196).sin() * 0.0008).collect();
    let transcripts = engine()?.transcribe(&[&[0.0; 480_000], &[0.5; 16_000], &hum], &greedy()?)?;
    for transcript in transcripts {
        assert!(transcript.segments.is_empty());
        assert_eq!(transcript.skipped, Some(SkipReason::Silence));
    }
    Ok(())
}

#[test]
fn segments_and_words_are_in_order_and_inside_the_window() -> Outcome {
    let engine = engine()?;
    for (seed, samples) in [(1, 3_000), (2, 48_000), (3, 200_000), (4, 480_000)] {
        for language in ["en", "ja"] {
            let options = Options { language: Some(language.parse()?), ..greedy()? };
            let pcm = buzz(seed, samples);
            for transcript in engine.transcribe(&[&pcm], &options)? {
                assert_eq!(transcript.language.code(), language);
                check_times(&transcript, samples as u32 / 16);
            }
        }
    }
    Ok(())
}

#[test]
fn the_words_of_a_segment_spell_its_text() -> Outcome {
    let spell = |text: &str| text.split_whitespace().collect::<String>();
    for transcript in engine()?.transcribe(&[&buzz(5, 320_000)], &greedy()?)? {
        for segment in &transcript.segments {
            let words: String = segment.words.iter().map(|w| w.text.as_str()).collect();
            assert_eq!(spell(&words).chars().next(), spell(&segment.text).chars().next());
        }
        let all = |pieces: Vec<&str>| spell(&pieces.concat()).replace('\u{FFFD}', "");
        let words = transcript.segments.iter().flat_map(|s| &s.words).map(|w| w.text.as_str());
        let texts = transcript.segments.iter().map(|s| s.text.as_str());
        assert_eq!(all(words.collect()), all(texts.collect()));
    }
    Ok(())
}

#[test]
fn without_word_times_the_text_is_the_same_and_words_are_absent() -> Outcome {
    let (engine, pcm) = (engine()?, buzz(6, 160_000));
    let with = engine.transcribe(&[&pcm], &greedy()?)?;
    let without = engine.transcribe(&[&pcm], &Options { word_times: false, ..greedy()? })?;
    let texts = |t: &[WindowTranscript]| -> Vec<String> {
        t.iter().flat_map(|t| &t.segments).map(|s| s.text.clone()).collect()
    };
    assert_eq!(texts(&with), texts(&without));
    assert!(without.iter().flat_map(|t| &t.segments).all(|s| s.words.is_empty()));
    Ok(())
}

#[test]
fn a_short_window_without_padding_keeps_its_times_inside() -> Outcome {
    let options = Options { short_padding: true, ..greedy()? };
    for samples in [100, 16_001, 200_000, 480_000] {
        for transcript in engine()?.transcribe(&[&buzz(4, samples)], &options)? {
            check_times(&transcript, samples as u32 / 16);
        }
    }
    Ok(())
}

#[test]
fn without_time_stamps_a_window_is_at_most_one_segment() -> Outcome {
    let options = Options { timestamps: false, ..greedy()? };
    for transcript in engine()?.transcribe(&[&buzz(7, 100_000)], &options)? {
        assert!(transcript.segments.len() <= 1);
        check_times(&transcript, 6_250);
    }
    Ok(())
}

#[test]
fn windows_keep_their_order_and_do_not_depend_on_each_other() -> Outcome {
    let engine = engine()?;
    let windows: Vec<Vec<f32>> = (0..5).map(|seed| buzz(seed, 20_000 + seed * 50_000)).collect();
    let windows: Vec<&[f32]> = windows.iter().map(Vec::as_slice).collect();
    let together = engine.transcribe(&windows, &greedy()?)?;
    assert_eq!(together.len(), windows.len());
    for (window, together) in windows.iter().zip(&together) {
        let alone = engine.transcribe(&[window], &greedy()?)?;
        let texts = |t: &WindowTranscript| -> Vec<(u32, u32, String)> {
            t.segments.iter().map(|s| (s.start_ms, s.end_ms, s.text.clone())).collect()
        };
        assert_eq!(texts(&alone[0]), texts(together));
    }
    Ok(())
}

#[test]
fn sampling_repeats_for_the_same_seed() -> Outcome {
    let (engine, pcm) = (engine()?, buzz(8, 120_000));
    let sampled = Options { temperatures: vec![0.8], ..greedy()? };
    let first = engine.transcribe(&[&pcm], &sampled)?;
    assert_eq!(first, engine.transcribe(&[&pcm], &sampled)?);
    assert_ne!(first, engine.transcribe(&[&pcm], &Options { seed: 1, ..sampled })?);
    Ok(())
}

#[test]
fn a_failing_decoding_climbs_the_temperatures() -> Outcome {
    // Random weights never reach this mean log probability, so every temperature is tried.
    let options = Options { temperatures: vec![0.0, 0.5], log_prob_threshold: 0.0, ..greedy()? };
    let transcripts = engine()?.transcribe(&[&buzz(9, 60_000)], &options)?;
    assert!(transcripts.iter().flat_map(|t| &t.segments).all(|s| s.temperature <= 0.5));
    Ok(())
}

#[test]
fn a_doubted_window_is_skipped_as_no_speech() -> Outcome {
    let options = Options { no_speech_threshold: 0.0, log_prob_threshold: 0.0, ..greedy()? };
    for transcript in engine()?.transcribe(&[&buzz(10, 60_000)], &options)? {
        assert!(transcript.segments.is_empty());
        assert_eq!(transcript.skipped, Some(SkipReason::NoSpeech));
    }
    Ok(())
}

#[test]
fn a_prompt_of_names_is_taken() -> Outcome {
    let options = Options { prompt: "plan, offer, Monday ".repeat(50), ..greedy()? };
    for transcript in engine()?.transcribe(&[&buzz(11, 60_000)], &options)? {
        check_times(&transcript, 3_750);
    }
    Ok(())
}

#[test]
fn windows_that_cannot_be_transcribed_are_named() -> Outcome {
    let engine = engine()?;
    let good = buzz(1, 16_000);
    let transcribe = |window: &[f32]| {
        engine.transcribe(&[&good, window], &greedy()?).map_err(Box::<dyn Error>::from)
    };
    let error = |window: &[f32]| match transcribe(window) {
        Ok(_) => panic!("the window was transcribed"),
        Err(error) => error.downcast::<DecodeError>(),
    };
    assert!(matches!(*error(&[])?, DecodeError::EmptyWindow { window: 1 }));
    assert!(matches!(
        *error(&vec![0.1; WINDOW_SAMPLES_MAX + 1])?,
        DecodeError::WindowTooLong { window: 1, samples: 480_001, .. }
    ));
    for bad in [f32::NAN, f32::INFINITY] {
        let error = error(&[0.0, 0.1, bad, 0.0])?;
        assert!(matches!(*error, DecodeError::NotFinite { window: 1, sample: 2 }));
    }
    Ok(())
}

#[test]
fn a_language_the_model_does_not_know_is_refused() -> Outcome {
    let options = Options { language: Some("haw".parse()?), ..greedy()? };
    let refused = engine()?.transcribe(&[&buzz(1, 16_000)], &options);
    assert!(
        matches!(refused, Err(DecodeError::UnknownLanguage { language }) if language.code() == "haw")
    );
    Ok(())
}

#[test]
fn no_windows_have_no_transcripts() -> Outcome {
    assert!(engine()?.transcribe(&[], &Options::default())?.is_empty());
    Ok(())
}

#[test]
fn an_engine_is_shared_between_threads() -> Outcome {
    let engine = engine()?;
    let pcm = buzz(3, 40_000);
    let options = greedy()?;
    let transcribe = || engine.clone().transcribe(&[&pcm], &options);
    let expected = transcribe()?;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(transcribe)).collect();
        for thread in threads {
            let found = thread.join().map_err(|_| "a thread panicked")??;
            assert_eq!(found, expected);
        }
        Ok(())
    })
}
