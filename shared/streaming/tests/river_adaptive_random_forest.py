"""Tells the class of the rows of a CSV file by river's adaptive random forest, one row at a time: predict, then learn.

Call: river_adaptive_random_forest.py FILE, where FILE has rows of numbers without a head, the class last. Prints the
share of the rows that was told right.
"""

import csv
import sys

from river import forest


def main() -> None:
    trees = forest.ARFClassifier(n_models=10, seed=1)
    rows = right = 0
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        for *numbers, label in csv.reader(file):
            features = {place: float(number) for place, number in enumerate(numbers)}
            rows += 1
            right += trees.predict_one(features) == int(label)
            trees.learn_one(features, int(label))
    print(right / rows)


main()
