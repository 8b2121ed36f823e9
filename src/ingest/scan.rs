//! A block of text to the ends of its cells, 64 bytes at a time.
//!
//! Whether a byte lies in quotes is told by counting quotes, as long as each quote stands where RFC 4180 puts it: at the
//! edge of a cell, or doubled inside quotes. A block with any other quote, or a NUL, is given up ([`Scan::read`] is
//! `false`); then the general reader takes the whole data set. What is not given up has the same records there.
#![cfg_attr(
    target_arch = "x86_64",
    expect(
        unsafe_code,
        reason = "AVX2 is asked for at run time; the one call into it is right exactly where the processor has it"
    )
)]

/// The ends of cells and rows in a block.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The edges of cells; then whatever stood there.
    edges: Vec<u32>,
    /// How many there are.
    count: usize,
    /// For each row, how many cells ended in the block until its end.
    pub(super) rows: Vec<u32>,
    /// Line breaks in the block; `\r\n` is one.
    pub(super) breaks: u64,
}

/// Bytes after which there is time for other work.
const ASIDE: u32 = 256;

/// The bytes of 64 that matter, a bit each.
#[derive(Clone, Copy)]
struct Masks {
    quote: u64,
    delimiter: u64,
    feed: u64,
    carriage: u64,
    nul: u64,
}

impl Scan {
    /// The edges of cells: the byte before the first (so that one more is 0), then where each ends, the byte of its delimiter
    /// or line break.
    #[inline]
    pub(super) fn edges(&self) -> &[u32] {
        &self.edges[..self.count]
    }

    /// Reads a block that begins with a row and ends with a line break. `false` where a quote is out of place, quotes are
    /// left open, or there is a NUL. `beside` is called every [`ASIDE`] bytes, for work that leaves the processor waiting.
    pub(super) fn read(&mut self, block: &[u8], delimiter: u8, beside: impl FnMut()) -> bool {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
            && is_x86_feature_detected!("popcnt")
        {
            // SAFETY: the processor has all four, as was asked for above.
            return unsafe { self.read_by_avx2(block, delimiter, beside) };
        }
        self.read_by(block, |chunk| masks(chunk, delimiter), beside)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    fn read_by_avx2(&mut self, block: &[u8], delimiter: u8, beside: impl FnMut()) -> bool {
        self.read_by(block, |chunk| masks_by_avx2(chunk, delimiter), beside)
    }

    #[inline(always)]
    fn read_by(
        &mut self,
        block: &[u8],
        masks: impl Fn(&[u8; 64]) -> Masks,
        mut beside: impl FnMut(),
    ) -> bool {
        self.rows.clear();
        self.edges.resize(self.edges.len().max(1), 0);
        self.edges[0] = u32::MAX;
        self.count = 1;
        self.breaks = 0;
        let mut state = State {
            in_quotes: 0,
            edge: 1,
            closing: 0,
            carriage: 0,
            unsound: 0,
        };
        let (chunks, rest) = block.as_chunks::<64>();
        let mut at = 0_u32;
        for chunk in chunks {
            if at.is_multiple_of(ASIDE) {
                beside();
            }
            self.chunk(masks(chunk), at, &mut state);
            at += 64;
        }
        if !rest.is_empty() {
            let mut chunk = [b'.'; 64];
            chunk[..rest.len()].copy_from_slice(rest);
            self.chunk(masks(&chunk), at, &mut state);
        }
        state.unsound == 0 && state.in_quotes == 0
    }

    #[inline(always)]
    fn chunk(&mut self, masks: Masks, at: u32, state: &mut State) {
        let breaks = masks.feed | masks.carriage;
        let mut marks = masks.delimiter | breaks;
        let mut lines = breaks;
        if masks.quote != 0 || state.in_quotes != 0 {
            let inside = prefix_xor(masks.quote) ^ state.in_quotes;
            marks &= !inside;
            lines &= !inside;
            let opening = masks.quote & inside;
            let closing = masks.quote & !inside;
            let before = (marks | closing) << 1 | state.edge;
            let after = closing << 1 | state.closing;
            // The last byte's successor is looked at with the next 64.
            state.unsound |= opening & !before | after & !(marks | masks.quote);
            state.in_quotes = 0_u64.wrapping_sub(inside >> 63);
            state.closing = closing >> 63;
            state.edge = (marks | closing) >> 63;
        } else {
            state.unsound |= state.closing & !marks;
            state.closing = 0;
            state.edge = marks >> 63;
        }
        state.unsound |= masks.nul;
        if breaks != 0 {
            let pairs = (masks.carriage << 1 | state.carriage) & masks.feed;
            let all = breaks.count_ones() - pairs.count_ones();
            self.breaks += u64::from(all);
        }
        state.carriage = masks.carriage >> 63;
        while lines != 0 {
            let bit = lines & lines.wrapping_neg();
            let before = (marks & (bit | (bit - 1))).count_ones();
            let cells = u32::try_from(self.count - 1).expect("fewer than the block's bytes");
            self.rows.push(cells + before);
            lines ^= bit;
        }
        let mut next = self.count;
        // Ends are written four at a time.
        if self.edges.len() < next + 68 {
            self.edges.resize(self.edges.len() * 2 + 1_024, 0);
        }
        self.count += marks.count_ones() as usize;
        while next < self.count {
            let four: &mut [u32; 4] = self.edges[next..]
                .first_chunk_mut()
                .expect("there is room for all ends of a chunk");
            for end in four {
                *end = at + marks.trailing_zeros();
                marks &= marks.wrapping_sub(1);
            }
            next += 4;
        }
    }
}

/// What one chunk hands to the next.
struct State {
    /// All bits set where the next byte lies in quotes.
    in_quotes: u64,
    /// 1 where a quote may open at the next byte.
    edge: u64,
    /// 1 where the last byte closed quotes.
    closing: u64,
    /// 1 where the last byte was a carriage return.
    carriage: u64,
    /// The bits of bytes that are out of place, over all chunks.
    unsound: u64,
}

/// Each bit becomes the parity of the bits up to it.
#[inline(always)]
const fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
#[inline]
fn masks_by_avx2(chunk: &[u8; 64], delimiter: u8) -> Masks {
    use std::arch::x86_64::{
        _mm256_cmpeq_epi8, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_set_epi64x,
        _mm256_set1_epi8,
    };
    let (words, _) = chunk.as_chunks::<8>();
    let word = |at: usize| i64::from_le_bytes(words[at]);
    let low = _mm256_set_epi64x(word(3), word(2), word(1), word(0));
    let high = _mm256_set_epi64x(word(7), word(6), word(5), word(4));
    let both = |low: i32, high: i32| {
        u64::from(high.cast_unsigned()) << 32 | u64::from(low.cast_unsigned())
    };
    let equal = |byte: u8| {
        let wanted = _mm256_set1_epi8(byte.cast_signed());
        both(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted)),
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted)),
        )
    };
    let mut found = Masks {
        quote: equal(b'"'),
        delimiter: equal(delimiter),
        feed: 0,
        carriage: 0,
        nul: 0,
    };
    // Most chunks hold no control character at all.
    let limit = _mm256_set1_epi8(b'\r'.cast_signed());
    let controls = both(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(low, limit), low)),
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(high, limit), high)),
    );
    if controls != 0 {
        found.feed = equal(b'\n');
        found.carriage = equal(b'\r');
        found.nul = equal(0);
    }
    found
}

fn masks(chunk: &[u8; 64], delimiter: u8) -> Masks {
    let equal = |byte: u8| {
        let bits = chunk.iter().enumerate();
        bits.fold(0_u64, |bits, (at, each)| {
            bits | u64::from(*each == byte) << at
        })
    };
    Masks {
        quote: equal(b'"'),
        delimiter: equal(delimiter),
        feed: equal(b'\n'),
        carriage: equal(b'\r'),
        nul: equal(0),
    }
}

/// Where the last whole row of a text ends, whose beginning is the beginning of a row; `None` where no row is whole.
pub(super) fn last_row_end(text: &[u8]) -> Option<usize> {
    let quotes = text.iter().fold(0_u8, |count, byte| {
        count.wrapping_add(u8::from(*byte == b'"'))
    });
    let mut is_inside = quotes & 1 == 1;
    for (at, byte) in text.iter().enumerate().rev() {
        match byte {
            b'"' => is_inside = !is_inside,
            b'\n' if !is_inside => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, a byte at a time, as the definition has it.
    fn slowly(text: &[u8], delimiter: u8) -> (Vec<u32>, Vec<u32>) {
        let (mut ends, mut rows, mut is_inside) = (vec![], vec![], false);
        for (at, byte) in (0_u32..).zip(text) {
            match *byte {
                b'"' => is_inside = !is_inside,
                byte if !is_inside && (byte == delimiter || byte == b'\n' || byte == b'\r') => {
                    ends.push(at);
                    if byte != delimiter {
                        rows.push(u32::try_from(ends.len()).unwrap());
                    }
                }
                _ => {}
            }
        }
        (ends, rows)
    }

    #[test]
    fn ends_are_those_of_a_walk_byte_by_byte() {
        let mut number = 7_u64;
        let mut next = |end: usize| {
            number = number * 48_271 % 2_147_483_647;
            usize::try_from(number).unwrap() % end
        };
        let cells = [
            "",
            "a",
            "bcdefgh",
            "\"\"",
            "\"x,y\"",
            "\"a\"\"b\n\"",
            "某某",
            "\"\r\n\"",
            "a b",
        ];
        let breaks = ["\n", "\r\n", "\r", "\n\n"];
        for _ in 0..3_000 {
            let mut text = String::new();
            for _ in 0..next(30) {
                for column in 0..=next(4) {
                    text.push_str(if column > 0 { "," } else { "" });
                    text.push_str(cells[next(cells.len())]);
                }
                text.push_str(breaks[next(breaks.len())]);
            }
            let mut scan = Scan::default();
            let plain = |chunk: &[u8; 64]| masks(chunk, b',');
            assert!(scan.read_by(text.as_bytes(), plain, || {}), "{text:?}");
            let found = (scan.edges()[1..].to_vec(), scan.rows.clone());
            assert_eq!(found, slowly(text.as_bytes(), b','), "{text:?}");
            assert!(scan.read(text.as_bytes(), b',', || {}), "{text:?}");
            assert_eq!(
                (scan.edges()[1..].to_vec(), scan.rows),
                slowly(text.as_bytes(), b','),
                "{text:?}"
            );
            let feeds = text.matches('\n').count();
            let carriages = text.matches('\r').count() - text.matches("\r\n").count();
            assert_eq!(scan.breaks, (feeds + carriages) as u64, "{text:?}");
        }
    }

    #[test]
    fn a_quote_out_of_place_is_given_up() {
        for (text, is_sound) in [
            ("a,\"b\",c\n", true),
            ("a,b\"c\n", false),
            ("a,b\"c\"\n", false),
            ("a,\"b\"c\n", false),
            ("a, \"b\"\n", false),
            ("a,\"b\" \n", false),
            ("a,\"b\n", false),
            ("\"\"\"\"\n", true),
            ("a,\0\n", false),
        ] {
            for before in 0..70 {
                let text = format!("{}\n{text}", "x".repeat(before));
                let mut scan = Scan::default();
                assert_eq!(
                    scan.read(text.as_bytes(), b',', || {}),
                    is_sound,
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn a_row_ends_outside_quotes() {
        assert_eq!(last_row_end(b"a\n\"b\n"), Some(2));
        assert_eq!(last_row_end(b"a\n\"b\n\"\nc"), Some(7));
        assert_eq!(last_row_end(b"a\rb"), None);
    }
}
