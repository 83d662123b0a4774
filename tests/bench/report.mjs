// The table and the JSON of tests/bench/report.cpp, for measurements that run programs or browsers. A row:
// {name, value, unit, floor?, target?, note?}; `target` is of the value.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The middle one; the mean of the two in the middle when there is an even number. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

const number = (value) => (value === undefined ? '-' : value.toFixed(2));

function line({ name, value, unit, floor, target, note = '' }) {
  const ratio = floor === undefined ? undefined : value / floor;
  const shown = target === undefined ? '-' : String(target);
  return (
    `${name.padEnd(58)} ${value.toFixed(2).padStart(9)} ${unit.padEnd(5)} ${number(floor).padStart(9)} ` +
    `${number(ratio).padStart(8)} ${shown.padStart(8)}  ${note}`
  );
}

/** What stands in the JSON for a row. */
export function entry_of({ name, value, unit, floor, target, note = '' }) {
  return {
    name,
    value,
    unit,
    note,
    ...(floor === undefined ? {} : { floor, ratio: value / floor }),
    ...(target === undefined ? {} : { target }),
  };
}

/** Prints `rows` and writes them to `folder`/`bench`.json. */
export async function publish(bench, rows, folder) {
  const head = ['value', 'floor'].map((word) => word.padStart(12)).join(' ');
  const words = ['ratio', 'target'].map((word) => word.padStart(8)).join(' ');
  console.log(`\n${bench}\n${'what'.padEnd(58)} ${head} ${words}`);
  for (const row of rows) console.log(line(row));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${bench}.json`), `${JSON.stringify(rows.map(entry_of), null, 2)}\n`);
}
