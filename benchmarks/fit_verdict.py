"""Fits the weights of clustering/verdict_weights.json on labelled pairs, and says what they reach on unseen groups.

    python -m benchmarks.fit_verdict DATA_DIR [--write --date YYYY-MM-DD]

Every figure that is printed or written, but for the rows named "fitted on all", is of groups that had no part in
the fit.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from benchmarks.corpus import read_corpus
from benchmarks.honest_figures import (
    PairFigures,
    fitted_on_half,
    judged,
    pairs_across_halves,
    streamed,
    streamed_across_corpora,
    streamed_across_halves,
)
from benchmarks.labelled_pairs import UNFITTED, fitted, labelled_pairs
from benchmarks.table import table
from clustering.evaluation import Figures
from clustering.verdict import Weights

WEIGHTS_FILE = Path(__file__).resolve().parents[1] / "clustering" / "verdict_weights.json"

_DIGITS = 4
"""Decimals kept of weights and figures: the fifth changes no verdict on the labelled pairs."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, measure, print, and write when asked to."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit_verdict", description=__doc__)
    parser.add_argument("data", type=Path, help="directory of the labelled corpus")
    parser.add_argument("--write", action="store_true", help="write the weights into the package")
    parser.add_argument("--date", type=date.fromisoformat, help="date to write beside the weights")
    given = parser.parse_args(arguments)
    if given.write and given.date is None:
        parser.error("--write needs --date")
    corpus = read_corpus(given.data)
    unfitted = labelled_pairs(corpus, UNFITTED)
    every, pairs = fitted(corpus, unfitted, {group.name for group in corpus.groups})
    weights = rounded(every)
    fits = fitted_on_half(corpus, unfitted)

    by_pairs = {
        "each half of the groups, fitted on the other": pairs_across_halves(corpus, fits),
        "fitted on all": judged(weights, pairs),
    }
    by_stream = {
        "each half of the groups, fitted on the other": streamed_across_halves(corpus, fits),
        **streamed_across_corpora(corpus, unfitted),
        **streamed(corpus, weights),
    }

    print(_pair_table(by_pairs), _stream_table(by_stream), _weights_table(weights), sep="\n\n")
    if given.write:
        WEIGHTS_FILE.write_text(_stored(weights, given.date, by_pairs, by_stream), encoding="utf-8")
        print(f"\nwritten: {WEIGHTS_FILE.name}")


def rounded(weights: Weights) -> Weights:
    """Return the weights as they are written."""
    return Weights(
        round(weights.intercept, _DIGITS),
        {name: round(weight, _DIGITS) for name, weight in weights.by_figure.items()},
    )


def _pair_table(figures: Mapping[str, PairFigures]) -> str:
    rows = [
        [name, f"{one['pairs']:,.0f}", *(f"{one[key]:.4f}" for key in ("accuracy", "precision", "recall"))]
        for name, one in figures.items()
    ]
    return table(["labelled pairs", "pairs", "accuracy", "precision", "recall"], rows)


def _stream_table(figures: Mapping[str, Figures]) -> str:
    rows = [
        [name, str(one.articles), f"{one.ari:.4f}", f"{one.pair_precision:.4f}", f"{one.pair_recall:.4f}"]
        for name, one in figures.items()
    ]
    return table(["whole stream through the clusterer", "labelled", "ari", "pair precision", "pair recall"], rows)


def _weights_table(weights: Weights) -> str:
    rows = [[name, f"{weight:.4f}"] for name, weight in weights.by_figure.items()]
    return table(["figure", "weight"], [["(intercept)", f"{weights.intercept:.4f}"], *rows])


def _stored(
    weights: Weights, fitted: date, by_pairs: Mapping[str, PairFigures], by_stream: Mapping[str, Figures]
) -> str:
    content = {
        "intercept": weights.intercept,
        "weights": weights.by_figure,
        "fitted": fitted.isoformat(),
        "figures": {
            "pairs": {name: {key: round(one[key], _DIGITS) for key in one} for name, one in by_pairs.items()},
            "stream": {
                name: {
                    "articles": one.articles,
                    "ari": round(one.ari, _DIGITS),
                    "pair_precision": round(one.pair_precision, _DIGITS),
                    "pair_recall": round(one.pair_recall, _DIGITS),
                }
                for name, one in by_stream.items()
            },
        },
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    main()
