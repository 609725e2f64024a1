"""Speed and accuracy of river's adaptive random forest: 10 trees, predict, then learn, one thread.

Without an argument the stream is made here: 10 features in 0..1, a class by a hyperplane that turns after half of the
10,000 rows, 5 % of the labels wrong; numbers from splitmix64 with seed 1, in the order features, then noise, so that
any language can make the same. With an argument it is a CSV file without a head: numbers, the last of them the class.

Prints a JSON object: name, features, samples_per_second, state_bytes, accuracy (prequential). Needs `pip install river`.
"""

import csv
import json
import pickle
import sys
import time

from river import forest

ROWS = 10_000
FEATURES = 10
NOISE = 0.05
MASK = (1 << 64) - 1


class SplitMix64:
    """Source: Steele, Lea and Flood, OOPSLA 2014."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def uniform(self) -> float:
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = ((self.state ^ (self.state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)


def made() -> list[tuple[dict[int, float], int]]:
    numbers = SplitMix64(1)
    stream = []
    for row in range(ROWS):
        if row % (ROWS // 2) == 0:
            weights = [numbers.uniform() for _ in range(FEATURES)]
        values = [numbers.uniform() for _ in range(FEATURES)]
        side = sum(value * weight for value, weight in zip(values, weights))
        label = int(side > sum(weights) / 2)
        if numbers.uniform() < NOISE:
            label = 1 - label
        stream.append((dict(enumerate(values)), label))
    return stream


def read(path: str) -> list[tuple[dict[int, float], int]]:
    with open(path, newline="", encoding="utf-8") as file:
        rows = [[float(cell) for cell in row] for row in csv.reader(file)]
    return [(dict(enumerate(row[:-1])), int(row[-1])) for row in rows]


stream = read(sys.argv[1]) if len(sys.argv) > 1 else made()
model = forest.ARFClassifier(n_models=10, seed=42)
right = 0
start = time.process_time()
for values, label in stream:
    right += model.predict_one(values) == label
    model.learn_one(values, label)
seconds = time.process_time() - start
figures = {
    "name": "river ARFClassifier, 10 trees",
    "features": len(stream[0][0]),
    "samples_per_second": len(stream) / seconds,
    "state_bytes": len(pickle.dumps(model)),
    "accuracy": right / len(stream),
}
print(json.dumps(figures))
