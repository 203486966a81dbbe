//! Uncompressed and G.711 samples: bytes to `f32` in `[-1, 1]`.

/// How one sample is stored. All are little-endian.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    U8,
    S16,
    S24,
    S32,
    F32,
    F64,
    ALaw,
    MuLaw,
}

impl Encoding {
    /// Bytes per sample.
    pub(crate) fn width(self) -> usize {
        match self {
            Self::U8 | Self::ALaw | Self::MuLaw => 1,
            Self::S16 => 2,
            Self::S24 => 3,
            Self::S32 | Self::F32 => 4,
            Self::F64 => 8,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ALaw => "A-law",
            Self::MuLaw => "mu-law",
            Self::F32 | Self::F64 => "float PCM",
            _ => "PCM",
        }
    }

    /// Spreads interleaved `bytes` (whole frames) over `planes`, one per channel, appending.
    pub(crate) fn deinterleave(self, bytes: &[u8], planes: &mut [Vec<f32>]) {
        let (width, channels) = (self.width(), planes.len());
        for (channel, plane) in planes.iter_mut().enumerate() {
            let samples = bytes.chunks_exact(width).skip(channel).step_by(channels);
            match self {
                Self::U8 => plane.extend(samples.map(|b| (f32::from(b[0]) - 128.0) / 128.0)),
                Self::S16 => plane.extend(samples.map(|b| integer(&[0, 0, b[0], b[1]]))),
                Self::S24 => plane.extend(samples.map(|b| integer(&[0, b[0], b[1], b[2]]))),
                Self::S32 => plane.extend(samples.map(integer)),
                Self::F32 => plane.extend(samples.map(float32)),
                Self::F64 => plane.extend(samples.map(float64)),
                Self::ALaw => plane.extend(samples.map(|b| linear(a_law(b[0])))),
                Self::MuLaw => plane.extend(samples.map(|b| linear(mu_law(b[0])))),
            }
        }
    }
}

fn integer(b: &[u8]) -> f32 {
    i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32 / 2_147_483_648.0
}

fn float32(b: &[u8]) -> f32 {
    finite(f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn float64(b: &[u8]) -> f32 {
    finite(f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32)
}

/// Not-a-number and infinity would poison the resampler's filter for a whole block.
fn finite(sample: f32) -> f32 {
    if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 }
}

fn linear(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

/// ITU-T G.711 table 1a (A-law), to 16-bit scale.
fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let (exponent, mantissa) = ((byte >> 4) & 7, i16::from(byte & 15));
    let magnitude = match exponent {
        0 => (mantissa << 4) + 8,
        _ => ((mantissa << 4) + 0x108) << (exponent - 1),
    };
    if byte & 0x80 != 0 { magnitude } else { -magnitude }
}

/// ITU-T G.711 table 2a (mu-law), to 16-bit scale.
fn mu_law(byte: u8) -> i16 {
    let byte = !byte;
    let (exponent, mantissa) = ((byte >> 4) & 7, i16::from(byte & 15));
    let magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    if byte & 0x80 != 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g711_reaches_the_extremes_and_zero_of_the_standard() {
        assert_eq!((a_law(0xd5), a_law(0x55)), (8, -8));
        assert_eq!((a_law(0xaa), a_law(0x2a)), (32_256, -32_256));
        assert_eq!((mu_law(0xff), mu_law(0x7f)), (0, 0));
        assert_eq!((mu_law(0x80), mu_law(0x00)), (32_124, -32_124));
    }

    #[test]
    fn every_width_of_integer_means_the_same_level() {
        let half = |encoding: Encoding, bytes: &[u8]| {
            let mut planes = vec![Vec::new()];
            encoding.deinterleave(bytes, &mut planes);
            planes[0][0]
        };
        assert_eq!(half(Encoding::U8, &[0xc0]), 0.5);
        assert_eq!(half(Encoding::S16, &[0, 0x40]), 0.5);
        assert_eq!(half(Encoding::S24, &[0, 0, 0x40]), 0.5);
        assert_eq!(half(Encoding::S32, &[0, 0, 0, 0x40]), 0.5);
        assert_eq!(half(Encoding::F32, &0.5f32.to_le_bytes()), 0.5);
        assert_eq!(half(Encoding::F64, &0.5f64.to_le_bytes()), 0.5);
        assert_eq!(half(Encoding::F32, &f32::NAN.to_le_bytes()), 0.0);
    }

    #[test]
    fn channels_are_kept_apart() {
        let mut planes = vec![Vec::new(), Vec::new()];
        Encoding::U8.deinterleave(&[128, 192, 128, 192], &mut planes);
        assert_eq!(planes, [vec![0.0, 0.0], vec![0.5, 0.5]]);
    }
}
