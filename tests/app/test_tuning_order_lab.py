import numpy as np
import pytest

from app.charts.tuning_order import tuning_order
from app.labs import tuning_order as lab
from engine import landscape


def test_each_stage_takes_the_best_value_with_the_others_as_they_stand() -> None:
    axes = {"lr": (0.1, 0.2), "width": (8, 16, 32)}
    scores = np.array([[0.1, 0.9, 0.2], [0.3, 0.4, 0.5]])
    start = {"lr": 0.1, "width": 8}
    first, lr, width = lab._walk(axes, scores, start, ("lr", "width"))
    assert (first.tuned, first.value, first.score, first.trials) == ("", None, 0.1, 1)
    assert (lr.tuned, lr.value, lr.score, lr.trials) == ("lr", 0.2, 0.3, 2)
    assert (width.value, width.score, width.trials) == (32, 0.5, 4)
    # The other order ends elsewhere: the settings interact.
    _, width, lr = lab._walk(axes, scores, start, ("width", "lr"))
    assert (width.value, lr.value, lr.score) == (16, 0.1, 0.9)


def test_of_equal_values_the_one_at_hand_stays() -> None:
    axes = {"lr": (0.1, 0.2), "width": (8, 16)}
    (_, stage) = lab._walk(axes, np.full((2, 2), 0.5), {"lr": 0.2, "width": 16}, ("lr",))
    assert stage.value == 0.2


def test_a_walk_reads_the_recorded_accuracies() -> None:
    recorded = landscape.load("digits")
    stages = lab.walk("as advised", 0.1)
    config = {"lr": 0.1, "width": 128, "depth": 2, "batch_size": 32, "dropout": 0.0}
    config["weight_decay"] = 0.0
    for stage in stages:
        if stage.tuned:
            config[stage.tuned] = stage.value
        seeds = recorded.axes["seed"]
        scores = [recorded.score({**config, "seed": seed}, 20) for seed in seeds]
        assert stage.score == pytest.approx(np.nan_to_num(scores).mean())


def test_the_learning_rate_buys_nearly_everything_and_comes_first_for_a_reason() -> None:
    first, last = (lab.walk(order, 0.1) for order in lab.ORDERS)
    assert [stage.tuned for stage in first[1:]] == list(lab.STAGES["as advised"])
    assert first[1].score - first[0].score > 0.7
    assert 0 <= first[-1].score - first[1].score < 0.01
    assert first[-1].trials == last[-1].trials
    assert first[-1].score - last[-1].score > 0.005
    assert last[1].value == 16, "at the wrong rate the smallest network looks best"


def test_unknown_orders_and_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="`order` must be one of"):
        lab.walk("any", 0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="`lr` must be one of"):
        lab.walk("as advised", 0.2)


def test_every_rate_of_the_control_was_recorded() -> None:
    assert tuple(sorted(map(float, lab.LRS))) == landscape.load("digits").axes["lr"]


def test_the_caption_tells_what_the_rate_buys_and_what_the_rest() -> None:
    walks = {order: lab.walk(order, 0.1) for order in lab.ORDERS}
    assert tuning_order(walks).caption == (
        "As advised: from 15.7% the learning rate buys 81.6 points and the other five settings "
        "0.4, up to 97.7%. Learning rate last: from 15.7% the learning rate buys 0.6 points and "
        "the other five settings 80.2, up to 96.5%. After 18 trials each, the advised order ends "
        "1.2 points higher."
    )


def test_orders_that_end_alike_are_level() -> None:
    walks = {order: lab.walk(order, 0.003) for order in lab.ORDERS}
    caption = tuning_order(walks).caption
    assert "from 97.3% the learning rate buys 0.0 points" in caption
    assert caption.endswith("After 18 trials each, the advised order ends level.")


def test_the_table_tells_each_stage() -> None:
    rows = tuning_order({order: lab.walk(order, 0.1) for order in lab.ORDERS}).rows
    lr = rows[(rows.series == "as advised") & (rows.tuned == "lr")].iloc[0]
    assert (lr.stage, lr.chosen, lr["name"]) == (1, 0.003, "lr")
    assert lr.accuracy == pytest.approx(0.973, abs=5e-4)
