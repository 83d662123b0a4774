// failures.awk finds the failed tests of a report, wherever they stand.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

const script = new URL('failures.awk', import.meta.url).pathname;

function failures(...lines) {
  return execFileSync('awk', ['-f', script], { input: `${lines.join('\n')}\n` }).toString();
}

test('shows_a_failed_test_with_its_path_and_without_its_neighbours', () => {
  const report = failures(
    'TAP version 13',
    '# Subtest: match',
    '    # Subtest: in Chromium',
    '        # Subtest: begins',
    '        ok 1 - begins',
    '          ---',
    '          duration_ms: 1',
    '          ...',
    '        # Subtest: a rematch',
    '        not ok 2 - a rematch',
    '          ---',
    '          error: |-',
    '            waited for',
    '            ...',
    '            the next match',
    '          ...',
    '        # said on the way',
    '        1..2',
    '    not ok 1 - in Chromium',
    '      ---',
    "      failureType: 'subtestsFailed'",
    '      ...',
    '    1..1',
    'not ok 1 - match',
    '  ---',
    "  failureType: 'subtestsFailed'",
    '  ...',
    '1..1',
  );
  assert.equal(
    report,
    [
      'failed: match > in Chromium > a rematch',
      '  error: |-',
      '    waited for',
      '    ...',
      '    the next match',
      '',
    ].join('\n'),
  );
});

test('shows_a_file_that_failed_without_a_test', () => {
  const report = failures(
    '# Subtest: world.test.mjs',
    'not ok 1 - world.test.mjs',
    '  ---',
    "  failureType: 'testCodeFailure'",
    '  exitCode: 1',
    '  ...',
  );
  assert.equal(report, "failed: world.test.mjs\n  failureType: 'testCodeFailure'\n  exitCode: 1\n");
});

test('says_nothing_of_a_report_without_failures', () => {
  assert.equal(failures('# Subtest: a', 'ok 1 - a', '  ---', '  ...', '# fail 0'), '');
  assert.equal(failures('100% tests passed, 0 tests failed out of 400'), '');
});
