//! Builds WAV files byte by byte, right and wrong ones.

/// A WAV file to be written.
#[derive(Clone)]
pub struct WavFile {
    pub tag: u16,
    pub bits: u16,
    pub rate: u32,
    pub channels: u16,
    pub extensible: bool,
    /// What the data chunk says its size is, when not the truth.
    pub claimed_size: Option<u32>,
    pub data: Vec<u8>,
}

impl WavFile {
    /// 16-bit PCM of equally long channels with samples in `[-1, 1]`.
    pub fn pcm16(rate: u32, channels: &[Vec<f32>]) -> Self {
        Self::with(1, 16, rate, channels, |sample, data| {
            data.extend_from_slice(&((sample * 32_767.0) as i16).to_le_bytes());
        })
    }

    pub fn with(
        tag: u16,
        bits: u16,
        rate: u32,
        channels: &[Vec<f32>],
        encode: fn(f32, &mut Vec<u8>),
    ) -> Self {
        let mut data = Vec::new();
        for frame in 0..channels[0].len() {
            channels.iter().for_each(|channel| encode(channel[frame], &mut data));
        }
        let channels = channels.len() as u16;
        Self { tag, bits, rate, channels, extensible: false, claimed_size: None, data }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let fmt = self.fmt();
        let size = self.claimed_size.unwrap_or(self.data.len() as u32);
        let riff_size = size.saturating_add(28 + fmt.len() as u32);
        let mut file = Vec::new();
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&riff_size.to_le_bytes());
        file.extend_from_slice(b"WAVEfmt ");
        file.extend_from_slice(&(fmt.len() as u32).to_le_bytes());
        file.extend_from_slice(&fmt);
        file.extend_from_slice(b"LIST\x04\x00\x00\x00INFOdata");
        file.extend_from_slice(&size.to_le_bytes());
        file.extend_from_slice(&self.data);
        file
    }

    fn fmt(&self) -> Vec<u8> {
        let frame = self.channels * self.bits / 8;
        let mut fmt = Vec::new();
        let tag = if self.extensible { 0xfffe } else { self.tag };
        fmt.extend_from_slice(&tag.to_le_bytes());
        fmt.extend_from_slice(&self.channels.to_le_bytes());
        fmt.extend_from_slice(&self.rate.to_le_bytes());
        fmt.extend_from_slice(&(self.rate * u32::from(frame)).to_le_bytes());
        fmt.extend_from_slice(&frame.to_le_bytes());
        fmt.extend_from_slice(&self.bits.to_le_bytes());
        if self.extensible {
            fmt.extend_from_slice(&22u16.to_le_bytes());
            fmt.extend_from_slice(&self.bits.to_le_bytes());
            fmt.extend_from_slice(&0u32.to_le_bytes());
            fmt.extend_from_slice(&self.tag.to_le_bytes());
            fmt.extend_from_slice(b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71");
        }
        fmt
    }
}
