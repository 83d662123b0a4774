// Time is an argument. Only server/app and the drivers under tests/ and tools/ read a clock.

const reads =
  /\b(steady_clock|system_clock|high_resolution_clock|utc_clock)::now\b|\b(clock_gettime|gettimeofday|timespec_get)\s*\(|(?<![\w.:>])(std::)?time\s*\(\s*(nullptr|NULL|0|&)/;
const sleeps = /\b(sleep_for|sleep_until|usleep|nanosleep)\b/;
// Tests of server/http run on real sockets, and so wait for them in real time.
const allowed = /^(server\/app|tests\/(bench|bots|fuzz)|tools)\/|^server\/http\/test_support\.cpp$/;
const maySleep = /^tests\/bench\//;

export function clocks(source) {
  if (source.language !== 'cpp') return [];
  const findings = [];
  source.codeLines.forEach((text, index) => {
    if (reads.test(text) && !allowed.test(source.path)) {
      findings.push({
        line: index + 1,
        message: 'only server/app reads clocks; take `net::Instant now` as an argument',
      });
    }
    if (sleeps.test(text) && source.isTest && !maySleep.test(source.path)) {
      findings.push({ line: index + 1, message: 'a test does not sleep; advance the time it passes in' });
    }
  });
  return findings;
}
