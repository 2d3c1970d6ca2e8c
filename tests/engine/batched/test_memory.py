"""Ten thousand configurations take hardly more memory than a thousand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

# In a process of its own, since a peak is never forgotten; from /proc, since `getrusage` counts
# what the parent had at the moment of the fork.
SCRIPT = """
import json, re
from pathlib import Path
from engine import TrainConfig, data, train

def peak_mb():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

moons = data.load("moons", n=40)
configs = [TrainConfig(width=2, epochs=1, seed=seed) for seed in range(10_000)]
train(configs[:1000], moons, jobs=1)
before = peak_mb()
histories = train(configs, moons, jobs=1)
print(json.dumps({"grown": peak_mb() - before, "n": len(histories),
                  "n_distinct": len({history.val_loss[0] for history in histories})}))
"""


@pytest.mark.skipif(
    not Path("/proc/self/status").exists(),
    reason="reads a process's peak memory from /proc; run on Linux",
)
def test_memory_grows_with_the_chunk_and_not_with_the_population():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=300
    )
    found = json.loads(done.stdout)
    assert found["n"] == 10_000
    assert found["n_distinct"] > 9_900
    # The 9,000 further histories take about 11 MB. Were the networks and their buffers kept, the
    # 25 kB of each would add 250 MB.
    assert found["grown"] < 60
