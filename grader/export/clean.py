"""Text that a submission may have had a hand in, fit for files and databases of others."""

from __future__ import annotations

import re

_REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def spelled_out(text: str) -> str:
    r"""Write the characters that XML 1.0 cannot hold as Python would, such as "\x1b".

    Databases refuse some of them too: NUL, and halves of surrogate pairs.
    """
    return _REFUSED.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
