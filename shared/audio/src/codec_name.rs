//! Codecs by the names people use, for messages and reports.

use symphonia::core::codecs::audio::{AudioCodecId, well_known as codec};

/// The codec's everyday name.
pub(crate) fn codec_name(id: AudioCodecId) -> &'static str {
    match id {
        codec::CODEC_ID_AAC => "AAC",
        codec::CODEC_ID_MP1 => "MP1",
        codec::CODEC_ID_MP2 => "MP2",
        codec::CODEC_ID_MP3 => "MP3",
        codec::CODEC_ID_OPUS => "Opus",
        codec::CODEC_ID_VORBIS => "Vorbis",
        codec::CODEC_ID_FLAC => "FLAC",
        codec::CODEC_ID_ALAC => "Apple Lossless",
        codec::CODEC_ID_SPEEX => "Speex",
        codec::CODEC_ID_AC3 => "Dolby AC-3",
        codec::CODEC_ID_EAC3 => "Dolby E-AC-3",
        codec::CODEC_ID_AC4 => "Dolby AC-4",
        codec::CODEC_ID_DCA => "DTS",
        codec::CODEC_ID_TRUEHD => "Dolby TrueHD",
        codec::CODEC_ID_WMA => "Windows Media audio",
        codec::CODEC_ID_ADPCM_G722 => "G.722",
        codec::CODEC_ID_ADPCM_G726 | codec::CODEC_ID_ADPCM_G726LE => "G.726",
        codec::CODEC_ID_ADPCM_MS => "Microsoft ADPCM",
        codec::CODEC_ID_ADPCM_IMA_WAV | codec::CODEC_ID_ADPCM_IMA_QT => "IMA ADPCM",
        codec::CODEC_ID_PCM_ALAW => "A-law",
        codec::CODEC_ID_PCM_MULAW => "mu-law",
        codec::CODEC_ID_WAVPACK => "WavPack",
        other if is_pcm(other) => "PCM",
        _ => "an unknown codec",
    }
}

fn is_pcm(id: AudioCodecId) -> bool {
    const PCM: [AudioCodecId; 16] = [
        codec::CODEC_ID_PCM_S32LE,
        codec::CODEC_ID_PCM_S32BE,
        codec::CODEC_ID_PCM_S24LE,
        codec::CODEC_ID_PCM_S24BE,
        codec::CODEC_ID_PCM_S16LE,
        codec::CODEC_ID_PCM_S16BE,
        codec::CODEC_ID_PCM_S8,
        codec::CODEC_ID_PCM_U8,
        codec::CODEC_ID_PCM_U32LE,
        codec::CODEC_ID_PCM_U24LE,
        codec::CODEC_ID_PCM_U16LE,
        codec::CODEC_ID_PCM_U16BE,
        codec::CODEC_ID_PCM_F32LE,
        codec::CODEC_ID_PCM_F32BE,
        codec::CODEC_ID_PCM_F64LE,
        codec::CODEC_ID_PCM_F64BE,
    ];
    PCM.contains(&id)
}
