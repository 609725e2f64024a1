"""Speed of river's half-space trees: 25 trees of depth 8, score and learn, one thread.

Prints a JSON object a line: name, features, samples_per_second, state_bytes. Needs `pip install river`.
"""

import json
import pickle
import random
import time

from river import anomaly, compose, preprocessing

ROWS = 5_000
ROUNDS = 3


def rows(features: int) -> list[dict[int, float]]:
    numbers = random.Random(1)
    return [{name: numbers.random() for name in range(features)} for _ in range(ROWS)]


def trees() -> anomaly.HalfSpaceTrees:
    return anomaly.HalfSpaceTrees(n_trees=25, height=8, window_size=250, seed=1)


def scaled() -> compose.Pipeline:
    return compose.Pipeline(preprocessing.MinMaxScaler(), trees())


def measure(name: str, make, features: int) -> None:
    data = rows(features)
    best = float("inf")
    for _ in range(ROUNDS):
        model = make()
        model.learn_one(data[0])  # The trees are built with the first row; that is not timed.
        start = time.process_time()
        for row in data:
            model.score_one(row)
            model.learn_one(row)
        best = min(best, time.process_time() - start)
    figures = {
        "name": name,
        "features": features,
        "samples_per_second": ROWS / best,
        "state_bytes": len(pickle.dumps(model)),
    }
    print(json.dumps(figures), flush=True)


measure("river HST 25x8", trees, 1)
measure("river HST 25x8", trees, 10)
measure("river HST 25x8, MinMaxScaler", scaled, 10)
