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
    """
    -- Results are kept as `packing` has them; reports read what they need without any of the rest.
    CREATE TABLE check_lists (
        id INTEGER PRIMARY KEY,
        assignment TEXT NOT NULL,
        judged_by TEXT NOT NULL,      -- digest of all that decided the score
        checks TEXT NOT NULL,         -- JSON: id, title, task and visibility of each
        example TEXT NOT NULL         -- the first result with them
    );
    CREATE UNIQUE INDEX check_lists_once ON check_lists (assignment, judged_by, checks);
    CREATE TABLE parts (
        attempt INTEGER NOT NULL REFERENCES attempts,
        check_list INTEGER NOT NULL REFERENCES check_lists,
        place INTEGER NOT NULL,       -- in the result
        score REAL NOT NULL,
        handed_in INTEGER NOT NULL,
        files TEXT,                   -- digest of the assignment's files
        verdicts TEXT NOT NULL,       -- a letter for each check
        measured INTEGER NOT NULL,    -- whether there are metrics
        part BLOB NOT NULL,           -- the rest: JSON, compressed against the example
        PRIMARY KEY (attempt, check_list)
    ) WITHOUT ROWID;
    DROP TRIGGER scores_follow_attempts;
    DROP TABLE scores;
    CREATE VIEW scores AS             -- what reports read
        SELECT attempt, assignment, score, handed_in, files, judged_by, place
        FROM parts JOIN check_lists ON check_lists.id = check_list;
    DROP TRIGGER attempts_are_not_changed;
    -- `result` is its head from now on, compressed; `pack_results` makes all this of old ones.
    """,
)
"""The statements that lead from each schema version to the next; old ones never change."""

PACKED = 5
"""The first version whose results are packed."""

SEALS = """
    CREATE TRIGGER attempts_are_not_changed BEFORE UPDATE ON attempts
        BEGIN SELECT raise(ABORT, 'attempts are never changed'); END;
    CREATE TRIGGER parts_are_not_changed BEFORE UPDATE ON parts
        BEGIN SELECT raise(ABORT, 'attempts are never changed'); END;
    CREATE TRIGGER parts_are_not_deleted BEFORE DELETE ON parts
        BEGIN SELECT raise(ABORT, 'attempts are never deleted'); END;
    CREATE TRIGGER check_lists_are_not_changed BEFORE UPDATE ON check_lists
        BEGIN SELECT raise(ABORT, 'attempts are never changed'); END;
    CREATE TRIGGER check_lists_are_not_deleted BEFORE DELETE ON check_lists
        BEGIN SELECT raise(ABORT, 'attempts are never deleted'); END;
"""
"""What ends the migration to `PACKED`: from then on nothing is changed."""


def statements(script: str) -> Iterator[str]:
    """The single statements of a script: `executescript` would commit the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
