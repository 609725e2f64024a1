//! An expression of a rule: read once, asked of many objects.

use super::{
    check::{Asks, Mistake, check, may_be_condition},
    language::LANGUAGE,
    meter::meter,
};
use cel::{ParseError, common::ast::IdedExpr};

/// Characters that an expression may have.
pub(super) const MAX_LENGTH: usize = 2_000;
/// Mistakes of one expression that are told.
const MAX_MISTAKES: usize = 5;

/// An expression that was read.
#[derive(Clone, Debug)]
pub(super) struct Expression {
    /// As it was written.
    pub text: String,
    /// What it asks for.
    pub asks: Asks,
    /// What is evaluated.
    pub program: IdedExpr,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        let (mut program, asks) = checked(text)?;
        meter(&mut program);
        Ok(Self { text: text.trim().to_owned(), asks, program })
    }

    /// Reads an expression whose answer is to be true or false.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub(super) fn read_condition(text: &str) -> Result<Self, Vec<Mistake>> {
        let (mut program, asks) = checked(text)?;
        if !may_be_condition(&program.expr) {
            return Err(vec![(
                0,
                "the answer of this is never true or false: write a comparison".to_owned(),
            )]);
        }
        meter(&mut program);
        Ok(Self { text: text.trim().to_owned(), asks, program })
    }
}

fn checked(text: &str) -> Result<(IdedExpr, Asks), Vec<Mistake>> {
    if text.chars().count() > MAX_LENGTH {
        return Err(vec![(0, format!("an expression has at most {MAX_LENGTH} characters"))]);
    }
    if text.trim().is_empty() {
        return Err(vec![(0, "an expression is missing".to_owned())]);
    }
    let parser = LANGUAGE.parser().enable_ident_escape_syntax(true);
    let (mut program, source) = parser
        .parse_with_source_info(text)
        .map_err(|it| it.errors.iter().take(MAX_MISTAKES).map(|it| mistake(it, text)).collect::<Vec<_>>())?;
    let asks = check(&mut program, &source).map_err(|mut it| {
        it.truncate(MAX_MISTAKES);
        it
    })?;
    Ok((program, asks))
}

fn mistake(error: &ParseError, text: &str) -> Mistake {
    let line = usize::try_from(error.pos.0).unwrap_or(1).max(1);
    let column = usize::try_from(error.pos.1).unwrap_or(1).max(1);
    let before: usize = text.split_inclusive('\n').take(line - 1).map(|it| it.chars().count()).sum();
    (before + column - 1, said(&error.msg))
}

/// The parser lists every token that it would take.
fn said(message: &str) -> String {
    let said = message.split(" expecting ").next().unwrap_or_default().trim_start_matches("Syntax error: ");
    if said.ends_with("'<EOF>'") {
        return "the expression ends too early".to_owned();
    }
    if said.contains("Recursion limit") {
        return "too much stands inside each other: make it simpler".to_owned();
    }
    if said.starts_with("Incomplete") {
        return "the expression is not complete".to_owned();
    }
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    match said.split_once(" at: '").map(|(_, text)| text.trim_end_matches('\'')) {
        Some(text) if text.starts_with(['\'', '"']) => "this text is not closed".to_owned(),
        Some(text) => format!("{text:?} does not belong here"),
        None => said,
    }
}
