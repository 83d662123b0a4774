// The page build/bench/spectators.html: what `./gs bench spectators` measured, drawn by uPlot from 1 to
// 10,000 spectators. It stands alone: library, styles and numbers are in it. `node plot.mjs PNG` takes
// a picture of the page that is there.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../support.mjs';

// The library is one of the page's tools, beside Playwright.
const require = createRequire(`${root}web/package.json`);

const series = [
  { key: 'live', value: 'cpu', label: 'live, WebTransport', stroke: '#0a7d5a', width: 2.5 },
  {
    key: 'live',
    value: 'floor',
    label: 'floor: the same packets by sendmmsg',
    stroke: '#0a7d5a',
    dash: [4, 4],
  },
  { key: 'websocket', value: 'cpu', label: 'live, WebSocket', stroke: '#c2410c', width: 2.5 },
  { key: 'delayed', value: 'cpu', label: 'delayed, chunks over HTTP', stroke: '#1d4ed8', width: 2.5 },
];

/** uPlot's columns: the counts, then for each series its values there. */
function columns_of(points) {
  const counts = [...new Set(Object.values(points).flatMap((list) => list.map(({ count }) => count)))];
  counts.sort((a, b) => a - b);
  const value_at = ({ key, value }, count) =>
    points[key].find((point) => point.count === count)?.[value] ?? null;
  return [counts, ...series.map((each) => counts.map((count) => value_at(each, count)))];
}

/** What runs in the page. */
function draw(columns, series) {
  const width = Math.min(1100, document.body.clientWidth);
  const percent = (_, values) => values.map((value) => `${value} %`);
  const shown = (_, value) => (value == null ? '–' : `${value.toFixed(1)} %`);
  const options = {
    width,
    height: 460,
    scales: { x: { time: false, distr: 3 }, y: { range: (_, _min, max) => [0, Math.max(5, max * 1.1)] } },
    axes: [
      {
        label: 'spectators',
        values: (_, values) => values.map((value) => value?.toLocaleString('en') ?? ''),
      },
      { label: "server's CPU, of one core", values: percent },
    ],
    series: [
      { label: 'spectators' },
      ...series.map((each) => ({ ...each, value: shown, spanGaps: true, points: { show: true, size: 8 } })),
    ],
  };
  new uPlot(options, columns, document.querySelector('#plot'));
}

export async function write_plot(points, folder) {
  const [script, style] = await Promise.all(
    ['uplot/dist/uPlot.iife.min.js', 'uplot/dist/uPlot.min.css'].map((path) =>
      readFile(join(dirname(require.resolve('uplot/package.json')), path.slice('uplot/'.length)), 'utf8'),
    ),
  );
  const shown_series = series.map(({ label, stroke, width = 1.5, dash }) => ({ label, stroke, width, dash }));
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Spectators of one match</title>
<style>${style}</style>
<style>
body { font: 16px system-ui, sans-serif; margin: 24px auto; max-width: 1100px }
h1 { font-size: 22px }
</style>
<h1>What people who watch one match cost the server</h1>
<p>An arena with eight players; CPU time of the server with spectators less that without, in the same run.</p>
<div id="plot"></div>
<script>${script}</script>
<script>(${draw.toString()})(${JSON.stringify(columns_of(points))}, ${JSON.stringify(shown_series)});</script>
</html>
`;
  await writeFile(join(folder, 'spectators.html'), page);
}

async function take_picture(page_path, png_path) {
  const { chromium } = require('playwright-core');
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const page = await browser.newPage({ viewport: { width: 1180, height: 660 } });
  await page.goto(pathToFileURL(page_path).href);
  await page.locator('.u-legend').waitFor();
  await page.screenshot({ path: png_path });
  await browser.close();
}

if (import.meta.main ?? process.argv[1]?.endsWith('plot.mjs')) {
  await take_picture(`${root}build/bench/spectators.html`, process.argv[2]);
}
