"""Scores the rows of a CSV file with river's half-space trees, one row at a time: score, then learn.

Call: river_half_space_trees.py FILE FORESTS, where FILE has a head and rows of numbers in 0..=1. Prints one score per
row, the mean of so many forests with seeds from 1.
"""

import csv
import sys

from river import anomaly


def main() -> None:
    forests = [
        anomaly.HalfSpaceTrees(n_trees=25, height=8, window_size=250, seed=1 + number)
        for number in range(int(sys.argv[2]))
    ]
    with open(sys.argv[1], newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            sample = {name: float(value) for name, value in row.items()}
            print(sum(forest.score_one(sample) for forest in forests) / len(forests))
            for forest in forests:
                forest.learn_one(sample)


main()
