//! The function: keep the watermark, seal what it has passed.

use crate::{
    Config, Emitted, Heard,
    around::Around,
    lake::Lake,
    watermark::{Span, Watermark},
};
use chiron_events::{
    ClockTicked, Context, MetricsRecorded, ObservationLapsed, ObservationsSealed, WatermarkAdvanced,
};
use chiron_function::{About, Call, Effects, Failure, Function, Kind};
use chiron_model::{Lane, Timestamp};
use chiron_store::{ObjectStore, StateStore, StateWrite, pack, unpack};
use std::{collections::BTreeMap, sync::Arc};

/// Seals observations once the watermark has passed them.
pub struct Seal {
    config: Config,
    states: Arc<dyn StateStore>,
    objects: Arc<dyn ObjectStore>,
}

impl Seal {
    /// Keeps its watermarks in `states`; reads and writes observations in `objects`.
    #[must_use]
    pub fn new(config: Config, states: Arc<dyn StateStore>, objects: Arc<dyn ObjectStore>) -> Self {
        Self { config, states, objects }
    }

    /// Takes all news of one cluster in one lane at once.
    async fn take(&self, lane: &Lane, cluster: &str, news: &[&Heard]) -> Result<Effects<Emitted>, Failure> {
        let key = format!("seal#{lane}#{cluster}");
        let stored = self.states.load(std::slice::from_ref(&key)).await?.pop().flatten();
        let before: Watermark = match &stored {
            Some(stored) => unpack(&key, &stored.body)?,
            None => Watermark::default(),
        };
        let mut mark = before.clone();
        let mut is_last = false;
        for news in news {
            match news {
                Heard::Advanced(it) => {
                    mark.take(it);
                    is_last |= it.last;
                }
                Heard::Lapsed(it) => mark.look(it),
                Heard::Measured(_) => {}
            }
        }
        let mut effects = Effects::none();
        let mut outputs = Vec::new();
        if let Some(span) = mark.due(&self.config, is_last) {
            outputs = self.seal(lane, cluster, span, &mut effects).await?;
            outputs.extend(ticks(&lane.seal(), cluster, &mut mark, span.tick));
        }
        if lane.is_live()
            && let Some(at) = mark.tick()
        {
            outputs.extend(ticks(lane, cluster, &mut mark, at));
        }
        effects.outputs = outputs;
        if mark != before {
            let expected = stored.map(|it| it.version);
            effects.writes.push(StateWrite {
                key,
                expected,
                body: pack(&mark)?,
                expires_at: None,
                is_joined: false,
            });
        }
        Ok(effects)
    }

    /// Seals a span: each namespace of each portion with what it must know of the cluster around it.
    async fn seal(
        &self,
        lane: &Lane,
        cluster: &str,
        span: Span,
        effects: &mut Effects<Emitted>,
    ) -> Result<Vec<Emitted>, Failure> {
        let key = format!("around#{}#{cluster}", lane.seal());
        let stored = self.states.load(std::slice::from_ref(&key)).await?.pop().flatten();
        let before: Around = match &stored {
            Some(stored) => unpack(&key, &stored.body)?,
            None => Around::default(),
        };
        let mut around = before.clone();
        let lake = Lake { objects: self.objects.as_ref(), cluster, lane };
        let mut outputs = Vec::new();
        for portion in lake.portions(span).await? {
            for (namespace, section) in lake.seal(&portion, &mut around).await? {
                let sealed = ObservationsSealed {
                    cluster: cluster.to_owned(),
                    namespace,
                    from: portion.from,
                    until: portion.until,
                    section,
                    observations: Arc::default(),
                    around: Arc::default(),
                };
                outputs.push(Emitted::Sealed(lane.seal(), sealed));
            }
        }
        if around != before {
            let expected = stored.map(|it| it.version);
            let body = pack(&around)?;
            effects.writes.push(StateWrite { key, expected, body, expires_at: None, is_joined: false });
        }
        Ok(outputs)
    }
}

/// Samples of the live lane are given to the sealed one too; all others are there already.
fn pass_on(context: &Context, batch: &MetricsRecorded) -> Effects<Emitted> {
    if !context.lane.is_live() {
        return Effects::none();
    }
    Effects::send(vec![Emitted::Measured(context.lane.seal(), batch.clone())])
}

fn ticks(lane: &Lane, cluster: &str, mark: &mut Watermark, at: Timestamp) -> Vec<Emitted> {
    let tick = |namespace| ClockTicked { cluster: cluster.to_owned(), namespace, at };
    mark.active(at).into_iter().map(|namespace| Emitted::Ticked(lane.clone(), tick(namespace))).collect()
}

impl Function for Seal {
    const ABOUT: About = About {
        name: "seal",
        summary: "Keeps the watermark and puts observations in their true order once it has passed them.",
        kind: Kind::Function,
        state: "cluster",
        emits_many: true,
        live: true,
        sealed: true,
        permissions: &["s3:GetObject raw/*", "s3:ListBucket raw/*", "s3:PutObject observations/*"],
    };
    type Input = Heard;
    type Output = Emitted;

    async fn handle(&self, call: Call<Heard>) -> Result<Effects<Emitted>, Failure> {
        match &call.input {
            Heard::Advanced(WatermarkAdvanced { cluster, .. })
            | Heard::Lapsed(ObservationLapsed { cluster, .. }) => {
                self.take(&call.context.lane, cluster, &[&call.input]).await
            }
            Heard::Measured(batch) => Ok(pass_on(&call.context, batch)),
        }
    }

    async fn handle_all(&self, calls: Vec<Call<Heard>>) -> Vec<Result<Effects<Emitted>, Failure>> {
        let mut groups: BTreeMap<(Lane, String), Vec<(usize, &Heard)>> = BTreeMap::new();
        let mut results: Vec<Result<Effects<Emitted>, Failure>> = Vec::with_capacity(calls.len());
        for (index, call) in calls.iter().enumerate() {
            results.push(Ok(match &call.input {
                Heard::Advanced(WatermarkAdvanced { cluster, .. })
                | Heard::Lapsed(ObservationLapsed { cluster, .. }) => {
                    let place = (call.context.lane.clone(), cluster.clone());
                    groups.entry(place).or_default().push((index, &call.input));
                    Effects::none()
                }
                Heard::Measured(batch) => pass_on(&call.context, batch),
            }));
        }
        for ((lane, cluster), members) in groups {
            let (members, news): (Vec<usize>, Vec<&Heard>) = members.into_iter().unzip();
            let taken = self.take(&lane, &cluster, &news).await;
            for member in members.iter().skip(1) {
                results[*member] = match &taken {
                    Ok(_) => Ok(Effects::shared(members[0])),
                    Err(failure) if failure.is_final() => Err(Failure::rejected(failure.to_string())),
                    Err(failure) => Err(Failure::transient(failure.to_string())),
                };
            }
            results[members[0]] = taken;
        }
        results
    }
}
