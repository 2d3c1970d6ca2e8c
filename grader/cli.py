"""The `hyperlings` command. Each verb's module is loaded when the verb is used."""

from __future__ import annotations

from importlib import import_module

import click

from grader.paths import solutions_dir

# verb -> (module in grader.commands, attribute, what `hyperlings --help` says)
_VERBS = {
    "check": ("learn", "check_command", "Run the checks of everything, a topic or a task."),
    "hint": ("learn", "hint_command", "Show the next hint for a task."),
    "progress": ("learn", "progress_command", "Show where each task stands."),
    "reset": ("learn", "reset_command", "Put a topic's exercise back to its start."),
    "play": ("play", "play_command", "Open the sandbox."),
    "grade": ("grade", "grade_command", "Grade submissions."),
    "export": ("export", "export_group", "Write grades as other systems take them."),
    "doctor": ("doctor", "doctor_command", "Tell how well this machine isolates submissions."),
    "regrade": ("regrade", "regrade_command", "Grade again, and list every mark that changed."),
    "nbgrader": ("build", "nbgrader_group", "Build nbgrader courses."),
    "kit": ("kit", "kit_group", "Build the learner's kit."),
    "sync": ("build", "sync_command", "Write what is generated from solutions/."),
}
_FULL_CHECKOUT = frozenset(
    {"grade", "regrade", "export", "nbgrader", "kit"}
)  # take solutions or hidden checks


class _Verbs(click.Group):
    """A group that imports a verb's module only when that verb is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [verb for verb in _VERBS if verb not in _FULL_CHECKOUT or solutions_dir().is_dir()]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        if cmd_name not in self.list_commands(ctx):
            raise click.ClickException(
                f"This is a learner's kit, and `hyperlings {cmd_name}` needs a full checkout: the "
                "solutions and hidden checks that it takes are not here."
            )
        module, attribute, _ = _VERBS[cmd_name]
        command: click.Command = getattr(import_module(f"grader.commands.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(verb, _VERBS[verb][2]) for verb in self.list_commands(ctx)])


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hyperlings")
def main() -> None:
    """Learn hyperparameter tuning: exercises that check themselves, and a sandbox.

    \b
    Examples:
      hyperlings play                            open the sandbox
      hyperlings check smooth                    run the checks of one task
      hyperlings hint smooth                     ask for a hint
      hyperlings grade submissions/ --out marks  grade a folder
    """
