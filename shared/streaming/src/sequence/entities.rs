//! Lives that go on: the last tokens of each entity.

use super::vocabulary::TokenId;
use chiron_model::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Entities that are remembered; the one that was silent for longest is forgotten first.
const MOST_ENTITIES: usize = 2000;

/// Entities by a hash of their name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub(super) struct Entities {
    /// Tokens that are remembered of each.
    depth: usize,
    lives: BTreeMap<u64, Life>,
    /// Names by the turn of their last step.
    turns: BTreeMap<u64, u64>,
    turn: u64,
}

/// What is remembered of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Life {
    /// Its last tokens, the newest at the end, without immediate repetitions. Never empty.
    pub recent: Vec<TokenId>,
    /// Time of its last step, in nanoseconds.
    at: i64,
    /// Steps it has taken.
    steps: u32,
    turn: u64,
}

/// How entities are written: the order of their turns follows from them.
#[derive(Serialize, Deserialize)]
struct Written {
    depth: usize,
    lives: BTreeMap<u64, Life>,
    turn: u64,
}

impl From<Written> for Entities {
    fn from(Written { depth, lives, turn }: Written) -> Self {
        let turns = lives.iter().map(|(name, life)| (life.turn, *name)).collect();
        Self { depth, lives, turns, turn }
    }
}

impl From<Entities> for Written {
    fn from(Entities { depth, lives, turns: _, turn }: Entities) -> Self {
        Self { depth, lives, turn }
    }
}

impl Life {
    /// The newest token.
    pub(super) fn newest(&self) -> Option<TokenId> {
        self.recent.last().copied()
    }

    /// Seconds since its last step; 0 when it was later than `now`.
    pub(super) fn silent_for(&self, now: Timestamp) -> f64 {
        now.seconds_since(Timestamp::from_nanos(self.at)).max(0.0)
    }
}

impl Entities {
    /// No entities, of which the last `depth` tokens are remembered.
    pub(super) fn new(depth: usize) -> Self {
        Self { depth, lives: BTreeMap::new(), turns: BTreeMap::new(), turn: 0 }
    }

    pub(super) fn get(&self, name: u64) -> Option<&Life> {
        self.lives.get(&name)
    }

    /// Adds a token to the life of an entity, which begins after the token `start` when it is new.
    pub(super) fn push(&mut self, name: u64, start: TokenId, token: TokenId, at: Timestamp) {
        self.turn += 1;
        let turn = self.turn;
        let born = Life { recent: vec![start], at: at.nanos(), steps: 0, turn };
        let life = self.lives.entry(name).or_insert(born);
        self.turns.remove(&life.turn);
        self.turns.insert(turn, name);
        life.turn = turn;
        life.at = life.at.max(at.nanos());
        life.steps = life.steps.saturating_add(1);
        if life.newest() != Some(token) {
            life.recent.push(token);
            let surplus = life.recent.len().saturating_sub(self.depth);
            life.recent.drain(..surplus);
        }
        if self.lives.len() > MOST_ENTITIES
            && let Some((_, oldest)) = self.turns.pop_first()
        {
            self.lives.remove(&oldest);
        }
    }

    /// Whether the numbers of all tokens are below `known`, no life is empty or too long, and turns can go on.
    pub(super) fn fits(&self, depth: usize, known: usize) -> bool {
        self.depth == depth
            && self.lives.len() <= MOST_ENTITIES
            && self.turns.len() == self.lives.len()
            && self.lives.values().all(|life| {
                let recent = &life.recent;
                (1..=depth).contains(&recent.len())
                    && recent.iter().all(|token| usize::from(*token) < known)
                    && life.turn <= self.turn
                    && self.turn < u64::MAX / 2
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entity_that_was_silent_for_longest_is_forgotten() {
        let mut entities = Entities::new(3);
        for (name, second) in (0_u64..).zip(0_i64..).take(MOST_ENTITIES + 1) {
            let at = Timestamp::from_secs(second);
            entities.push(name, 0, 1, at);
            entities.push(0, 0, 2, at);
        }

        assert_eq!(entities.lives.len(), MOST_ENTITIES);
        assert!(entities.get(0).is_some());
        assert!(entities.get(1).is_none());
    }

    #[test]
    fn only_the_last_tokens_are_remembered_and_repetitions_are_one() {
        let mut entities = Entities::new(3);
        for token in [1, 2, 2, 2, 3, 4, 4] {
            entities.push(7, 9, token, Timestamp::from_secs(1));
        }

        let life = entities.get(7).unwrap();
        assert_eq!(life.recent, [2, 3, 4]);
        assert_eq!(life.steps, 7);
    }

    #[test]
    fn a_late_step_does_not_turn_back_the_clock() {
        let mut entities = Entities::new(3);
        entities.push(7, 9, 1, Timestamp::from_secs(100));
        entities.push(7, 9, 2, Timestamp::from_secs(40));

        let silent = entities.get(7).unwrap().silent_for(Timestamp::from_secs(130));

        assert!((silent - 30.0).abs() < 1e-9, "{silent}");
    }
}
