//! `chiron completion`

use super::Answer;
use crate::args::Args;
use clap::CommandFactory;

pub(super) fn run(shell: clap_complete::Shell) -> Answer {
    clap_complete::generate(shell, &mut Args::command(), "chiron", &mut std::io::stdout().lock());
    Answer::Yes
}
