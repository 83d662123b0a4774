// apt_entry.awk finds the mirror of a suite in both formats of package sources.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

/// What the script prints for the suite bookworm, given files by name.
function entry(files) {
  const folder = mkdtempSync(join(tmpdir(), 'apt-'));
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    });
    const script = new URL('apt_entry.awk', import.meta.url).pathname;
    return execFileSync('awk', ['-v', 'suite=bookworm', '-f', script, ...paths]).toString();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('takes_address_and_options_of_a_one_line_entry', () => {
  const list =
    'deb [arch=amd64,arm64 signed-by=/k.gpg] http://mirror.example/debian bookworm main contrib # x\n';
  assert.equal(
    entry({ 'a.list': list }),
    'URIs: http://mirror.example/debian\nArchitectures: amd64 arm64\nSigned-By: /k.gpg\n',
  );
});

test('skips_comments_sources_discs_and_other_suites', () => {
  const list = [
    '# deb http://comment.example bookworm main',
    'deb-src http://source.example bookworm main',
    'deb cdrom:[Debian]/ bookworm main',
    'deb http://other.example bookworm-updates main',
  ].join('\n');
  assert.equal(entry({ 'a.list': `${list}\n` }), '');
});

test('takes_over_a_stanza_with_its_key_and_without_its_suites', () => {
  const stanza = [
    'Types: deb deb-src',
    'URIs: http://a.example',
    ' http://b.example',
    'Suites:',
    ' bookworm',
    ' bookworm-updates',
    'Components: main',
    ' contrib',
    'Signed-By:',
    ' -----BEGIN PGP PUBLIC KEY BLOCK-----',
    ' .',
    ' abc',
  ].join('\n');
  assert.equal(
    entry({ 'a.sources': `${stanza}\n` }),
    'URIs: http://a.example\n http://b.example\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n',
  );
});

test('skips_a_disabled_stanza_and_takes_the_first_that_counts', () => {
  const off = 'Enabled: no\nTypes: deb\nURIs: http://off.example\nSuites: bookworm\n';
  const on = 'Types: deb\nURIs: http://on.example\nSuites: bookworm\n';
  const late = 'deb http://late.example bookworm main\n';
  assert.equal(entry({ 'a.sources': `${off}\n${on}`, 'z.list': late }), 'URIs: http://on.example\n');
});
