/** Plots as SVG text: small, without scripts, readable on any background. */

export interface Panel<T> {
  readonly title: string;
  readonly items: readonly T[];
}

const WIDTH = 760;
const LINE_HEIGHT = 18;
const PANEL_GAP = 34;
const COLORS = ['#c2410c', '#1d4ed8', '#15803d', '#7e22ce', '#525252'];

export interface Line {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Bars over time, each the most of a tenth of a second; all panels on one scale. */
export function peaksChart(title: string, panels: readonly Panel<readonly [seconds: number, ms: number]>[]): string {
  const peaks = panels.map(({ items }) => {
    const byTenth: number[] = [];
    for (const [seconds, ms] of items) {
      const tenth = Math.floor(seconds * 10);
      byTenth[tenth] = Math.max(byTenth[tenth] ?? 0, ms);
    }
    return byTenth;
  });
  const most = Math.max(...peaks.flat().filter((ms) => ms !== undefined));
  const tenths = Math.max(...peaks.map(({ length }) => length));
  const height = 90;
  const width = WIDTH - 80;
  const parts = panels.flatMap((panel, at) => {
    const bottom = 70 + at * (height + PANEL_GAP) + height;
    const bars = (peaks[at] ?? []).map((ms, tenth) => {
      const [x, size] = [50 + (tenth / tenths) * width, (ms / most) * height];
      return `<rect x="${x.toFixed(1)}" y="${(bottom - size).toFixed(1)}" width="${(width / tenths).toFixed(1)}" height="${size.toFixed(1)}" fill="${COLORS[at % COLORS.length]}"/>`;
    });
    return [
      text(50, bottom - height - 8, panel.title, 'font-weight="bold"'),
      grid(50, bottom, 50 + width, bottom),
      text(44, bottom - height + 8, most.toFixed(0), 'text-anchor="end"'),
      ...bars,
    ];
  });
  return svg(title, 80 + panels.length * (height + PANEL_GAP), parts);
}

const PLOT = { left: 70, top: 60, width: 440, height: 200, gap: 70 };

/** Lines over two logarithmic axes, a panel below the other. */
export function lineChart(title: string, panels: readonly (Panel<Line> & { readonly xTitle: string })[]): string {
  const parts = panels.flatMap((panel, at) => linePanel(panel, PLOT.top + at * (PLOT.height + PLOT.gap)));
  return svg(title, PLOT.top + panels.length * (PLOT.height + PLOT.gap), parts);
}

function linePanel({ title, xTitle, items }: Panel<Line> & { readonly xTitle: string }, top: number): string[] {
  const points = items.flatMap((line) => line.points);
  const xs = toDecades(points.map(([x]) => x));
  const ys = toDecades(points.map(([, y]) => y));
  const toX = (x: number): number => PLOT.left + PLOT.width * toShare(x, xs);
  const toY = (y: number): number => top + PLOT.height * (1 - toShare(y, ys));
  const parts = [text(PLOT.left, top - 10, title, 'font-weight="bold"')];
  for (const x of xs) {
    parts.push(
      grid(toX(x), top, toX(x), top + PLOT.height),
      text(toX(x), top + PLOT.height + 16, format(x), 'text-anchor="middle"'),
    );
  }
  for (const y of ys) {
    parts.push(
      grid(PLOT.left, toY(y), PLOT.left + PLOT.width, toY(y)),
      text(PLOT.left - 6, toY(y) + 4, format(y), 'text-anchor="end"'),
    );
  }
  parts.push(text(PLOT.left + PLOT.width / 2, top + PLOT.height + 32, xTitle, 'text-anchor="middle"'));
  for (const [at, line] of items.entries()) {
    const color = COLORS[at % COLORS.length];
    const path = line.points.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
    parts.push(
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>`,
      text(PLOT.left + PLOT.width + 14, top + 12 + at * LINE_HEIGHT, line.label, `fill="${color}"`),
    );
  }
  return parts;
}

/** The powers of ten around the values. */
function toDecades(values: readonly number[]): number[] {
  const from = Math.floor(Math.log10(Math.min(...values)));
  const to = Math.max(Math.ceil(Math.log10(Math.max(...values))), from + 1);
  return Array.from({ length: to - from + 1 }, (_, at) => 10 ** (from + at));
}

function toShare(value: number, decades: readonly number[]): number {
  const [from, to] = [Math.log10(decades[0] ?? 1), Math.log10(decades.at(-1) ?? 10)];
  return (Math.log10(value) - from) / (to - from);
}

function format(value: number): string {
  return value >= 1 ? value.toLocaleString('en-US') : String(Number(value.toPrecision(1)));
}

function grid(x1: number, y1: number, x2: number, y2: number): string {
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" stroke="#e5e7eb"/>`;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
}

function svg(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(10, 20, title, 'font-size="14" font-weight="bold"'),
    ...parts,
    '</svg>\n',
  ].join('\n');
}
