"""A real Dask cluster of processes, for as long as its standard input stays open.

It is a program of its own, so that its threads and its processes end with it.
"""

from __future__ import annotations

import json
import logging
import sys


def main() -> None:
    """Start workers, tell their address and process ids, wait."""
    from distributed import LocalCluster

    n_workers, threads = int(sys.argv[1]), int(sys.argv[2])
    cluster = LocalCluster(
        n_workers=n_workers,
        threads_per_worker=threads,
        processes=True,
        dashboard_address=None,
        memory_limit=0,
        silence_logs=logging.CRITICAL,
    )
    told = {
        "address": cluster.scheduler_address,
        "pids": [nanny.pid for nanny in cluster.workers.values()],
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    cluster.close()


if __name__ == "__main__":
    main()
