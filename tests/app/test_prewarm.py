import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from app import prewarm

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import gc, json, sys
from streamlit import config
from app.prewarm import warm
options = ["runner.postScriptGC", "server.address", "browser.gatherUsageStats",
           "server.showEmailPrompt", "client.toolbarMode", "global.minCachedMessageSize"]
before = sorted(name for name in ("torch", "sklearn", "optuna") if name in sys.modules)
warm()
print(json.dumps({
    "options": {name: config.get_option(name) for name in options},
    "before": before,
    "loaded": sorted(name for name in ("torch", "sklearn", "optuna") if name in sys.modules),
    "slow": sorted(name for name in ("torch._dynamo", "sympy") if name in sys.modules),
    "frozen": gc.get_freeze_count(),
}))
"""


@pytest.fixture(scope="module")
def warmed() -> dict[str, object]:
    """What a fresh process in the project's folder reads and holds after warming up."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_streamlit_reads_the_options_that_keep_moves_quick_local_and_whole(
    warmed: dict[str, object],
) -> None:
    assert warmed["options"] == {
        "runner.postScriptGC": False,
        "server.address": "127.0.0.1",
        "browser.gatherUsageStats": False,
        "server.showEmailPrompt": False,
        "client.toolbarMode": "minimal",
        "global.minCachedMessageSize": 1e12,
    }


def test_nothing_heavy_is_imported_until_the_warm_up(warmed: dict[str, object]) -> None:
    assert warmed["before"] == []
    assert warmed["loaded"] == ["optuna", "sklearn", "torch"]


def test_nothing_that_is_trained_here_loads_the_compiler(warmed: dict[str, object]) -> None:
    assert warmed["slow"] == []  # a second of imports, for which the first chart would wait


def test_the_collector_is_frozen_after_the_warm_up(warmed: dict[str, object]) -> None:
    assert isinstance(warmed["frozen"], int)
    assert warmed["frozen"] > 100_000


def test_no_font_or_image_of_the_theme_comes_from_elsewhere() -> None:
    text = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "://" not in text
    assert "fontFaces" not in tomllib.loads(text)["theme"]


def test_the_page_that_began_the_warm_up_gets_a_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    monkeypatch.setattr(prewarm.time, "sleep", done.append)
    monkeypatch.setattr(prewarm, "warm", lambda: done.append("warm"))
    prewarm.start().join()
    assert done == [prewarm.HEAD_START, "warm"]
