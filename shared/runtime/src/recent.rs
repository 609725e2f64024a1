//! A small memory in this process: spares asking the table about twins that come right after each other.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// The last keys and what is known of them.
pub(crate) struct Recent<V> {
    limit: usize,
    inner: Mutex<(HashMap<String, V>, VecDeque<String>)>,
}

impl<V: Clone> Recent<V> {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, inner: Mutex::default() }
    }

    pub(crate) fn get(&self, key: &str) -> Option<V> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).0.get(key).cloned()
    }

    pub(crate) fn put(&self, key: String, value: V) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let (values, order) = &mut *inner;
        if values.insert(key.clone(), value).is_none() {
            order.push_back(key);
        }
        while order.len() > self.limit {
            if let Some(oldest) = order.pop_front() {
                values.remove(&oldest);
            }
        }
    }

    /// Takes a value out; whoever puts it back puts it at the end.
    pub(crate) fn take(&self, key: &str) -> Option<V> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let value = inner.0.remove(key);
        if value.is_some() {
            inner.1.retain(|known| known != key);
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest() {
        let recent = Recent::new(2);
        for key in ["a", "b", "c"] {
            recent.put(key.to_owned(), 1);
        }

        assert_eq!((recent.get("a"), recent.get("c")), (None, Some(1)));
    }
}
