"""Standard output and error, on which nothing that a terminal or a runner obeys is printed."""

from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    RenderableType,
    RenderHook,
    RenderResult,
)
from rich.segment import Segment

from grader.harmless import in_a_log


class _Harmless:
    """What is about to be printed, without anything that a terminal or a runner would obey.

    It is looked at after it was broken into lines, because a line may begin anywhere then.
    """

    def __init__(self, renderable: RenderableType) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its pieces; colours and the like are ours and stay."""
        before = ""
        for piece in console.render(self._renderable, options):
            if piece.control:
                yield piece
                continue
            # A command may be made of several pieces.
            text = in_a_log(before + piece.text)[len(before) :]
            before = text[-2:]
            yield Segment(text, piece.style)


class _Guard(RenderHook):
    """Makes all that a console prints harmless."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        return [_Harmless(one) for one in renderables]


def _console(*, stderr: bool) -> Console:
    console = Console(stderr=stderr)
    console.push_render_hook(_Guard())
    return console


out = _console(stderr=False)
err = _console(stderr=True)


def warn(text: str, *, broken: bool = False) -> None:
    """A sentence on standard error, of what the user should know though all goes on.

    `broken` breaks it into lines of the terminal's width; a path in it could not be copied then.
    """
    err.print(text, style="yellow", markup=False, highlight=False, soft_wrap=not broken)
