// Each rule reports what it is for, and stays quiet on good code next to it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { findings, rules } from './lint.mjs';
import { links } from './rules/data.mjs';
import { blank, Source } from './source.mjs';

const head = '// What it is.\n#pragma once\n';

/// The lines that `rule` reports in `text` as if it were the file `path`.
function reported(rule, path, text) {
  return rules[rule](new Source(path, text)).map(({ line }) => line);
}

test('reports_an_include_against_the_layers', () => {
  const text = '#include "core/wire/lanes.h"\n#include "server/net/session.h"\n';
  assert.deepEqual(reported('includes', 'core/wire/a.cpp', text), [2]);
  assert.deepEqual(reported('includes', 'server/quic/a.cpp', text), []);
});

test('reports_a_transport_that_includes_the_other_transport', () => {
  const text = '#include "server/http/listener.h"\n';
  assert.deepEqual(reported('includes', 'server/quic/a.cpp', text), [1]);
  assert.deepEqual(reported('includes', 'server/app/a.cpp', text), []);
});

test('reports_an_include_of_app_outside_app', () => {
  assert.deepEqual(reported('includes', 'server/http/a.cpp', '#include "server/app/config.h"\n'), [1]);
});

test('reports_a_game_that_includes_another_game', () => {
  const text = '#include "games/pong/rules.h"\n';
  assert.deepEqual(reported('includes', 'games/pong/draw.cpp', text), []);
  assert.deepEqual(reported('includes', 'games/snake/draw.cpp', text), [1]);
});

test('reports_a_header_named_without_its_folder', () => {
  assert.deepEqual(reported('includes', 'core/base/a.cpp', '#include "result.h"\n'), [1]);
});

test('reports_a_library_outside_its_fence', () => {
  const text = '#include <ngtcp2/ngtcp2.h>\n#include <boost/beast.hpp>\n#include <vector>\n';
  assert.deepEqual(reported('includes', 'server/http/a.cpp', text), [1]);
  assert.deepEqual(reported('includes', 'server/quic/a.cpp', text), [2]);
  assert.deepEqual(reported('includes', 'tests/bench/a.cpp', text), []);
});

test('reports_clocks_and_threads_in_core', () => {
  assert.deepEqual(
    reported('includes', 'core/base/a.cpp', '#include <bit>\n#include <chrono>\n#include <cmath>\n'),
    [2, 3],
  );
});

test('reports_a_clock_read_outside_app_but_not_in_prose', () => {
  const text = '// steady_clock::now() is not read here\nauto t = std::chrono::steady_clock::now();\n';
  assert.deepEqual(reported('clocks', 'server/quic/a.cpp', text), [2]);
  assert.deepEqual(reported('clocks', 'server/app/a.cpp', text), []);
  assert.deepEqual(reported('clocks', 'server/net/a.cpp', 'auto t = time(nullptr);\n'), [1]);
  assert.deepEqual(
    reported('clocks', 'server/net/a.cpp', 'auto t = run_time(0);\nauto u = x.time(0);\n'),
    [],
  );
});

test('reports_a_test_that_sleeps', () => {
  const text = 'std::this_thread::sleep_for(1s);\n';
  assert.deepEqual(reported('clocks', 'server/net/a_test.cpp', text), [1]);
});

test('reports_files_of_600_lines_and_not_of_599', () => {
  assert.deepEqual(reported('sizes', 'core/a.cpp', 'int a;\n'.repeat(600)), [600]);
  assert.deepEqual(reported('sizes', 'core/a.cpp', 'int a;\n'.repeat(599)), []);
});

test('reports_lines_of_111_characters', () => {
  const line = (length) => `// ${'word '.repeat(30)}`.slice(0, length);
  assert.deepEqual(reported('sizes', 'core/a.cpp', `${line(110)}\n${line(111)}\n`), [2]);
});

test('reports_a_function_of_70_lines_in_each_language', () => {
  const body = (count, text) => `${text}\n`.repeat(count);
  const cpp = (count) => `int run(int a) {\n${body(count - 2, '    a = f({1, a});')}}\n`;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the string is code to be read
  const ts = (count) => `const run = async (a: number) => {\n${body(count - 2, '  f(`a${"}"}`, /{/);')}};\n`;
  const sh = (count) => `run() {\n${body(count - 2, '    true')}}\n`;
  for (const [path, make] of [
    ['a/a.cpp', cpp],
    ['a/a.ts', ts],
    ['a/a.sh', sh],
  ]) {
    assert.deepEqual(reported('sizes', path, make(70)), [1], path);
    assert.deepEqual(reported('sizes', path, make(69)), [], path);
  }
});

test('does_not_count_classes_namespaces_and_test_suites_as_functions', () => {
  const long = 'int a;\n'.repeat(80);
  assert.deepEqual(
    reported('sizes', 'a/a.cpp', `namespace a {\nclass B final : public C {\n${long}};\n}\n`),
    [],
  );
  assert.deepEqual(reported('sizes', 'a/a.test.ts', `describe('a', () => {\n${long}});\n`), []);
});

test('reports_a_header_without_opening_comment_or_with_a_long_one', () => {
  assert.deepEqual(reported('headers', 'core/a.h', head), []);
  assert.deepEqual(reported('headers', 'core/a.h', '#pragma once\n'), [1]);
  assert.deepEqual(reported('headers', 'core/a.h', `${'// long\n'.repeat(13)}#pragma once\n`), [13]);
  assert.deepEqual(reported('headers', 'core/a.h', '// What it is.\n#include <vector>\n'), [2]);
});

test('reports_a_script_without_a_purpose', () => {
  assert.deepEqual(reported('headers', 'x.sh', '#!/usr/bin/env bash\nset -e\n'), [1]);
  assert.deepEqual(reported('headers', 'x.sh', '#!/usr/bin/env bash\n# Says hello.\n'), []);
});

test('reports_unfinished_work_machine_paths_and_registries', () => {
  const text = [
    `// ${'TO'}${'DO'}: later`,
    `const char* path = "/${'tmp'}/x";`,
    `"https://registry.${'npmjs'}.org/x"`,
    'see docs/work/plan and /var/lib',
  ].join('\n');
  assert.deepEqual(reported('words', 'server/a.cpp', text), [1, 2, 3]);
});

test('reports_a_skipped_test', () => {
  assert.deepEqual(reported('words', 'a/a_test.cpp', `    ${'GTEST'}_SKIP();\n`), [1]);
  assert.deepEqual(reported('words', 'a/a.test.ts', `test.${'only'}('x', f);\n`), [1]);
});

test('reports_broken_json_with_its_line_and_allows_comments_in_tsconfig', () => {
  assert.deepEqual(reported('json', 'a.json', '{\n "a": 1,\n}\n'), [3]);
  assert.deepEqual(reported('json', 'tsconfig.json', '{\n // why\n "a": "//b"\n}\n'), []);
});

test('reports_a_link_that_leads_nowhere', () => {
  const source = new Source('docs/a.md', 'See [b](b.md#x), [c](../c.md) and [web](https://example.org).\n');
  assert.deepEqual(
    links(source, (path) => path === 'c.md').map(({ message }) => message.includes('b.md#x')),
    [true],
  );
});

test('reports_white_space_at_the_end_tabs_and_a_missing_line_break', () => {
  assert.deepEqual(reported('whitespace', 'a.md', 'a \n\tb\nc'), [1, 2, 3]);
});

test('keeps_code_between_strings_comments_and_digit_separators', () => {
  assert.equal(blank('a = 1\'000; // x\nb = "{"; c', 'cpp'), "a = 1'000;     \nb =    ; c");
  assert.equal(blank('R"x(a{)")x" b', 'cpp').trim(), 'b');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the string is code to be read
  assert.equal(blank('`a${b + `c`}d` + e', 'js').replace(/ +/g, ' ').trim(), 'b + + e');
});

test('each_finding_names_its_rule_and_line', () => {
  const [finding] = findings(new Source('core/base/a.cpp', '#include <thread>\n'));
  assert.equal(finding.rule, 'includes');
  assert.equal(finding.line, 1);
});
