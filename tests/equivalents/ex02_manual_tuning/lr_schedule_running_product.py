"""A plain loop that multiplies or adds, with a generator inside."""


def lr_schedule(low, high, n, mode="exp"):
    class BadArgument(ValueError):
        pass

    if low <= 0:
        raise BadArgument("low")
    if high <= low:
        raise BadArgument("high")
    if n <= 1:
        raise BadArgument("n")
    if mode == "exp":
        ratio = (high / low) ** (1 / (n - 1))

        def step(rate):
            return rate * ratio
    elif mode == "linear":
        gap = (high - low) / (n - 1)

        def step(rate):
            return rate + gap
    else:
        raise BadArgument("mode")

    def walk():
        rate = low
        for _ in range(n):
            yield rate
            rate = step(rate)

    return list(walk())
