//! Real telephone calls through the whole machine. The words are the model's business; channels, times, talk
//! shares, overlap and silence must be right.
//!
//! The recordings lie outside the repository, in the folder that `KAIWA_REAL_AUDIO` names. Where there is none,
//! `cargo xtask test` leaves these tests out by name and says so loudly; run without it, they fail.

use std::path::PathBuf;

use contracts::Report;
use domain::{Basis, CallStatus, Role};

use crate::company::Company;
use crate::meter;

fn folder() -> PathBuf {
    let folder = std::env::var_os("KAIWA_REAL_AUDIO");
    PathBuf::from(folder.expect("KAIWA_REAL_AUDIO must name the folder of real recordings"))
}

/// Two measurements of one thing agree when they differ by at most this share of the call.
const SHARE_TOLERANCE: f64 = 0.08;

fn assert_near(what: &str, found_ms: u64, measured_ms: u64, call_ms: u64) {
    let difference = found_ms.abs_diff(measured_ms) as f64 / call_ms as f64;
    assert!(
        difference <= SHARE_TOLERANCE,
        "{what}: reported {found_ms} ms, measured {measured_ms} ms of {call_ms} ms"
    );
}

fn talk_ms(report: &Report, role: Role) -> u64 {
    report
        .speakers
        .iter()
        .filter(|speaker| speaker.role == role)
        .map(|speaker| speaker.talk_ms)
        .sum()
}

#[tokio::test]
async fn the_two_sides_of_a_call_have_the_talk_overlap_and_silence_that_loudness_shows() {
    let folder = folder();
    let company = Company::sign_up("two sided call").await;
    let call = company.call_id("auto repairs");
    let sides =
        [("agent", "auto_repairs_40_agent.wav"), ("customer", "auto_repairs_40_caller.wav")];
    for (index, (side, file)) in sides.iter().enumerate() {
        let key = format!("{}/uploads/{call}/{}-of-2_{side}.wav", company.id, index + 1);
        company.put(&key, std::fs::read(folder.join(file)).unwrap()).await;
    }
    let call = company.ended(&call).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    let report = company.report(&call).await;
    let (agent, caller) =
        (meter::loud(&folder.join(sides[0].1)), meter::loud(&folder.join(sides[1].1)));

    assert_eq!(report.basis, Basis::Participant);
    let (call_ms, overlap_ms) = (report.duration_ms, agent.overlap_ms(&caller));
    assert_near("agent talk", talk_ms(&report, Role::Agent), agent.talk_ms(), call_ms);
    assert_near("customer talk", talk_ms(&report, Role::Customer), caller.talk_ms(), call_ms);
    assert_near("overlap", report.metrics.overlap_ms, overlap_ms, call_ms);
    let speech_ms = agent.talk_ms() + caller.talk_ms() - overlap_ms;
    assert_near("silence", report.metrics.silence_ms, call_ms - speech_ms, call_ms);
}

#[tokio::test]
async fn a_mono_call_is_one_unknown_speaker_and_says_what_that_costs() {
    let folder = folder();
    let company = Company::sign_up("mono call").await;
    let file = folder.join("auto0_mono_8k_u8.wav");
    let call = company.call("mono", "mixed", std::fs::read(&file).unwrap()).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    let report = company.report(&call).await;
    assert_eq!(report.basis, Basis::Mono);
    assert_eq!(report.speakers.len(), 1);
    assert!(report.skipped.iter().any(|skipped| skipped.analysis.starts_with("metrics")));
    let measured = meter::loud(&file).talk_ms();
    assert_near("speech", report.metrics.speech_ms, measured, report.duration_ms);
}

#[tokio::test]
async fn every_other_real_file_ends_in_a_report_or_a_reason() {
    let folder = folder();
    let company = Company::sign_up("real files").await;
    let published = [
        "jfk.flac",
        "katiesteve.wav",
        "test_audio_stereo.wav",
        "whatstheweatherlike.mp3",
        "whatstheweatherlike_mulaw.wav",
    ];
    for file in published {
        let call = company.call(file, "mixed", std::fs::read(folder.join(file)).unwrap()).await;
        assert_eq!(call.status, CallStatus::Published, "{file}: {:?}", call.failure);
        assert!(company.report(&call).await.metrics.speech_ms > 300, "{file} holds speech");
    }
    let body = std::fs::read(folder.join("missing_wav_header.wav")).unwrap();
    let call = company.call("headerless", "mixed", body).await;
    assert_eq!(call.failure.unwrap().name, "UnsupportedMedia");
}
