//! A sentence with expressions in it: `{{ object.metadata.name }} waits`.

use super::{
    check::{Asks, Mistake},
    expression::Expression,
    question::Question,
};

/// Characters of a message.
const MAX_LENGTH: usize = 1_000;
/// Stands for what cannot be said.
const UNKNOWN: &str = "?";

/// A message that was read.
#[derive(Clone, Debug)]
pub(super) struct Template {
    pieces: Vec<Piece>,
    /// What its expressions ask for.
    pub asks: Asks,
}

#[derive(Clone, Debug)]
enum Piece {
    Said(String),
    Asked(Expression),
}

impl Template {
    /// Reads a message. An expression ends at the first `}}`.
    ///
    /// # Errors
    /// Everything that is wrong with its expressions.
    pub(super) fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        if text.chars().count() > MAX_LENGTH {
            return Err(vec![(0, format!("a message has at most {MAX_LENGTH} characters"))]);
        }
        let mut template = Self { pieces: Vec::new(), asks: Asks::default() };
        let mut mistakes = Vec::new();
        let mut rest = text;
        while let Some(begin) = rest.find("{{") {
            let number = |byte: usize| text[..text.len() - rest.len() + byte].chars().count();
            template.pieces.push(Piece::Said(rest[..begin].to_owned()));
            let Some(length) = rest[begin + 2..].find("}}") else {
                mistakes.push((number(begin), "\"{{\" has no \"}}\"".to_owned()));
                break;
            };
            match Expression::read(&rest[begin + 2..begin + 2 + length]) {
                Ok(read) => template.add(read),
                Err(found) => mistakes.extend(found.into_iter().map(|(at, it)| (number(begin + 2) + at, it))),
            }
            rest = &rest[begin + 2 + length + 2..];
        }
        template.pieces.push(Piece::Said(rest.to_owned()));
        if mistakes.is_empty() { Ok(template) } else { Err(mistakes) }
    }

    fn add(&mut self, expression: Expression) {
        self.asks.pods |= expression.asks.pods;
        self.asks.now |= expression.asks.now;
        self.pieces.push(Piece::Asked(expression));
    }

    /// The sentence for an object.
    pub(super) fn said(&self, question: &Question<'_>) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Said(text) => text.clone(),
            Piece::Asked(expression) => question.said(expression).unwrap_or_else(|_| UNKNOWN.to_owned()),
        });
        let said: String = pieces.collect();
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
