//! From scores that are over the threshold to anomalies that begin, get worse and end.

mod onset;

use crate::cleaning::UsualStep;
use chiron_model::{Score, Timestamp};
use onset::Window;
use serde::{Deserialize, Serialize};
use std::time::Duration;

pub use onset::{Onset, OnsetOutOfRange};

/// How an anomaly begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dampening {
    /// So many of the last samples must be over.
    pub onset: Onset,
    /// It lasts at least so long after it was told.
    pub hold: Duration,
    /// It ends when no sample was over for so long; or, as unknown, when no sample came for so long.
    pub release: Duration,
    /// After its end none begins for so long, except one that is worse than the last.
    pub cooldown: Duration,
}

/// What happened to the anomaly of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Transition {
    /// Enough samples were over.
    Began {
        /// Time of the first of them.
        at: Timestamp,
    },
    /// What is left of the score to 1 is half of what was told last, or less.
    Worsened,
    /// It is over, or nobody knows.
    Ended {
        /// The first calm sample; or the last sample before the silence.
        at: Timestamp,
        /// How it ended.
        ending: Ending,
    },
}

/// How an anomaly ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// The samples were calm again.
    Calm,
    /// No samples came any more, or their clock was set back: whether it goes on is not known.
    Unknown,
}

/// An anomaly that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Spell {
    /// Nanoseconds since the epoch, as all times here, because texts would double a saved state.
    told_at: i64,
    calm_since: Option<i64>,
    /// Highest score that was told.
    told: f64,
}

/// What goes on in one series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dampener {
    dampening: Dampening,
    window: Window,
    step: UsualStep,
    last: Option<i64>,
    spell: Option<Spell>,
    /// Until when none begins, unless it scores worse than this.
    rest: Option<(i64, f64)>,
}

impl Dampener {
    /// A series without an anomaly.
    #[must_use]
    pub fn new(dampening: Dampening) -> Self {
        Self {
            dampening,
            window: Window::default(),
            step: UsualStep::default(),
            last: None,
            spell: None,
            rest: None,
        }
    }

    /// Goes on by another configuration.
    #[must_use]
    pub fn reconfigured(mut self, dampening: Dampening) -> Self {
        if dampening.onset != self.dampening.onset {
            self.window.clear();
        }
        self.dampening = dampening;
        self
    }

    /// Whether an anomaly goes on.
    #[must_use]
    pub fn is_ongoing(&self) -> bool {
        self.spell.is_some()
    }

    /// Takes the next sample: whether its score is over the threshold, and the score.
    ///
    /// A gap of more than 5 usual steps begins the count anew. After a silence that ended an anomaly, the sample itself
    /// counts for the next one.
    pub fn learn_one(&mut self, at: Timestamp, is_over: bool, score: Score) -> Option<Transition> {
        let ended = self.pass_time(at);
        self.last = Some(at.nanos());
        let enough = self.window.count(at, is_over, self.dampening.onset);
        if ended.is_some() {
            return ended;
        }
        match self.spell {
            Some(spell) => self.go_on(spell, at, is_over, score),
            None => enough.filter(|_| is_over).and_then(|first| self.begin(first, at, score)),
        }
    }

    /// Tells that it is `now`. Ends an anomaly as unknown when its series fell silent.
    pub fn advance(&mut self, now: Timestamp) -> Option<Transition> {
        let last = Timestamp::from_nanos(self.last?);
        let silence = now.seconds_since(last);
        self.spell.filter(|spell| self.is_silence(silence) && self.is_held(*spell, now))?;
        Some(self.end(last, now, Ending::Unknown))
    }

    /// What the time since the last sample does: it ends an anomaly, or begins the count anew.
    fn pass_time(&mut self, at: Timestamp) -> Option<Transition> {
        let last = Timestamp::from_nanos(self.last?);
        if at < last {
            self.window.clear();
            self.rest = None;
            return self.spell.is_some().then(|| self.end(last, at, Ending::Unknown));
        }
        let ended = self.advance(at);
        let interval = at.seconds_since(last);
        if self.step.is_gap(interval) {
            self.window.clear();
        }
        self.step.learn_one(interval);
        ended
    }

    fn begin(&mut self, first: Timestamp, at: Timestamp, score: Score) -> Option<Transition> {
        let is_resting =
            self.rest.is_some_and(|(until, told)| at.nanos() < until && !is_worse(score.value(), told));
        if is_resting {
            return None;
        }
        self.rest = None;
        self.spell = Some(Spell { told_at: at.nanos(), calm_since: None, told: score.value() });
        Some(Transition::Began { at: first })
    }

    fn go_on(&mut self, mut spell: Spell, at: Timestamp, is_over: bool, score: Score) -> Option<Transition> {
        if is_over {
            spell.calm_since = None;
            let is_worse = is_worse(score.value(), spell.told);
            if is_worse {
                spell.told = score.value();
            }
            self.spell = Some(spell);
            return is_worse.then_some(Transition::Worsened);
        }
        let calm_since = Timestamp::from_nanos(*spell.calm_since.get_or_insert(at.nanos()));
        self.spell = Some(spell);
        let is_released = at.seconds_since(calm_since) >= self.dampening.release.as_secs_f64();
        (is_released && self.is_held(spell, at)).then(|| self.end(calm_since, at, Ending::Calm))
    }

    /// Ends the anomaly at `at`, which is known `now`.
    fn end(&mut self, at: Timestamp, now: Timestamp, ending: Ending) -> Transition {
        self.window.clear();
        let told = self.spell.take().map_or(0.0, |it| it.told);
        self.rest = Some((now.plus(self.dampening.cooldown).nanos(), told));
        Transition::Ended { at, ending }
    }

    /// Whether the anomaly lasted as long as it must.
    fn is_held(&self, spell: Spell, now: Timestamp) -> bool {
        now.seconds_since(Timestamp::from_nanos(spell.told_at)) >= self.dampening.hold.as_secs_f64()
    }

    /// Whether so many seconds without a sample are a silence: longer than the release, and no usual step.
    fn is_silence(&self, seconds: f64) -> bool {
        let is_usual = self.step.seconds().is_some() && !self.step.is_gap(seconds);
        seconds >= self.dampening.release.as_secs_f64() && !is_usual
    }
}

/// Whether a score is so much worse that it must be told again.
fn is_worse(score: f64, told: f64) -> bool {
    score > told && 1.0 - score <= (1.0 - told) / 2.0
}
