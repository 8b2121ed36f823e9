//! Numbers and texts as bytes, for what is kept in large numbers: small numbers take one byte.
//!
//! A number is written in groups of seven bits, lowest first (LEB128); one that may be negative alternates around 0.

/// Writes a number.
pub fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

/// Writes two numbers, one after the other.
#[inline]
pub fn write_two(bytes: &mut Vec<u8>, first: u64, second: u64) {
    if first | second <= 0x7f {
        bytes.extend_from_slice(&[first.to_le_bytes()[0], second.to_le_bytes()[0]]);
    } else {
        write(bytes, first);
        write(bytes, second);
    }
}

/// Reads what [`write()`] wrote and goes on behind it.
#[inline]
pub fn read(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    if *first & 0x80 == 0 {
        return Some(u64::from(*first));
    }
    read_long(*first, bytes)
}

/// Reads what follows the first byte of a number that has several.
fn read_long(first: u8, bytes: &mut &[u8]) -> Option<u64> {
    let mut number = u64::from(first & 0x7f);
    let (mut byte, mut shift) = (first, 7);
    while byte & 0x80 != 0 {
        let (next, rest) = bytes.split_first()?;
        *bytes = rest;
        byte = *next;
        number |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
    }
    Some(number)
}

/// 0, −1, 1, −2, 2, … as 0, 1, 2, 3, 4, …
#[must_use]
pub const fn alternate(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// What [`alternate`] was given.
#[must_use]
pub const fn straight(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Reads a number that has to fit its kind.
pub fn read_as<T: TryFrom<u64>>(bytes: &mut &[u8]) -> Option<T> {
    T::try_from(read(bytes)?).ok()
}

/// Writes a number that may be negative.
pub fn write_signed(bytes: &mut Vec<u8>, number: i64) {
    write(bytes, alternate(number));
}

/// Reads what [`write_signed`] wrote.
pub fn read_signed<T: TryFrom<i64>>(bytes: &mut &[u8]) -> Option<T> {
    T::try_from(straight(read(bytes)?)).ok()
}

/// Writes bytes with their length before them.
pub fn write_bytes(bytes: &mut Vec<u8>, more: &[u8]) {
    write(bytes, more.len() as u64);
    bytes.extend_from_slice(more);
}

/// Reads what [`write_bytes`] wrote.
pub fn read_bytes<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = read_as(bytes)?;
    let (found, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(found)
}

/// Reads a text that was written as bytes.
pub fn read_text(bytes: &mut &[u8]) -> Option<String> {
    String::from_utf8(read_bytes(bytes)?.to_vec()).ok()
}

/// Reads as many things as were written, each by `one`.
pub fn read_all<T>(
    bytes: &mut &[u8],
    mut one: impl FnMut(&mut &[u8]) -> Option<T>,
) -> Option<Vec<T>> {
    let count: usize = read_as(bytes)?;
    let mut all = Vec::with_capacity(count.min(bytes.len()));
    for _ in 0..count {
        all.push(one(bytes)?);
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_and_what_is_cut_off_does_not() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX];
        numbers.iter().for_each(|each| write(&mut bytes, *each));
        let signed = [0, -1, 1, i64::MIN, i64::MAX];
        signed
            .iter()
            .for_each(|each| write_signed(&mut bytes, *each));
        write_bytes(&mut bytes, "某".as_bytes());
        let pairs = [(0, 127), (128, 3), (5, 1 << 40)];
        pairs
            .iter()
            .for_each(|(first, second)| write_two(&mut bytes, *first, *second));
        let mut rest = bytes.as_slice();
        assert!(
            numbers
                .iter()
                .all(|each| read(&mut rest).as_ref() == Some(each))
        );
        assert!(
            signed
                .iter()
                .all(|each| read_signed(&mut rest) == Some(*each))
        );
        assert_eq!(read_text(&mut rest).as_deref(), Some("某"));
        for (first, second) in pairs {
            assert_eq!(read(&mut rest), Some(first));
            assert_eq!(read(&mut rest), Some(second));
        }
        assert!(rest.is_empty() && read(&mut rest).is_none());
        assert_eq!(read_as::<u8>(&mut &[0xac, 0x02][..]), None);
        assert_eq!(read_bytes(&mut &[3, 1, 2][..]), None);
        assert_eq!(read(&mut &[0x80][..]), None);
    }
}
