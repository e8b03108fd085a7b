"""stub"""


def render_html() -> None: ...
