# expected_best -> failed: expected_best
del expected_best
