"""Tell how every pair of the scenes is judged and placed.

    python -m tests.clustering.enemies [KIND ...]

prints each pair with its log-odds and the evidence for it; the wrong ones are marked.
"""

import sys

from tests.clustering.enemy_scenes import scenes


def main(kinds: list[str]) -> None:
    """Print the pairs of some kinds, or of all."""
    pairs = failed = 0
    for scene in scenes():
        if kinds and scene.kind not in kinds:
            continue
        wrong = scene.wrong()
        pairs, failed = pairs + len(scene.pairs), failed + len(wrong)
        sys.stdout.write(f"{scene.kind}: {scene.name}\n")
        for pair in scene.pairs:
            mark = "WRONG" if pair in wrong else "right"
            sys.stdout.write(f"  {mark} {scene.told(pair)}\n")
    sys.stdout.write(f"{pairs - failed} of {pairs} pairs as they should be\n")


if __name__ == "__main__":
    main(sys.argv[1:])
