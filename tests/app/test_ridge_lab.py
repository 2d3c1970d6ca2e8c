import numpy as np
import pytest

from app.labs import ridge
from engine.config import TrainConfig
from engine.landscape import Landscape


def small(scores: np.ndarray) -> Landscape:
    """Two rates, two batch sizes, two seeds, one epoch."""
    return Landscape(
        data="digits",
        n_train=64,
        n_val=100,
        base=TrainConfig(),
        axes={"seed": (0, 1), "lr": (0.1, 1.0), "batch_size": (8, 64)},
        epochs=np.ones((2, 2, 2), dtype=np.int64),
        val_score=scores[..., None],
        val_loss=np.zeros((2, 2, 2, 1), dtype=np.float32),
    )


def test_scores_are_means_over_seeds_and_a_diverged_run_counts_zero() -> None:
    # axes: seed, lr, batch size
    scores = np.array([[[0.8, 0.2], [np.nan, 0.6]], [[0.6, 0.4], [0.5, 0.8]]])
    found = ridge.ridge(small(scores), "epochs", 1)
    np.testing.assert_allclose(found.scores, [[0.7, 0.3], [0.25, 0.7]])
    np.testing.assert_array_equal(found.best, [0, 1])


def test_the_recorded_ridge_is_diagonal_after_equally_many_epochs() -> None:
    recorded = ridge.landscape()
    found = ridge.ridge(recorded, "epochs", ridge.amounts(recorded, "epochs")[-1])
    best = found.lrs[found.best]
    assert best[-1] >= 5 * best[0]
    assert np.corrcoef(np.log(found.batch_sizes), np.log(best))[0, 1] > 0.8


@pytest.mark.parametrize("budget", ridge.BUDGETS)
def test_every_amount_on_offer_can_be_shown(budget: ridge.Budget) -> None:
    recorded = ridge.landscape()
    amounts = ridge.amounts(recorded, budget)
    assert amounts
    for amount in amounts:
        found = ridge.ridge(recorded, budget, amount)
        assert found.scores.shape == (len(found.lrs), len(found.batch_sizes))
        assert ((found.scores >= 0) & (found.scores <= 1)).all()


def test_the_learning_rate_alone_is_told_from_the_smallest_to_divergence() -> None:
    recorded = ridge.landscape()
    found = ridge.learning_rate_alone(recorded, batch_size=32)
    column = list(recorded.axes["batch_size"]).index(32)
    mean = np.nan_to_num(recorded.after_epochs(20)[:, column]).mean(axis=-1)
    assert found.best[1] == pytest.approx(mean.max())
    assert found.smallest == pytest.approx((recorded.axes["lr"][0], mean[0]))
    assert f"{found.best[1]:.1%} with {found.best[0]:.2g}" in found.sentence
    with pytest.raises(ValueError, match="got batch_size=7"):
        ridge.learning_rate_alone(recorded, batch_size=7)
