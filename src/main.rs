//! The `chiron` command.
fn main() {}
