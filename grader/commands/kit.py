"""What maintainers type to hand out the course: `kit build`."""

from __future__ import annotations

from pathlib import Path

import click

from grader import kit_build
from grader.kit import KitError


@click.group("kit")
def kit_group() -> None:
    """Make the learner's kit.

    \b
    Example:
      hyperlings kit build hyperlings-kit --zip
    """


@kit_group.command("build")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--zip", "zipped", is_flag=True, help="Write DIR.zip as well.")
def build_command(folder: Path, zipped: bool) -> None:
    """Write the learner's kit into the folder DIR.

    It holds exercises, their visible checks, lessons, the sandbox, and the grader without
    solutions, hidden checks and misconceptions; every build is searched for traces of those.

    \b
    Examples:
      hyperlings kit build hyperlings-kit
      hyperlings kit build hyperlings-kit --zip
    """
    try:
        kit_build.build(folder, step=lambda doing: click.echo(f"{doing} ...", err=True))
        archive = folder.absolute().with_name(f"{folder.absolute().name}.zip")
        if zipped:
            kit_build.pack(folder.absolute(), archive)
    except (KitError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(
            f"{error.filename or folder} cannot be read or written ({error.strerror})."
        ) from None
    count = sum(path.is_file() for path in folder.rglob("*"))
    click.echo(f"{folder} holds {count} files, and none of them gives an answer away.")
    if zipped:
        click.echo(f"{archive} holds the same.")
    click.echo(f"Try it: cd {folder} && make play")
