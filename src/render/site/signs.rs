//! Sets of ASCII signs, by which is seen in one look whether a text has any of them: most have none, and stand as they are.

/// Some signs of ASCII.
pub(super) struct Signs([bool; 256]);

impl Signs {
    /// These very signs.
    pub(super) const fn of(signs: &[u8]) -> Self {
        let mut has = [false; 256];
        let mut at = 0;
        while at < signs.len() {
            has[signs[at] as usize] = true;
            at += 1;
        }
        Self(has)
    }

    /// And all control characters.
    pub(super) const fn or_control(self) -> Self {
        let Self(mut has) = self;
        let mut byte = 0;
        while byte < 128_u8 {
            has[byte as usize] |= byte.is_ascii_control();
            byte += 1;
        }
        Self(has)
    }

    /// Whether a byte is one of them.
    pub(super) const fn has(&self, byte: u8) -> bool {
        self.0[byte as usize]
    }

    /// Where the first of them stands in a text.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        text.bytes().position(|byte| self.has(byte))
    }
}
