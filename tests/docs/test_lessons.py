"""The lessons: their code runs, links lead somewhere, and numbers are what we computed."""

import contextlib
import io
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from app.labs import tuning_order
from grader.paths import load_module
from grader.topics import TOPICS, Topic

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FIGURES = DOCS / "figures"
LESSONS = [topic.lesson for topic in TOPICS]
PAGES = [*LESSONS, "README.md", "Engine.md"]

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)]+)\)")
_MATH = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)


def read(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def prose(page: str) -> str:
    text = read(page)
    for pattern in (_BLOCK, _IMAGE, _MATH):
        text = pattern.sub(" ", text)
    return text


@pytest.fixture(autouse=True)
def one_torch_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def manual_tuning() -> ModuleType:
    return load_module(FIGURES / "manual_tuning.py", "tests_figures.manual_tuning")


@pytest.fixture(scope="module")
def grid_search() -> ModuleType:
    return load_module(FIGURES / "grid_search.py", "tests_figures.grid_search")


@pytest.fixture(scope="module")
def random_search() -> ModuleType:
    return load_module(FIGURES / "random_search.py", "tests_figures.random_search")


@pytest.fixture(scope="module")
def practical_guidelines() -> ModuleType:
    return load_module(FIGURES / "practical_guidelines.py", "tests_figures.practical_guidelines")


@pytest.fixture
def own_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the references stand in for what a learner wrote."""
    for topic in TOPICS:
        path = ROOT / "solutions" / f"{topic.module}.py"
        reference = load_module(path, f"tests_lessons.{topic.module}")
        monkeypatch.setitem(sys.modules, topic.module, reference)


@pytest.mark.usefixtures("own_modules")
@pytest.mark.parametrize("page", PAGES)
def test_code_blocks_run_in_order_and_print_what_the_page_says(page: str) -> None:
    # The quick start searches 100 times; two trials show that it runs.
    blocks = [(kind, text.replace("n_trials=100", "n_trials=2")) for kind, text in blocks_of(page)]
    assert [kind for kind, _ in blocks].count("python") >= 2
    names: dict[str, object] = {"__name__": "lesson"}
    for (kind, code), (next_kind, shown) in pairwise([*blocks, ("", "")]):
        if kind != "python":
            continue
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, f"docs/{page}", "exec"), names)
        assert printed.getvalue().strip(), "a block that prints nothing shows nothing"
        if next_kind == "text":
            assert printed.getvalue() == shown


def blocks_of(page: str) -> list[tuple[str, str]]:
    return _BLOCK.findall(read(page))


@pytest.mark.parametrize("page", LESSONS)
def test_a_prediction_is_checked_by_a_block_whose_output_is_shown(page: str) -> None:
    predict = read(page).split("## Predict, then run")[1].split("\n## ")[0]
    assert [kind for kind, _ in _BLOCK.findall(predict)] == ["python", "text"]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_a_lesson_has_its_parts_and_length(topic: Topic) -> None:
    text = read(topic.lesson)
    assert text.startswith(f"# {topic.title}\n")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert {"Predict, then run", "Try it", "Common bugs", "References"} <= set(headings)
    assert 600 <= len(re.findall(r"[A-Za-z][\w'-]*", prose(topic.lesson))) <= 1200
    assert 2 <= len(_IMAGE.findall(text)) <= 3
    assert "$$" in text
    lab = text.split("## Try it")[1].split("\n## ")[0]
    assert f"`/{topic.slug}`" in lab
    assert f"**{topic.menu_title}**" in lab
    assert "make play" in lab


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.module)
def test_each_task_names_a_section_of_its_lesson(topic: Topic) -> None:
    headings = re.findall(r"^## (.+)$", (DOCS / topic.lesson).read_text("utf-8"), re.MULTILINE)
    assert {task.name for task in topic.tasks if task.section not in headings} == set()


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_that_exist_or_to_the_web(page: str) -> None:
    targets = [*_LINK.findall(read(page)), *(source for _, source in _IMAGE.findall(read(page)))]
    assert targets
    for target in targets:
        assert target.startswith("https://") or (DOCS / target).is_file(), target


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_plain_markdown_that_every_viewer_shows(page: str) -> None:
    text = _BLOCK.sub(" ", read(page))
    assert not re.search(r"<!--|</?[a-z]+[ >]", text), "the app shows HTML as text"
    assert len(re.findall(r"^```", read(page), re.MULTILINE)) == 2 * len(blocks_of(page))
    assert _MATH.sub(" ", text).count("$") == 0, "a dollar sign without its partner"


@pytest.mark.parametrize("page", LESSONS)
def test_alternative_texts_are_sentences_and_captions_follow_the_images(page: str) -> None:
    images = _IMAGE.findall(read(page))
    for alt, source in images:
        assert len(alt.split()) >= 12, alt
        assert alt[0].isupper()
        assert alt.endswith(".")
        after = read(page).split(f"]({source})\n\n")[1].splitlines()[0]
        assert re.fullmatch(r"\*[^*].*\d.*\*", after), f"no caption with numbers under {source}"


def test_the_front_page_lists_the_lessons_of_the_registry() -> None:
    rows = re.findall(r"^\| (\d) \| (.+?) \| .+ \|$", read("README.md"), re.MULTILINE)
    assert rows == [(str(t.number), f"[{t.title}]({t.lesson})") for t in TOPICS]


def test_every_figure_is_drawn_by_the_script_and_shown_in_its_lesson() -> None:
    draw = load_module(FIGURES / "draw.py", "tests_figures.draw")
    drawn = {f"figures/{name}.svg" for name in draw.figures()}
    shown = {source for page in LESSONS for _, source in _IMAGE.findall(read(page))}
    assert drawn == shown == {f"figures/{path.name}" for path in FIGURES.glob("*.svg")}
    for source in shown:
        assert (DOCS / source).stat().st_size < 150_000


def test_a_figure_drawn_again_is_the_same_and_white_behind() -> None:
    draw = load_module(FIGURES / "draw.py", "tests_figures.draw")
    chart = draw.figures()["04-hit-chances"]
    first, second = draw.styled(chart()), draw.styled(chart())
    assert first == second
    assert first["background"] == "white"
    committed = (FIGURES / "04-hit-chances.svg").read_text(encoding="utf-8")
    marks = first["datasets"][first["layer"][0]["data"]["name"]]
    assert [mark["trials"] for mark in marks] == [20, 50, 59]
    for mark in marks:
        trials, chance = mark["label"].splitlines()
        assert trials in committed
        assert chance in committed


def test_lesson_2_tells_what_the_range_test_showed(manual_tuning: ModuleType) -> None:
    curve = manual_tuning.run_range_test()
    found = manual_tuning.suggestions(curve)
    text = read("02-Manual-Tuning.md")
    assert "suggest 0.076, 0.25 and 0.61" in text
    # Neighboring rates differ by 12%: another processor may round a tie to the other one.
    assert found["valley"] == pytest.approx(0.076, rel=0.15)
    assert found["minimum"] == pytest.approx(0.25, rel=0.15)
    assert found["steep"] == pytest.approx(0.61, rel=0.15)
    assert "a spread of 8 times" in text
    assert found["steep"] / found["valley"] == pytest.approx(8, rel=0.3)
    assert "the test ended itself after 93" in text
    assert 90 <= len(curve.losses) <= 96


def test_lesson_2_tells_what_a_missing_correction_does(manual_tuning: ModuleType) -> None:
    curve = manual_tuning.run_range_test()
    wrong = np.array(manual_tuning.uncorrected(curve.losses))
    text = read("02-Manual-Tuning.md")
    assert "The first loss is 2.37; without the correction its average is 0.047" in text
    assert curve.losses[0] == pytest.approx(2.37, abs=0.01)
    assert wrong[0] == pytest.approx(0.047, abs=0.001)
    stopped = int(np.argmax(wrong > 4 * np.minimum.accumulate(wrong))) + 1
    assert f"would end this test after {stopped} batches" in text
    assert '"minimum" would suggest 0.00001' in text
    lowest = manual_tuning.solution().suggest_lr(curve.lrs, wrong, "minimum")
    assert lowest == pytest.approx(1e-5)


def test_lesson_2_tells_what_the_landscape_holds(manual_tuning: ModuleType) -> None:
    epochs, steps = manual_tuning.ridge("epochs"), manual_tuning.ridge("steps")
    text = read("02-Manual-Tuning.md")
    assert "grows from 0.046 to 1.0 between batch sizes 8 and 256" in text
    assert (epochs.least[0], epochs.least[-1]) == (0.046, 1.0)
    assert (epochs.batches[0], epochs.batches[-1]) == (8, 256)
    assert "After 508 steps it is 0.046 for all of them" in text
    assert set(steps.least) == {0.046}
    assert "had the lowest validation loss at 1.0, and reached 95% accuracy from 0.22 on" in text
    at_32 = epochs.batches.index(32)
    assert (epochs.best[at_32], epochs.least[at_32]) == (1.0, 0.22)
    largest = [max(np.array(steps.lrs)[np.isfinite(column)]) for column in steps.loss.T]
    assert largest[0] < largest[-1]


def test_lesson_3_tells_how_learning_rate_and_depth_interact(grid_search: ModuleType) -> None:
    found = grid_search.interaction()
    text = read("03-Grid-Search.md")
    rates = [f"{found.best_lr(depth):g}" for depth in (1, 2, 3)]
    assert f"is {rates[0]} with one hidden layer, {rates[1]} with two and {rates[2]} with" in text
    best, stuck = found.best, found.one_setting_each()
    assert (best[1], stuck[1]) == (1, 3)
    assert f"One hidden layer with {best[0]:g} reaches {found.loss_of(*best):.3f}" in text
    assert f"at a loss of {found.loss_of(*stuck):.3f}" in text
    assert f"leads to {found.loss_of(*best):.3f}" in text
    worse, better = found.accuracy_of(*stuck), found.accuracy_of(*best)
    assert f"that is {worse:.1%} against {better:.1%}, on 337 validation images: three" in text
    assert round(337 * (better - worse)) == 3
    assert found.loss.size == 21


def test_lesson_3_tells_what_a_grid_costs(grid_search: ModuleType) -> None:
    count = grid_search.solution().grid_size
    text = read("03-Grid-Search.md")

    def size(choices: int, settings: int) -> int:
        n: int = count({f"h{i}": [0] * choices for i in range(settings)})
        return n

    assert f"4 settings make {size(3, 4)} combinations and 8 make {size(3, 8):,}" in text
    assert f"with 5 values each, 3 settings make {size(5, 3)}; with 10 values, 2 make 100" in text
    assert size(10, 2) == grid_search.LIMIT == 100
    assert f"from {size(3, 4)} combinations to {size(3, 5)}" in text
    assert 4**6 * 5 * 10 > 2 * 24 * 3600, "a sixth setting, at 10 seconds a training"


def test_lesson_3_tells_what_coarse_and_fine_grids_find(grid_search: ModuleType) -> None:
    coarse, fine = grid_search.coarse_to_fine()
    every = grid_search.recorded_rates()
    text = read("03-Grid-Search.md")
    (coarse_lr, coarse_loss), (fine_lr, fine_loss) = coarse.best, fine.best
    told = f"Coarse: {coarse_loss:.3f} at {coarse_lr:g}. Fine: {fine_loss:.3f} at {fine_lr:g}."
    assert told in text
    assert coarse.lrs == pytest.approx(np.geomspace(0.001, 10, 5))
    assert (len(coarse.lrs), len(fine.lrs), len(every.lrs)) == (5, 4, 13)
    assert every.best == fine.best
    even = grid_search.evenly_spaced()
    assert (even > 1).sum() == 8
    losses = dict(zip(every.lrs, every.losses, strict=True))
    assert all(np.isnan(loss) for lr, loss in losses.items() if lr >= 1)


def test_lesson_4_tells_what_grid_and_random_search_found(random_search: ModuleType) -> None:
    text = read("04-Random-Search.md")
    best = min(trial.loss for trial in random_search.grid_trials() if trial.loss == trial.loss)
    committed = (FIGURES / "04-grid-and-random.svg").read_text(encoding="utf-8")
    assert f"reaches {best:.3f}, nine random draws (seed 0) reach 0.090" in text
    assert f"best {best:.3f}" in committed
    assert "best 0.090" in committed
    wins = random_search.random_wins()
    assert f"Of 10,000 such searches, simulated on the recorded results, {wins:.0%} beat" in text


def test_lesson_4_tells_where_the_draws_fall(random_search: ModuleType) -> None:
    shares = random_search.decade_shares()
    text = read("04-Random-Search.md")
    told = [f"{share:.1%}" for share in shares["uniform"]]
    assert f"Uniform: {told[0]}, {told[1]}, {told[2]} and {told[3]}" in text
    assert f"{sum(shares['uniform'][:2]):.1%} in the lower two" in text
    assert shares["log-uniform"] == pytest.approx([0.25] * 4, abs=0.015)
    assert sum(shares["log-uniform"]) == pytest.approx(1)


def test_lesson_4_tells_the_chances_of_a_hit(random_search: ModuleType) -> None:
    ours = random_search.solution()
    text = read("04-Random-Search.md")
    assert f"50 trials give {ours.prob_hit(0.05, 50):.1%}" in text
    assert f"and {ours.trials_needed(0.05, 0.95)} are the fewest that give 95%" in text
    assert f"100 trials give {ours.prob_hit(0.01, 100):.1%}" in text


def test_lesson_7_tells_where_training_stopped(practical_guidelines: ModuleType) -> None:
    run = practical_guidelines.stopped()
    text = read("07-Practical-Guidelines.md")
    assert f"the lowest loss, {run.loss(run.best):.3f}, is at epoch {run.best}" in text
    assert run.best == run.lowest
    assert f"the stop comes at {run.stop}, and without it" in text
    assert run.stop == run.best + practical_guidelines.PATIENCE
    assert f"would rise to {run.loss(100):.3f} by epoch 100" in text
    at_best, at_end = run.history.val_score[run.best - 1], run.history.val_score[-1]
    assert f"{at_best:.1%} at epoch {run.best}, {at_end:.1%} at 100" in text
    start = practical_guidelines.stopped_start()
    kept = start.history.val_score[start.best - 1]
    assert f"stops after {start.stop} epochs, with the {kept:.1%} that all 100" in text
    assert start.history.val_score[-1] == pytest.approx(kept)


def test_lesson_7_tells_which_model_is_simple_enough(practical_guidelines: ModuleType) -> None:
    path = practical_guidelines.lasso_path()
    means, errors = path.scores.mean(axis=1), path.errors
    text = read("07-Practical-Guidelines.md")
    best, error = means[path.best], errors[path.best]
    assert f"The best mean, {best:.3f}, has {path.sizes[path.best]} coefficients" in text
    assert f"a standard error of {error:.3f}" in text
    assert f"above {best - error:.3f} has {path.sizes[path.chosen]}." in text
    assert means[path.chosen] >= best - error > means[path.chosen - 1]


def test_lesson_7_tells_what_a_budget_buys(practical_guidelines: ModuleType) -> None:
    text = read("07-Practical-Guidelines.md")
    found = practical_guidelines.by_budget(practical_guidelines.POOR_LR, (2, 27))
    assert f"from a start at {found.start:.1%}" in text
    small, large = zip(found.tuned, found.random, strict=True)
    assert f"halving reaches {small[0]:.1%} on average and random search {small[1]:.1%}" in text
    assert f"with 27 it is {large[0]:.1%} and {large[1]:.1%}" in text
    course = practical_guidelines.by_budget(0.001, (2, 9, 27))
    assert f"it has {course.start:.1%} already" in text
    assert max(*course.tuned, *course.random) < course.start


def test_lesson_7_tells_what_the_order_is_worth() -> None:
    text = read("07-Practical-Guidelines.md")
    first, last = (tuning_order.walk(order, 0.1) for order in tuning_order.ORDERS)
    assert f"accuracy is {first[0].score:.1%}" in text
    assert f"alone makes it {first[1].score:.1%}" in text
    assert f"add {100 * (first[-1].score - first[1].score):.1f} points" in text
    chosen = {stage.tuned: stage.value for stage in last}
    assert (chosen["depth"], chosen["width"]) == (1, 16)
    assert f"you end at {last[-1].score:.1%} and with a single layer of 16 units" in text
