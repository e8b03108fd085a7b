"""Who calls `Grader.grade`: one process, several, a cluster. Each an iterator of results."""
