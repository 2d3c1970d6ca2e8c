from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_diabetes, load_wine

from engine.data import from_table, load
from engine.data.limits import MIN_PER_CLASS
from engine.data.split import split_rows


def csv_of(frame, **options):
    return frame.to_csv(index=False, **options).encode()


def frame_of(n=80, seed=0, **columns):
    """Two classes, one number, and the columns given."""
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"size": rng.normal(size=n), **columns, "kind": np.arange(n) % 2})


def parts_of(data):
    return (data.x_train, data.x_val, data.x_test)


def rows_of(frame, target, seed=0, stratified=True):
    split_seed = int(np.random.SeedSequence(seed).generate_state(2)[1])
    return split_rows(frame[target].to_numpy(), seed=split_seed, stratified=stratified)


@pytest.mark.parametrize("seed", [0, 4])
def test_a_csv_of_wine_is_the_wine_that_load_gives(seed):
    frame = load_wine(as_frame=True).frame
    ours, expected = from_table(csv_of(frame), "target", seed=seed), load("wine", seed=seed)
    for got, want in zip(parts_of(ours), parts_of(expected), strict=True):
        np.testing.assert_allclose(got, want, atol=1e-6)
    np.testing.assert_array_equal(ours.y_test, expected.y_test)
    assert ours.feature_names == expected.feature_names
    assert ours.class_names == ("0", "1", "2")


def test_a_csv_of_diabetes_is_the_diabetes_that_load_gives():
    frame = load_diabetes(as_frame=True, scaled=False).frame
    ours, expected = from_table(csv_of(frame), "target"), load("diabetes")
    for got, want in zip(parts_of(ours), parts_of(expected), strict=True):
        np.testing.assert_allclose(got, want, atol=1e-6)
    np.testing.assert_allclose(ours.y_val, expected.y_val, atol=1e-6)
    assert ours.task == "regression"
    assert ours.target_mean == pytest.approx(expected.target_mean)
    assert ours.target_std == pytest.approx(expected.target_std)


def test_scikit_learns_own_pipeline_gives_the_same_inputs():
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    rng = np.random.default_rng(5)
    frame = frame_of(
        200,
        weight=np.where(rng.random(200) < 0.2, np.nan, rng.normal(size=200)),
        color=rng.choice(["red", "green", "blue"], 200),
    )
    rows = rows_of(frame, "kind")
    pipeline = make_pipeline(
        ColumnTransformer(
            [
                ("numbers", SimpleImputer(strategy="median"), ["size", "weight"]),
                ("levels", OneHotEncoder(), ["color"]),
            ]
        ),
        StandardScaler(),
    ).fit(frame.iloc[rows.train])
    data = from_table(csv_of(frame), "kind")
    assert data.feature_names == ("size", "weight", "color=blue", "color=green", "color=red")
    for part, which in zip(parts_of(data), (rows.train, rows.val, rows.test), strict=True):
        np.testing.assert_allclose(part, pipeline.transform(frame.iloc[which]), atol=1e-5)


def test_a_poisoned_validation_and_test_part_moves_no_training_input():
    n = 120
    rng = np.random.default_rng(1)
    frame = frame_of(
        n,
        weight=np.where(rng.random(n) < 0.3, np.nan, rng.normal(size=n)),
        color=rng.choice(["red", "green"], n),
        flat=np.ones(n),
        position=np.arange(n),
    )
    rows = rows_of(frame, "kind")
    poisoned = frame.copy()
    outside = np.concatenate([rows.val, rows.test])
    poisoned.loc[outside, ["size", "weight", "flat", "position"]] = 1e6
    poisoned.loc[outside, "color"] = [f"unseen {row}" for row in outside]
    clean, dirty = (from_table(csv_of(table), "kind") for table in (frame, poisoned))
    np.testing.assert_array_equal(dirty.x_train, clean.x_train)
    assert dirty.feature_names == clean.feature_names == ("size", "weight", "color=green",
                                                          "color=red")  # fmt: skip
    assert dirty.x_val[:, :2].min() > 1e5
    levels = dirty.x_test[:, 2:]
    # A level that training never saw is 0 before scaling, which is the lowest a level can be.
    np.testing.assert_allclose(levels, np.tile(clean.x_train[:, 2:].min(axis=0), (len(levels), 1)))


def test_a_poisoned_target_outside_the_training_part_does_not_move_the_unit():
    frame = load_diabetes(as_frame=True, scaled=False).frame
    rows = rows_of(frame, "target", stratified=False)
    poisoned = frame.copy()
    poisoned.loc[np.concatenate([rows.val, rows.test]), "target"] = 1e6
    clean, dirty = (from_table(csv_of(table), "target") for table in (frame, poisoned))
    assert (dirty.target_mean, dirty.target_std) == (clean.target_mean, clean.target_std)
    np.testing.assert_array_equal(dirty.y_train, clean.y_train)
    assert dirty.y_val.min() > 1e3


def test_the_treatments_are_told_in_sentences():
    n = 80
    frame = frame_of(
        n,
        age=np.where(np.arange(n) % 10 == 3, np.nan, np.arange(n) % 7),
        flat=np.full(n, 3),
        word=["same"] * n,
        person=[f"P-{row}" for row in range(n)],
        color=np.where(np.arange(n) % 3 == 0, None, "red"),
        index=np.arange(n),
        blank=[None] * n,
    )
    frame.loc[[4, 9], "kind"] = np.nan
    data = from_table(csv_of(frame), "kind")
    assert data.notes[:2] == (
        "Dropped 2 rows without a target.",
        "Target 'kind' holds 2 different whole numbers, taken as classes; choose regression if "
        "they are amounts.",
    )
    assert "Dropped 'flat', 'word': constant in the training part." in data.notes
    assert "Dropped 'index': it numbers the rows." in data.notes
    assert "Dropped 'blank': no value in the training part." in data.notes
    (person,) = (note for note in data.notes if "'person'" in note)
    assert person.startswith("Dropped 'person': more than 20 different texts in the training part")
    assert "Filled 8 missing values of 'age' with the median of the training part." in data.notes
    assert (
        "Turned text 'color' into 2 inputs, one for each level of the training part." in data.notes
    )
    assert len(data.notes) == 8
    assert data.feature_names == ("size", "age", "color=(missing)", "color=red")
    assert data.class_names == ("0", "1")


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"] * 40, "classification"),
        ([True, False] * 40, "classification"),
        ([0.0, 1.0] * 40, "classification"),
        ([0.5, 1.0] * 40, "regression"),
        (list(range(10)) * 8, "classification"),
        (list(range(40)) * 2, "regression"),
    ],
)
def test_auto_tells_classes_from_amounts(values, task):
    frame = frame_of(80, target=values)
    assert from_table(csv_of(frame), "target").task == task


def test_the_task_can_be_said():
    frame = frame_of(80, target=[1, 2] * 40)
    assert from_table(csv_of(frame), "target", task="regression").task == "regression"
    halves = frame_of(80, target=[0.5, 1.0] * 40)
    data = from_table(csv_of(halves), "target", task="classification")
    assert data.class_names == ("0.5", "1")
    assert not any("Target" in note for note in data.notes)


def test_text_classes_are_numbered_in_alphabetical_order():
    frame = frame_of(80, color=["red", "blue", "green", "blue"] * 20)
    data = from_table(csv_of(frame), "color")
    assert data.class_names == ("blue", "green", "red")
    assert np.bincount(np.concatenate([data.y_train, data.y_val, data.y_test])).tolist() == [
        40,
        20,
        20,
    ]


def test_a_path_an_open_file_and_bytes_give_the_same(tmp_path):
    content = csv_of(frame_of())
    path = tmp_path / "my sizes.csv"
    path.write_bytes(content)
    expected = from_table(content, "kind")
    assert expected.name == "table"
    upload = io.BytesIO(content)
    upload.name = "upload.csv"
    with path.open("rb") as binary, path.open(encoding="utf-8") as text:
        sources = {"my sizes": [path, str(path), binary, text], "upload": [upload, upload]}
        for name, same in sources.items():
            for source in same:
                data = from_table(source, "kind")
                assert data.name == name
                np.testing.assert_array_equal(data.x_train, expected.x_train)
    assert from_table(content, "kind", name="mine").name == "mine"


@pytest.mark.parametrize(
    "content",
    [
        csv_of(frame_of(), sep=";"),
        csv_of(frame_of(), sep="\t"),
        b"\xef\xbb\xbf" + csv_of(frame_of()),
        csv_of(frame_of(), lineterminator="\r\n"),
        b"\n\n" + csv_of(frame_of()).replace(b"size,kind", b' "size" , kind '),
    ],
    ids=["semicolons", "tabs", "byte order mark", "carriage returns", "spaces and blank lines"],
)
def test_other_dialects_give_the_same(content):
    expected, data = from_table(csv_of(frame_of()), "kind"), from_table(content, "kind")
    assert data.feature_names == ("size",)
    np.testing.assert_array_equal(data.x_train, expected.x_train)


def test_a_formula_is_a_text_like_any_other():
    formulas = ['=HYPERLINK("http://example.org")', "=1+1"] * 40
    data = from_table(csv_of(frame_of(80, cell=formulas)), "kind")
    assert data.feature_names[1:] == tuple(f"cell={text}" for text in sorted(set(formulas)))


def test_truth_values_are_numbers():
    data = from_table(csv_of(frame_of(80, open=[True, True, False, False] * 20)), "kind")
    assert data.feature_names == ("size", "open")
    assert len(np.unique(data.x_train[:, 1])) == 2


def test_a_column_without_a_name_gets_one():
    frame = frame_of(80, **{"": [3, 1, 2, 2] * 20})
    assert from_table(csv_of(frame), "kind").feature_names == ("size", "column 2")


def test_the_seed_decides_the_split_and_no_global_state_is_touched():
    before = np.random.get_state()[1].copy()
    content = csv_of(frame_of())
    first, again, other = (from_table(content, "kind", seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_train, other.x_train)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(MIN_PER_CLASS, 40), min_size=2, max_size=12),
    extra=st.integers(40, 60),
    seed=st.integers(0, 2**32 - 1),
)
def test_six_examples_put_a_class_in_all_three_parts(counts, extra, seed):
    y = np.repeat(np.arange(len(counts) + 1), [*counts, extra])
    rows = split_rows(y, seed=seed, stratified=True)
    for part in (rows.train, rows.val, rows.test):
        assert len(np.unique(y[part])) == len(counts) + 1
    assert sorted(np.concatenate([rows.train, rows.val, rows.test])) == list(range(len(y)))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_numbers_and_gaps_a_table_holds_its_inputs_are_finite(data):
    number = st.none() | st.floats(-1e6, 1e6, width=32) | st.integers(-9, 9)
    text = st.none() | st.sampled_from(["a", "b", "=c", "'", "é", '"q"', "x,y", "two\nlines"])
    columns = {
        name: data.draw(st.lists(cell, min_size=48, max_size=48))
        for name, cell in (("number", number), ("text", text))
    }
    frame = frame_of(48, **columns)
    made = from_table(csv_of(frame), "kind")
    for part in parts_of(made):
        assert np.isfinite(part).all()
    np.testing.assert_allclose(made.x_train.std(axis=0), 1, atol=1e-3)
    assert made.n_features == len(made.feature_names) == len(set(made.feature_names))
