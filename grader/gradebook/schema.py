"""The gradebook's tables, version by version."""

import sqlite3
from collections.abc import Iterator

APPLICATION_ID = 0x67726164  # "grad": tells a gradebook from other programs' SQLite files

# As `AssignmentResult.handed_in` has it; kept by SQLite itself, so it cannot drift from `result`.
_SCORES_OF_RESULT = """
    SELECT {id}, json_extract(value, '$.id'), json_extract(value, '$.score'),
        json_extract(value, '$.score') > 0
        OR json_extract(value, '$.verdict') NOT IN ('not_implemented', 'skipped')
"""

_DIGESTS_OF_RESULT = """NEW.id, json_extract(value, '$.digest'),
        coalesce(json_extract(value, '$.judged_by'), NEW.checks)"""

MIGRATIONS = (
    """
    CREATE TABLE attempts (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member TEXT NOT NULL,
        member_folded TEXT NOT NULL,  -- as keys are compared
        digest TEXT NOT NULL,         -- of the submission
        checks TEXT NOT NULL,         -- digest of the hidden tests
        "commit" TEXT,
        graded_at TEXT NOT NULL,
        submitted_at TEXT,
        result TEXT NOT NULL          -- the JSON, version 1
    );
    CREATE UNIQUE INDEX attempts_once
        ON attempts (member_folded, digest, checks, coalesce("commit", ''));
    CREATE TRIGGER attempts_are_not_changed BEFORE UPDATE ON attempts
        BEGIN SELECT raise(ABORT, 'attempts are never changed'); END;
    CREATE TRIGGER attempts_are_not_deleted BEFORE DELETE ON attempts
        BEGIN SELECT raise(ABORT, 'attempts are never deleted'); END;
    """,
    f"""
    CREATE TABLE scores (             -- an index of the results, so that reports read little
        attempt INTEGER NOT NULL REFERENCES attempts,
        assignment TEXT NOT NULL,
        score REAL NOT NULL,
        handed_in INTEGER NOT NULL,
        PRIMARY KEY (attempt, assignment)
    ) WITHOUT ROWID;
    INSERT INTO scores {_SCORES_OF_RESULT.format(id="attempts.id")}
        FROM attempts, json_each(attempts.result, '$.assignments');
    CREATE TRIGGER scores_follow_attempts AFTER INSERT ON attempts BEGIN
        INSERT INTO scores {_SCORES_OF_RESULT.format(id="NEW.id")}
            FROM json_each(NEW.result, '$.assignments');
    END;
    CREATE TABLE overrides (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        member TEXT NOT NULL,
        assignment TEXT NOT NULL,
        score REAL,                   -- NULL: takes back what was set before
        reason TEXT NOT NULL,
        by TEXT NOT NULL,
        at TEXT NOT NULL
    );
    CREATE TRIGGER overrides_are_not_changed BEFORE UPDATE ON overrides
        BEGIN SELECT raise(ABORT, 'overrides are never changed'); END;
    CREATE TRIGGER overrides_are_not_deleted BEFORE DELETE ON overrides
        BEGIN SELECT raise(ABORT, 'overrides are never deleted'); END;
    CREATE TABLE reports (            -- when reports were written, to say what changed since
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL
    );
    """,
    f"""
    -- Digest of the assignment's files; older results have none. What decides whether work is
    -- late is when these files first came, not when the whole submission did.
    ALTER TABLE scores ADD COLUMN files TEXT;
    DROP TRIGGER scores_follow_attempts;
    CREATE TRIGGER scores_follow_attempts AFTER INSERT ON attempts BEGIN
        INSERT INTO scores (attempt, files, assignment, score, handed_in)
            {_SCORES_OF_RESULT.format(id="NEW.id, json_extract(value, '$.digest')")}
            FROM json_each(NEW.result, '$.assignments');
    END;
    -- When a submission came may become known after it was graded.
    DROP INDEX attempts_once;
    CREATE UNIQUE INDEX attempts_once ON attempts
        (member_folded, digest, checks, coalesce("commit", ''), coalesce(submitted_at, ''));
    """,
    f"""
    -- Digest of all that decided the score; older results know it for all assignments together.
    ALTER TABLE scores ADD COLUMN judged_by TEXT;
    UPDATE scores SET judged_by = (SELECT checks FROM attempts WHERE id = attempt);
    DROP TRIGGER scores_follow_attempts;
    CREATE TRIGGER scores_follow_attempts AFTER INSERT ON attempts BEGIN
        INSERT INTO scores (attempt, files, judged_by, assignment, score, handed_in)
            {_SCORES_OF_RESULT.format(id=_DIGESTS_OF_RESULT)}
            FROM json_each(NEW.result, '$.assignments');
    END;
    -- What was graded twice is two attempts: a score that was shown is never dropped.
    DROP INDEX attempts_once;
    CREATE UNIQUE INDEX attempts_once ON attempts
        (member_folded, digest, checks, coalesce("commit", ''), coalesce(submitted_at, ''),
         graded_at);
    """,
)
"""The statements that lead from each schema version to the next; old ones never change."""


def statements(script: str) -> Iterator[str]:
    """The single statements of a script: `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
