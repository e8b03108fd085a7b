"""Pull requests in, issues out: the only part of the grader that knows GitHub."""
