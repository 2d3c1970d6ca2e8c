"""Places in the playground worth a visit, and what to look for there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.labs.playground import Setup, Source
from engine import TrainConfig

START = Setup(Source("moons"), TrainConfig(lr=1e-2, width=32, epochs=30))


@dataclass(frozen=True)
class Preset:
    """A place.

    Attributes:
        name: Its button's words.
        look_for: What to look for, with what to try next.
        setup: Where it is.
    """

    name: str
    look_for: str
    setup: Setup


def _preset(
    name: str, look_for: str, source: Source, n_seeds: int = 1, **changed: object
) -> Preset:
    config = replace(START.config, **changed)  # type: ignore[arg-type]
    return Preset(name, look_for, Setup(source, config, n_seeds))


PRESETS = (
    _preset(
        "Too large a learning rate",
        "One step down, and then the loss jumps about: steps of this size leap over the valley. "
        "Lower the rate notch by notch. At 0.5 it trains; one notch too many is all it takes.",
        Source("moons"),
        optimizer="momentum",
        lr=1.0,
    ),
    _preset(
        "Overfitted spirals",
        "Training loss keeps falling while validation loss turns round near epoch 40 and ends "
        "four times as high: from there on the network learns the noise. Look at the islands on "
        "the plane, then try weight decay, a smaller network, fewer epochs, or other seeds.",
        Source("spirals", n=300, noise=0.1),
        depth=3,
        width=64,
        epochs=200,
    ),
    _preset(
        "Dropout that hurts",
        "Eight units have nothing to spare: half of them silenced costs some ten points, with "
        "other seeds up to thirty. Pin this run, set dropout to 0, and pin again. With 128 units "
        "the same dropout costs nothing.",
        Source("digits"),
        width=8,
        dropout=0.5,
        epochs=20,
    ),
    _preset(
        "Large batch, larger rate",
        "Four steps an epoch at this rate lead almost nowhere. Raise the learning rate to 1, ten "
        "times as much, and the same ten epochs reach 95%. Then go back to batches of 16.",
        Source("digits"),
        optimizer="sgd",
        batch_size=256,
        lr=0.1,
        epochs=10,
    ),
    _preset(
        "No line parts xor",
        "Without a hidden layer the boundary is a straight line, and it guesses. No learning rate "
        "helps: this is what the network can say, not how it is trained. Add one hidden layer.",
        Source("xor"),
        depth=0,
    ),
    _preset(
        "Zero weights",
        "All units of a layer answer alike and stay alike, and the layers below hear nothing: it "
        "guesses for ever. Choose any other initialization. Then take every hidden layer away: "
        "without one, zeros are as good a start as any.",
        Source("moons"),
        init="zeros",
    ),
    _preset(
        "Seeds disagree",
        "Five seeds, one setting, and scores from 65% to 94%: three units are just enough, with "
        "luck. Read any difference smaller than this band as chance. What width makes it narrow?",
        Source("circles"),
        n_seeds=5,
        depth=1,
        width=3,
        epochs=60,
    ),
)


def look_for(setup: Setup) -> str | None:
    """What to look for, where a setup is a preset's."""
    return next((preset.look_for for preset in PRESETS if preset.setup == setup), None)
