// What a client counts and measures, for the page (as numbers in the order written here: web/src/worker/
// client_stats.ts repeats it and a test compares) and for bots. A plain value.
#pragma once

namespace gs::client {

/// All of one type, so that the browser reads it as an array.
struct Stats {
    double confirmed_tick = -1;  // every tick up to it is known and simulated; −1 before the first
    double shown_tick = -1;      // what draw() shows of others, with fraction
    double arriving_tick = 0;    // the server's tick that would be arriving now
    double delay_ticks = 0;      // how far the picture stays behind it
    double lead_ticks = 0;       // how far inputs are ahead of it
    double jitter_ticks = 0;
    double consumed_tick = -1;       // the newest own input that the server used
    double early_quarter_ticks = 0;  // how early it came; below 0: late
    double ticks_received = 0;       // of the log, each counted once
    double ticks_repaired = 0;       // of those, that came by repair
    double ticks_skipped = 0;        // never had: a keyframe went over them
    double datagrams_received = 0;
    double datagrams_refused = 0;  // not what a server sends
    double duplicates = 0;         // ticks that had been here already
    double repairs_asked = 0;
    double keyframes = 0;
    double desyncs = 0;  // ticks after which our hash was not the server's
    double resyncs = 0;  // keyframes that were asked for after such a tick, or after a long hole
    double hashes_checked = 0;
    double input_latency_ms = 0;  // from hands to confirmed; the newest
    double pending_ticks = 0;     // received, waiting for one before them
    double predicted_tick = -1;   // what draw() shows of oneself, with fraction
    double rollback_ticks = 0;    // made again after the last wrong guess
    double rollbacks = 0;         // wrong guesses after which ticks were made again
    double ticks_remade = 0;      // in all
    double guesses_right = 0;     // confirmed ticks that cost nothing
    double corrections = 0;       // of the picture, that somebody could have seen
    double own_corrected = 0;     // of oneself, all added up, in world units
    double own_correction_max = 0;
};

}  // namespace gs::client
