-- Matches that are over, and where their logs are: replays/<match>.gslog beside this file. Times are Unix
-- seconds. bytes is 0 until the file has been written. verified: 0 not yet, 1 equal, 2 differs.
CREATE TABLE replays (
    match TEXT NOT NULL PRIMARY KEY,
    room TEXT NOT NULL,
    room_name TEXT NOT NULL,
    game TEXT NOT NULL,
    access TEXT NOT NULL CHECK (access IN ('listed', 'by_invite')),
    invite TEXT NOT NULL,
    rules_version INTEGER NOT NULL,
    module_hash TEXT NOT NULL,
    tick_rate_hz INTEGER NOT NULL,
    first_tick INTEGER NOT NULL,
    ticks INTEGER NOT NULL,
    play_began INTEGER NOT NULL,
    public_delay_s INTEGER NOT NULL,
    started INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    public_at INTEGER NOT NULL,
    players TEXT NOT NULL,
    result TEXT,
    events TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0,
    verified INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX replays_by_public_at ON replays (public_at);
