-- What was said during matches that are over and public, as JSON (docs/protocol.md, "Chat"). A row may be
-- here before the match's own; rows without a match go at the next start.
CREATE TABLE chat (
    match TEXT NOT NULL PRIMARY KEY,
    messages TEXT NOT NULL
) STRICT;
