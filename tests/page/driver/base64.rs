//! Pictures arrive as base64.

/// The bytes of a base64 text; characters outside the alphabet are padding.
pub fn decode(text: &str) -> Vec<u8> {
    let sextets: Vec<u32> = text.bytes().filter_map(sextet).collect();
    sextets.chunks(4).flat_map(octets).collect()
}

fn octets(group: &[u32]) -> Vec<u8> {
    let bits = group.iter().fold(0, |sum, sextet| sum << 6 | sextet) << (6 * (4 - group.len()));
    bits.to_be_bytes()[1..group.len()].to_vec()
}

fn sextet(character: u8) -> Option<u32> {
    let value = match character {
        b'A'..=b'Z' => character - b'A',
        b'a'..=b'z' => character - b'a' + 26,
        b'0'..=b'9' => character - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(value.into())
}
