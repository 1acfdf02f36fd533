import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parser } from '@prometheus-io/lezer-promql';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { errorCatalogue } from '../../src/errors/catalogue.ts';
import { envOf } from '../reliability/modes.ts';
import { startApp } from '../support/app.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const ALERTS = 'deploy/helm/roma-certificates-subgraph/files/alerts.yaml';
const rules = parse(readFileSync(ALERTS, 'utf8')) as { groups: { rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync('deploy/helm/roma-certificates-subgraph/files/dashboard.json', 'utf8')) as {
  panels: Panel[];
  templating: { list: { name: string; query: string }[] };
};
const graphs = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ place: title, query: fillIn(expr), legendFormat })),
);
const variables = dashboard.templating.list.flatMap(({ name, query }) => {
  const [, series] = /^label_values\((.+), \w+\)$/.exec(query) ?? [];
  return series === undefined ? [] : [{ place: `$${name}`, query: fillIn(series) }];
});
const queries = [...alerts.map(({ alert, expr }) => ({ place: alert, query: expr })), ...graphs, ...variables];
const page = readFileSync('docs/operating.md', 'utf8');

/** As Grafana does. */
function fillIn(query: string): string {
  return query.replaceAll('$__rate_interval', '5m').replaceAll(/\$(job|instance)/g, '.*');
}

/** The labels of each series, by its name, as a service exports them that has had some trouble. */
const exported = new Map<string, Set<string>>();
/** What labels with a closed set of values can be. Others are looked for in what was exported. */
const VALUES: Record<string, readonly string[]> = {
  outcome: ['ok', 'cancelled', ...Object.keys(errorCatalogue)],
  code: ['INTERNAL_SERVER_ERROR', ...Object.keys(errorCatalogue)],
  status: ['200', '400', '401', '404', '408', '413', '500', '503'],
};
const seenValues = new Map<string, Set<string>>();

beforeAll(async () => {
  await using roma = await startEmulator();
  await using app = await startApp({ roma });
  await app.ask(`{ certificates(instanceId: "${roma.instanceIds[0]}", orderBy: { field: NAME }) { nodes { scope } } }`);
  const odd = { certs: [{ id: 'c-1', type: 'new' }], total: 1 };
  await roma.control.addFaults({ fault: { kind: 'answer', status: 200, body: odd } });
  await app.ask('{ certificates(instanceId: "i-1") { nodes { scope } } }');
  await using own = await startApp({ env: { ...envOf('password', roma), EXPIRY_METRICS_INTERVAL_MS: '1000' } });
  const expiry = await vi.waitFor(async () => {
    const metrics = await (await own.fetch('/metrics')).text();
    expect(metrics).toContain('certificates_by_expiry{');
    return metrics;
  });
  for (const [, name = '', labels = ''] of expiry.matchAll(/^([a-z]\w*)(?:\{(.*)\})? /gm)) note(name, labels);
  // Node tells of a collection some time after it, and a quiet machine may not have had one yet.
  collectGarbage();
  const text = await vi.waitFor(async () => {
    const metrics = await (await app.fetch('/metrics')).text();
    expect(metrics).toContain('nodejs_gc_duration_seconds_sum{');
    return metrics;
  });
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:\{(.*)\})? /gm)) note(name, labels);
  // What Prometheus adds, and what it knows of every job.
  note('up', '');
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

function note(name: string, text: string): void {
  const labels = exported.get(name) ?? new Set(['job', 'instance']);
  for (const [, label = '', value = ''] of text.matchAll(/(\w+)="([^"]*)"/g)) {
    // As Prometheus calls what the target's own label hides.
    labels.add(label === 'instance' ? 'exported_instance' : label);
    seenValues.set(label, (seenValues.get(label) ?? new Set()).add(value));
  }
  exported.set(name, labels);
}

interface Series {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

interface Query {
  readonly mistakes: readonly string[];
  readonly series: readonly Series[];
  readonly grouping: readonly string[];
}

function read(query: string): Query {
  const mistakes: string[] = [];
  const series: Series[] = [];
  const grouping: string[] = [];
  const textOf = (node: { from: number; to: number } | null): string => (node === null ? '' : query.slice(node.from, node.to));
  parser.parse(query).iterate({
    enter(cursor) {
      const { node } = cursor;
      if (cursor.type.isError) mistakes.push(query.slice(Math.max(cursor.from - 20, 0), cursor.to + 20));
      if (cursor.name === 'GroupingLabels') grouping.push(...node.getChildren('LabelName').map(textOf));
      if (cursor.name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      series.push({
        name: textOf(node.getChild('Identifier')),
        matchers: matchers.map((matcher) => ({
          label: textOf(matcher.getChild('LabelName')),
          operator: textOf(matcher.getChild('MatchOp')),
          value: textOf(matcher.getChild('StringLiteral')).slice(1, -1),
        })),
      });
    },
  });
  return { mistakes, series, grouping };
}

function canBe(label: string, operator: string, value: string): boolean {
  if (label === 'job' || label === 'instance') return true;
  const pattern = operator.endsWith('~') ? new RegExp(`^(?:${value})$`) : new RegExp(`^${RegExp.escape(value)}$`);
  return (VALUES[label] ?? [...(seenValues.get(label) ?? [])]).some((possible) => pattern.test(possible));
}

describe('queries', () => {
  test.each(queries)('of $place are of metrics and labels that exist', ({ query }) => {
    const { mistakes, series, grouping } = read(query);
    expect(mistakes).toEqual([]);
    expect(series.length).toBeGreaterThan(0);
    for (const { name, matchers } of series) {
      expect([...exported.keys()]).toContain(name);
      for (const { label, operator, value } of matchers) {
        expect([...(exported.get(name) ?? [])]).toContain(label);
        expect([label, operator, value, canBe(label, operator, value)]).toEqual([label, operator, value, true]);
      }
    }
    const labels = new Set(series.flatMap(({ name }) => [...(exported.get(name) ?? [])]));
    for (const label of grouping) expect([...labels]).toContain(label);
  });

  test('of alerts are about this service alone', () => {
    const series = alerts.flatMap(({ expr }) => read(expr).series);
    const jobs = series.map(({ matchers }) => matchers.find(({ label }) => label === 'job')?.value);
    expect(new Set(jobs)).toEqual(new Set(['roma-certificates-subgraph']));
  });

  test('what cannot be is found', () => {
    expect(read('sum(rate(x{a="b"}[5m])) by').mistakes).not.toEqual([]);
    expect([...exported.keys()]).not.toContain('roma_request_total');
    expect(canBe('outcome', '=', 'UPSTREAM_RATELIMITED')).toBe(false);
    expect(canBe('result', '=~', 'hits|misses')).toBe(false);
  });
});

describe('the dashboard', () => {
  test('has legends of labels that are left', () => {
    for (const { place, query, legendFormat } of graphs) {
      const { grouping, series } = read(query);
      const left = grouping.length > 0 ? grouping : series.flatMap(({ name }) => [...(exported.get(name) ?? [])]);
      const named = Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label);
      expect([place, named.filter((label) => !left.includes(label ?? ''))]).toEqual([place, []]);
    }
  });

  test('has a place of its own for each panel', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe('docs/operating.md', () => {
  test('says of each alert what to do, and of no other', () => {
    const headings = Array.from(page.matchAll(/^### (\w+)$/gm), ([, name]) => name);
    expect(headings).toEqual(alerts.map(({ alert }) => alert));
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook).toBe(`docs/operating.md#${alert.toLowerCase()}`);
    }
  });

  test('names metrics that exist, and all of the service’s own', () => {
    const named = new Set(
      Array.from(
        page.matchAll(/`((?:http|graphql|roma|iam|build|certificates|process|nodejs)_[a-z0-9_]+)`/g),
        ([, name = '']) => name,
      ),
    );
    const families = new Set([...exported.keys()].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    expect([...named].filter((name) => !families.has(name))).toEqual([]);
    const own = [...families].filter((name) => /^(http|graphql|roma|iam|build|certificates)_/.test(name));
    expect(own.filter((name) => !named.has(name))).toEqual([]);
  });

  test('names log lines, spans and attributes that the code has', () => {
    const source = globSync('src/**/*.ts')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const section = (title: string): string => page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
    const messages = Array.from(section('Logs').matchAll(/^\| `([^`]+)` \|/gm), ([, message = '']) => message).slice(1);
    const attributes = Array.from(
      section('Traces').matchAll(/`((?:roma|certificates|graphql)\.[a-z_.]+)`/g),
      ([, name = '']) => name,
    );
    expect(messages.length).toBeGreaterThan(4);
    expect(attributes.length).toBeGreaterThan(8);
    expect([...messages, ...attributes].filter((text) => !source.includes(`'${text}'`))).toEqual([]);
  });
});

/** Comes with Debian's `prometheus`. Where all that passes has to be tested, it has to be there. */
const hasPromtool = process.env['CI'] === 'true' || spawnSync('promtool', ['--version']).status === 0;

test.runIf(hasPromtool)('Prometheus itself takes the rules, and they fire when they should', () => {
  expect(execFileSync('promtool', ['check', 'rules', ALERTS], { encoding: 'utf8' })).toContain(`${alerts.length} rules found`);
  expect(execFileSync('promtool', ['test', 'rules', 'test/deploy/alerts.test.yaml'], { encoding: 'utf8' })).toContain(
    'SUCCESS',
  );
});
