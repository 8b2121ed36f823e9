//! The whole program from outside, in one binary: each further one would link everything again.

#![expect(
    clippy::disallowed_methods,
    reason = "tests make sites and look at what was written"
)]

#[cfg(test)]
mod again;

#[cfg(test)]
mod bench;

#[cfg(test)]
mod cases;

#[cfg(test)]
mod example;

#[cfg(test)]
mod examples;

#[cfg(test)]
mod faults;

#[cfg(test)]
mod gallery;

#[cfg(test)]
mod hostile;

#[cfg(test)]
mod kill;

#[cfg(test)]
mod laws;

#[cfg(test)]
mod many;

#[cfg(test)]
mod markup;

#[cfg(test)]
#[cfg(feature = "print")]
mod print;

#[cfg(test)]
mod origin;

#[cfg(test)]
mod program;

#[cfg(test)]
mod reference;

#[cfg(test)]
mod revisions;

#[cfg(test)]
mod rooms;

#[cfg(test)]
mod serve;

#[cfg(test)]
mod withheld;
