//! What can be told of an expression before it is asked: names and functions that do not exist, texts that are no
//! patterns, times or spans.

use super::language::{LANGUAGE, NOW, OBJECT, PODS};
use super::meter::parts;
use cel::{
    Context, ExecutionError,
    common::{
        ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators},
        types::CelString,
    },
};
use std::sync::Arc;

/// Calls inside each other; evaluation takes a frame of the stack for each.
const MAX_DEPTH: usize = 24;
/// Operators whose result is never true or false.
const NO_CONDITION: &[&str] = &[
    operators::ADD,
    operators::SUBSTRACT,
    operators::MULTIPLY,
    operators::DIVIDE,
    operators::MODULO,
    operators::NEGATE,
];

/// A mistake in an expression: the number of its character, from 0, and what is wrong.
pub(super) type Mistake = (usize, String);

/// What an expression asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Asks {
    /// The time.
    pub now: bool,
    /// The pods of the object.
    pub pods: bool,
    /// Whether the object is being deleted.
    pub deletion: bool,
}

/// Looks at an expression that was parsed. It is not changed.
pub(super) fn check(expr: &mut IdedExpr, source: &SourceInfo) -> Result<Asks, Vec<Mistake>> {
    let mut check = Check {
        source,
        context: Context::with_env(Arc::clone(&LANGUAGE)),
        scope: Vec::new(),
        asks: Asks::default(),
        mistakes: Vec::new(),
    };
    check.look(expr, 0);
    if check.mistakes.is_empty() { Ok(check.asks) } else { Err(check.mistakes) }
}

/// Whether the answer can be true or false, as far as the outermost operation tells.
pub(super) fn may_be_condition(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(literal) => matches!(literal, LiteralValue::Boolean(_)),
        Expr::List(_) | Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => false,
        Expr::Call(call) => !NO_CONDITION.contains(&call.func_name.as_str()),
        Expr::Comprehension(_) | Expr::Ident(_) | Expr::Select(_) => true,
    }
}

struct Check<'a> {
    source: &'a SourceInfo,
    context: Context<'a, 'a>,
    /// Variables of the loops around.
    scope: Vec<String>,
    asks: Asks,
    mistakes: Vec<Mistake>,
}

impl Check<'_> {
    fn look(&mut self, expr: &mut IdedExpr, depth: usize) {
        if depth > MAX_DEPTH {
            self.say(expr.id, format!("more than {MAX_DEPTH} operations inside each other: make it simpler"));
            return;
        }
        let known = self.scope.len();
        match &expr.expr {
            Expr::Ident(name) => self.name(expr.id, name),
            Expr::Select(select) => self.asks.deletion |= select.field == "deletionTimestamp",
            Expr::Literal(LiteralValue::String(text)) => {
                self.asks.deletion |= text.inner() == "deletionTimestamp";
            }
            Expr::Call(call) => self.call(expr.id, call),
            Expr::Comprehension(it) => {
                self.scope.extend([it.iter_var.clone(), it.accu_var.clone()]);
                self.scope.extend(it.iter_var2.clone());
            }
            Expr::Struct(it) => {
                self.say(expr.id, format!("there is no type {:?}", it.type_name));
            }
            Expr::Unspecified => self.say(expr.id, "this cannot be read".to_owned()),
            Expr::Literal(_) | Expr::List(_) | Expr::Map(_) => {}
        }
        let is_namespace = is_optional_call(&expr.expr);
        for (number, part) in parts(expr).into_iter().enumerate() {
            if !(is_namespace && number == 0) {
                self.look(part, depth + 1);
            }
        }
        self.scope.truncate(known);
    }

    fn say(&mut self, id: u64, message: String) {
        let place = self.source.offset_for(id).map_or(0, |(start, _)| start as usize);
        self.mistakes.push((place, message));
    }

    fn name(&mut self, id: u64, name: &str) {
        match name {
            NOW => self.asks.now = true,
            PODS => self.asks.pods = true,
            OBJECT => {}
            _ => {
                let is_type = || self.context.resolve(&node(Expr::Ident(name.to_owned()))).is_ok();
                if !self.scope.iter().any(|it| it == name) && !is_type() {
                    self.say(id, format!("there is no {name:?}; there are {OBJECT}, {NOW} and {PODS}"));
                }
            }
        }
    }

    /// Asks with nothing in the place of what is not known yet: only a function that does not exist is not found.
    fn call(&mut self, id: u64, call: &CallExpr) {
        let is_operator =
            call.func_name.contains(['_', '@']) && !call.func_name.contains(char::is_alphanumeric);
        if is_operator || call.func_name.starts_with('@') {
            return;
        }
        let literal = |it: &IdedExpr| matches!(it.expr, Expr::Literal(_));
        let nothing =
            |it: &IdedExpr| if literal(it) { it.clone() } else { node(Expr::Literal(LiteralValue::Null)) };
        let is_namespaced = is_optional(call.target.as_deref());
        let probe = CallExpr {
            func_name: call.func_name.clone(),
            target: call
                .target
                .as_deref()
                .map(|it| Box::new(if is_namespaced { it.clone() } else { probed(call, it) })),
            args: call.args.iter().map(nothing).collect(),
        };
        match self.context.resolve(&node(Expr::Call(probe))) {
            Err(ExecutionError::UndeclaredReference(name)) => {
                self.say(id, format!("there is no function {:?}", name.as_str()));
            }
            Err(ExecutionError::FunctionError { function, message }) if call.args.iter().all(literal) => {
                self.say(id, refusal(&function, &message));
            }
            Ok(_) | Err(_) => {}
        }
    }
}

/// What is wrong with a text that a function does not take.
fn refusal(function: &str, message: &str) -> String {
    match function {
        "duration" => "this is no duration: write it as 90s, 5m or 1h30m".to_owned(),
        "timestamp" => "this is no time: write it as 2026-11-21T04:00:00Z".to_owned(),
        "matches" => {
            let why = message.lines().last().unwrap_or_default();
            format!("this is no regular expression: {}", why.trim_start_matches("error: "))
        }
        _ => format!("{function}: {}", message.lines().next().unwrap_or_default()),
    }
}

/// A pattern is tried on an empty text.
fn probed(call: &CallExpr, target: &IdedExpr) -> IdedExpr {
    if matches!(target.expr, Expr::Literal(_)) {
        return target.clone();
    }
    let is_pattern = call.func_name == "matches";
    let text = || LiteralValue::String(CelString::from(""));
    node(Expr::Literal(if is_pattern { text() } else { LiteralValue::Null }))
}

/// `optional.of(x)`: what looks like a name is a part of the name of the function.
fn is_optional_call(expr: &Expr) -> bool {
    matches!(expr, Expr::Call(call) if is_optional(call.target.as_deref()))
}

fn is_optional(target: Option<&IdedExpr>) -> bool {
    matches!(target.map(|it| &it.expr), Some(Expr::Ident(name)) if name == "optional")
}

fn node(expr: Expr) -> IdedExpr {
    IdedExpr { id: 0, expr }
}
