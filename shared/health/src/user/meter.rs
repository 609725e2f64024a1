//! What an expression may cost: each loop, and each value that is put together, is paid for.
//!
//! CEL ends always, but loops inside loops and lists of lists can grow without bound. So the calls that loop or build
//! are wrapped, when an expression is read, in calls that take their price from what is left.

use super::{
    pattern::is_found,
    value::{keys, weight},
};
use cel::{
    Env, ExecutionError, Value,
    common::{
        ast::{CallExpr, EntryExpr, Expr, IdedExpr, operators},
        types::{CelBool, CelMap, CelString, DYN_TYPE, Type},
        value::{CowVal, StaticVal, Val},
    },
};
use std::{
    any::Any,
    mem,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// What one answer may cost: parts of objects that are looped over or copied.
pub(super) const BUDGET: u64 = 500_000;
/// The name under which it stands in the context of an expression. No user can write it.
pub(super) const FUEL: &str = "@fuel";
/// What it costs to look for a pattern, besides the text; it may have to be compiled.
const PATTERN: u64 = 100;

const ITEMS: &str = "@items";
const BUILT: &str = "@built";
const MATCHED: &str = "@matched";
/// The function of CEL in whose place that one is called.
const MATCHES: &str = "matches";

/// What is left to spend.
#[derive(Clone, Debug)]
pub(super) struct Fuel(Arc<AtomicU64>);

impl Fuel {
    pub(super) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(BUDGET)))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    fn spend(&self, price: u64) -> Result<(), ExecutionError> {
        let left = self.0.load(Ordering::Relaxed).saturating_sub(price);
        self.0.store(left, Ordering::Relaxed);
        if left == 0 { Err(too_dear()) } else { Ok(()) }
    }
}

fn too_dear() -> ExecutionError {
    ExecutionError::function_error("loop", format!("more than {BUDGET} steps"))
}

impl Val for Fuel {
    fn get_type(&self) -> &Type {
        &DYN_TYPE
    }

    fn cel_type() -> &'static Type {
        &DYN_TYPE
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }
}

impl StaticVal for Fuel {}

/// Declares the calls that take the price.
///
/// # Errors
/// When the names are taken.
pub(super) fn declare(env: &mut Env) -> Result<(), cel::DeclarationError> {
    env.add_overload(ITEMS, "items_paid", vec![DYN_TYPE, DYN_TYPE], items)?;
    env.add_overload(BUILT, "built_paid", vec![DYN_TYPE, DYN_TYPE], built)?;
    env.add_overload(MATCHED, "matched_paid", vec![DYN_TYPE, DYN_TYPE, DYN_TYPE], matched)
}

/// Wraps what loops or builds.
pub(super) fn meter(expr: &mut IdedExpr) {
    for part in parts(expr) {
        meter(part);
    }
    match &mut expr.expr {
        Expr::Comprehension(loops) => pay(&mut loops.iter_range, ITEMS),
        Expr::Call(call) if call.func_name == MATCHES => {
            let text = call.target.take().map(|it| *it);
            let arguments = text.into_iter().chain(mem::take(&mut call.args));
            call.args = [fuel(expr.id)].into_iter().chain(arguments).collect();
            MATCHED.clone_into(&mut call.func_name);
        }
        // What a loop itself adds to its result is paid for by its items.
        Expr::Call(call) if call.func_name == operators::ADD && !is_result(call.args.first()) => {
            pay(expr, BUILT);
        }
        Expr::List(list) if list.elements.len() > 1 => pay(expr, BUILT),
        Expr::Map(map) if !map.entries.is_empty() => pay(expr, BUILT),
        Expr::Call(_)
        | Expr::List(_)
        | Expr::Map(_)
        | Expr::Unspecified
        | Expr::Ident(_)
        | Expr::Literal(_)
        | Expr::Select(_)
        | Expr::Struct(_) => {}
    }
}

/// The parts of an expression.
pub(super) fn parts(expr: &mut IdedExpr) -> Vec<&mut IdedExpr> {
    match &mut expr.expr {
        Expr::Call(call) => call.target.as_deref_mut().into_iter().chain(call.args.iter_mut()).collect(),
        Expr::Comprehension(it) => {
            vec![&mut it.iter_range, &mut it.accu_init, &mut it.loop_cond, &mut it.loop_step, &mut it.result]
        }
        Expr::List(list) => list.elements.iter_mut().collect(),
        Expr::Map(map) => map.entries.iter_mut().flat_map(|it| of_entry(&mut it.expr)).collect(),
        Expr::Struct(it) => it.entries.iter_mut().flat_map(|it| of_entry(&mut it.expr)).collect(),
        Expr::Select(select) => vec![&mut *select.operand],
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
    }
}

fn of_entry(entry: &mut EntryExpr) -> Vec<&mut IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&mut field.value],
        EntryExpr::MapEntry(entry) => vec![&mut entry.key, &mut entry.value],
    }
}

fn is_result(expr: Option<&IdedExpr>) -> bool {
    matches!(expr.map(|it| &it.expr), Some(Expr::Ident(name)) if name.starts_with('@'))
}

fn pay(expr: &mut IdedExpr, function: &str) {
    let id = expr.id;
    let paid = mem::take(expr);
    let call = CallExpr { func_name: function.to_owned(), target: None, args: vec![fuel(id), paid] };
    *expr = IdedExpr { id, expr: Expr::Call(call) };
}

fn fuel(id: u64) -> IdedExpr {
    IdedExpr { id, expr: Expr::Ident(FUEL.to_owned()) }
}

fn items<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let range = built(arguments)?;
    let sorted = range.downcast_ref::<CelMap<'v>>().map(keys);
    Ok(sorted.map_or(range, CowVal::owned))
}

/// The second argument, paid for from the first.
fn built<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [fuel, value]: [CowVal<'b, 'v>; 2] =
        arguments.try_into().map_err(|_| ExecutionError::missing_argument_or_target())?;
    pay_for(fuel.as_ref(), || weight(value.as_ref()))?;
    Ok(value)
}

/// Whether the third argument is found in the second.
fn matched<'b, 'v>(arguments: Vec<CowVal<'b, 'v>>) -> Result<CowVal<'b, 'v>, ExecutionError> {
    let [fuel, text, pattern]: [CowVal<'b, 'v>; 3] =
        arguments.try_into().map_err(|_| ExecutionError::missing_argument_or_target())?;
    pay_for(fuel.as_ref(), || PATTERN + weight(text.as_ref()))?;
    let (Some(text), Some(pattern)) =
        (text.downcast_ref::<CelString<'v>>(), pattern.downcast_ref::<CelString<'v>>())
    else {
        let types = [&text, &pattern].map(|it| it.get_type().name().to_owned());
        return Err(ExecutionError::no_such_member_overload(MATCHES, types.to_vec()));
    };
    let is_found = is_found(pattern.inner(), text.inner());
    is_found
        .map(|it| CowVal::owned(CelBool::from(it)))
        .map_err(|it| ExecutionError::function_error(MATCHES, it))
}

fn pay_for(fuel: &dyn Val, price: impl FnOnce() -> u64) -> Result<(), ExecutionError> {
    let fuel =
        fuel.downcast_ref::<Fuel>().ok_or_else(|| ExecutionError::unsupported_target_type(Value::Null))?;
    // Loops take errors of their steps for answers, so what comes after the end must cost nothing.
    if fuel.is_spent() { Err(too_dear()) } else { fuel.spend(price()) }
}
