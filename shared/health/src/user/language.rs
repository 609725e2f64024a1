//! The language of conditions: CEL, with `age` and `condition` for what objects of Kubernetes have.

use super::meter;
use cel::{
    Env,
    common::{
        ast::{CallExpr, ComprehensionExpr, Expr, IdedExpr, ListExpr, LiteralValue, SelectExpr, operators},
        types::CelBool,
    },
    parser::{Macro, MacroExprHelper},
};
use std::sync::{Arc, LazyLock};

/// The object that a rule looks at.
pub(super) const OBJECT: &str = "object";
/// The time of the look.
pub(super) const NOW: &str = "now";
/// The pods of the object, when it owns some.
pub(super) const PODS: &str = "pods";

/// The environment of all expressions.
pub(super) static LANGUAGE: LazyLock<Arc<Env>> = LazyLock::new(|| {
    let mut env = Env::stdlib();
    // None of these names is taken; if one were, its calls would be told as unknown when a rule is read.
    let _ = meter::declare(&mut env);
    let _ = env.add_macro(Macro::global("age", 1, |nodes, _, arguments| Ok(age(nodes, arguments))));
    let _ =
        env.add_macro(Macro::global("condition", 2, |nodes, _, arguments| Ok(condition(nodes, arguments))));
    Arc::new(env)
});

type Nodes<'a> = MacroExprHelper<'a>;

/// `age(x)` is `now - timestamp(x.metadata.creationTimestamp)`.
fn age(nodes: &mut Nodes<'_>, arguments: &mut Vec<IdedExpr>) -> Option<IdedExpr> {
    let object = arguments.pop()?;
    let created = field(nodes, object, &["metadata", "creationTimestamp"]);
    let created = call(nodes, "timestamp", vec![created]);
    let now = nodes.next_expr(Expr::Ident(NOW.to_owned()));
    Some(call(nodes, operators::SUBSTRACT, vec![now, created]))
}

/// `condition(x, t)` is `x.status.conditions.filter(c, c.type == t)[0]`.
fn condition(nodes: &mut Nodes<'_>, arguments: &mut Vec<IdedExpr>) -> Option<IdedExpr> {
    const ITEM: &str = "@condition";
    const RESULT: &str = "@result";
    let wanted = arguments.pop()?;
    let object = arguments.pop()?;
    let ident = |nodes: &mut Nodes<'_>, name: &str| nodes.next_expr(Expr::Ident(name.to_owned()));
    let list = |nodes: &mut Nodes<'_>, items| nodes.next_expr(Expr::List(ListExpr::new(items)));
    let item = ident(nodes, ITEM);
    let kind = field(nodes, item, &["type"]);
    let is_wanted = call(nodes, operators::EQUALS, vec![kind, wanted]);
    let item = ident(nodes, ITEM);
    let one = list(nodes, vec![item]);
    let result = ident(nodes, RESULT);
    let longer = call(nodes, operators::ADD, vec![result, one]);
    let result = ident(nodes, RESULT);
    let all = ComprehensionExpr {
        iter_range: field(nodes, object, &["status", "conditions"]),
        iter_var: ITEM.to_owned(),
        iter_var2: None,
        accu_var: RESULT.to_owned(),
        accu_init: list(nodes, Vec::new()),
        loop_cond: nodes.next_expr(Expr::Literal(LiteralValue::Boolean(CelBool::from(true)))),
        loop_step: call(nodes, operators::CONDITIONAL, vec![is_wanted, longer, result]),
        result: ident(nodes, RESULT),
    };
    let all = nodes.next_expr(Expr::Comprehension(Box::new(all)));
    let first = nodes.next_expr(Expr::Literal(LiteralValue::Int(0.into())));
    Some(call(nodes, operators::INDEX, vec![all, first]))
}

fn field(nodes: &mut Nodes<'_>, object: IdedExpr, path: &[&str]) -> IdedExpr {
    path.iter().fold(object, |operand, field| {
        let select = SelectExpr { operand: Box::new(operand), field: (*field).to_owned(), test: false };
        nodes.next_expr(Expr::Select(select))
    })
}

fn call(nodes: &mut Nodes<'_>, function: &str, arguments: Vec<IdedExpr>) -> IdedExpr {
    let call = CallExpr { func_name: function.to_owned(), target: None, args: arguments };
    nodes.next_expr(Expr::Call(call))
}
