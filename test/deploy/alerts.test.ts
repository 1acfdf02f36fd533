import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from '@redis/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Environment } from '../../src/config/readConfig.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf } from '../reliability/modes.ts';
import { type App, startApp } from '../support/app.ts';
import { hasRedis, startRedis } from '../support/redis.ts';

// Each alert fires on what a service exports while the fault is on, and on nothing else. (CertificatesOverloaded takes an event loop that is
// blocked for seconds: alerts.test.yaml has it.)

const JOB = 'roma-certificates-subgraph';
const MINUTES = 40;

/** Comes with Debian's `prometheus`. Where all that passes has to be tested, it has to be there. */
const hasPromtool = process.env['CI'] === 'true' || spawnSync('promtool', ['--version']).status === 0;

let roma: Emulator;
beforeAll(async () => {
  roma = await startEmulator({ instances: 12, certificates: 600, globalCertificates: 0, oddRows: false });
});
afterAll(() => roma.stop());

/** Two minutes of a service's life, and then the second one over and over. */
async function scrape(app: App, live: () => Promise<unknown>): Promise<string> {
  const scrapes: Map<string, number>[] = [];
  for (let minute = 0; minute < 3; minute++) {
    if (minute > 0) await live();
    // An answer is noted when its last byte has left, which is after it arrived.
    await new Promise((passed) => setTimeout(passed, 100));
    scrapes.push(parse(await (await app.fetch('/metrics')).text()));
  }
  const [first, second, third] = scrapes as [Map<string, number>, Map<string, number>, Map<string, number>];
  const series = [...third].map(([name, last]) => {
    const [before, after] = [first.get(name), second.get(name)];
    const step = after === undefined ? 0 : last - after;
    // In tests of rules time begins at 0.
    const values = name.includes('timestamp_seconds')
      ? `0+${step > 0 ? 60 : 0}x${MINUTES}`
      : `${before ?? '_'} ${after ?? '_'} ${last}${step < 0 ? '-' : '+'}${Math.abs(step)}x${MINUTES - 2}`;
    return { series: name, values };
  });
  return JSON.stringify([{ series: `up{job="${JOB}",instance="10.0.0.1:4001"}`, values: `1+0x${MINUTES}` }, ...series]);
}

/** As Prometheus stores it: the target's labels are added, and one of the same name is renamed. */
function parse(text: string): Map<string, number> {
  const samples = Array.from(text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm), ([, name = '', labels = '', value]) => {
    const own = labels.replace(/(^|,)instance=/, '$1exported_instance=');
    const all = [`job="${JOB}"`, 'instance="10.0.0.1:4001"', ...(own === '' ? [] : [own])];
    return [`${name}{${all.join(',')}}`, Number(value)] as const;
  });
  return new Map(samples.filter(([name, value]) => Number.isFinite(value) && !name.startsWith('nodejs_')));
}

/** The names of the alerts that fire. */
async function firing(series: string): Promise<string[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'alerts-'));
  const file = path.join(folder, 'test.yaml');
  const rules = path.resolve('deploy/helm/roma-certificates-subgraph/files/alerts.yaml');
  const check = { expr: 'count by (alertname) (ALERTS{alertstate="firing"})', eval_time: `${MINUTES - 1}m`, exp_samples: [] };
  await writeFile(
    file,
    JSON.stringify({
      rule_files: [rules],
      evaluation_interval: '1m',
      tests: [{ interval: '1m', input_series: JSON.parse(series), promql_expr_test: [check] }],
    }),
  );
  try {
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    const got = /got:\s*(.*)/.exec(`${stdout}${stderr}`)?.[1];
    if (got === undefined) throw new Error(`${stdout}${stderr}`);
    return Array.from(got.matchAll(/alertname="(\w+)"/g), ([, name = '']) => name).sort();
  } finally {
    await rm(folder, { recursive: true });
  }
}

const page = (first = 20, instanceId = roma.instanceIds[0]) =>
  `{ certificates(instanceId: "${instanceId}", first: ${first}) { nodes { id scope daysUntilExpiry } } }`;
const everywhere = () =>
  roma.instanceIds.map((instanceId, at) => `a${at}: certificates(instanceId: "${instanceId}") { totalCount }`);

interface Trouble {
  readonly fires: readonly string[];
  readonly env?: () => Environment;
  readonly fault?: Fault;
  readonly match?: () => object;
  /** What happens in a minute. Default: pages of one instance. */
  readonly live?: (app: App) => Promise<unknown>;
}

const troubles: Record<string, Trouble> = {
  'none: pages, lookups that end early, clients that leave, wrong arguments': {
    fires: [],
    async live(app) {
      const [row] = (await roma.control.certificates(roma.instanceIds[7] as string)) as [{ id: string }];
      await roma.control.addFaults({
        fault: { kind: 'delay', ms: 300 },
        match: { instanceId: roma.instanceIds[0] as string },
        times: 5,
      });
      for (let time = 0; time < 5; time++) await app.ask(`{ certificate(id: "${row.id}") { id } }`);
      await app.ask('{ certificates(instanceId: "i-1", first: -1) { totalCount } }');
      const body = JSON.stringify({ query: page(30) });
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      await roma.control.addFaults({ fault: { kind: 'delay', ms: 300 } });
      await app.fetch('/graphql', { ...init, signal: AbortSignal.timeout(100) }).catch(() => {});
      await vi.waitUntil(async () => (await roma.control.state()).inFlight === 0);
      await app.ask(`{ ${everywhere().join(' ')} }`);
      await Promise.all(Array.from({ length: 20 }, (_, at) => app.ask(page(at))));
    },
  },
  'ROMA Connect fails': {
    fires: ['CertificatesFailing', 'RomaConnectFailing', 'RomaInstanceDown'],
    fault: { kind: 'answer', status: 500 },
  },
  'ROMA Connect fails, and what was shown before is shown': {
    fires: ['CertificatesStale', 'RomaConnectFailing'],
    env: () => ({ CERTIFICATES_CACHE_TTL_MS: '200' }),
    async live(app) {
      await roma.control.clearFaults();
      await app.ask(page());
      await new Promise((passed) => setTimeout(passed, 250));
      await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, times: 'always' });
      for (let time = 0; time < 5; time++) expect((await app.ask(page())).errors).toBeUndefined();
      await new Promise((passed) => setTimeout(passed, 1_100));
    },
  },
  'one instance of twelve is dead': {
    fires: ['RomaInstanceDown'],
    fault: { kind: 'reset', after: 'nothing' },
    match: () => ({ instanceId: roma.instanceIds[3] }),
    live: async (app) => {
      await app.ask(`{ ${everywhere().join(' ')} }`);
      await Promise.all(Array.from({ length: 20 }, (_, at) => app.ask(page(at))));
    },
  },
  'an instance fails so often that it is left alone': {
    fires: ['CertificatesFailing', 'RomaCircuitsOpen', 'RomaConnectFailing', 'RomaInstanceDown'],
    fault: { kind: 'reset', after: 'nothing' },
    live: async (app) => {
      // One that is still asked, so that there are attempts in every minute.
      await app.ask(page(1, roma.instanceIds[4]));
      for (let first = 1; first <= 12; first++) await app.ask(page(first, roma.instanceIds[3]));
    },
  },
  'the IAM password is wrong': {
    fires: ['CertificatesFailing', 'IamRefusesLogin'],
    env: () => ({ ...envOf('password', roma), IAM_PASSWORD: 'wrong' }),
  },
  'IAM fails': {
    fires: ['CertificatesFailing', 'IamRefusesLogin'],
    env: () => ({ ...envOf('password', roma), OPERATION_DEADLINE_MS: '500' }),
    fault: { kind: 'answer', status: 503 },
    match: () => ({ path: 'iam' }),
    async live(app) {
      await app.ask(page());
      // As long as IAM is left alone at first.
      await new Promise((passed) => setTimeout(passed, 600));
    },
  },
  'ROMA Connect throttles': {
    fires: ['CertificatesFailing', 'RomaConnectThrottling'],
    env: () => ({ OPERATION_DEADLINE_MS: '500' }),
    fault: { kind: 'answer', status: 429 },
    live: (app) => Promise.all(roma.instanceIds.map((instanceId) => app.ask(page(20, instanceId)))),
  },
  'a certificate ends within a week': {
    fires: ['CertificatesExpiring'],
    env: () => ({ ...envOf('token', roma), EXPIRY_METRICS_INTERVAL_MS: '100' }),
    async live(app) {
      const [, , , , , instance] = roma.instanceIds as string[];
      const ends = new Date(Date.now() + 3 * 86_400_000).toISOString();
      const row = { id: 'ends-soon', name: 'soon', type: 'instance', instance_id: instance as string, not_after: ends };
      await roma.control.replaceCertificates(instance as string, [row]);
      await vi.waitFor(async () => expect(await (await app.fetch('/metrics')).text()).toMatch(/by_expiry\{.*ends="7d"\} 1$/m));
    },
  },
  'the token is refused': {
    fires: ['RomaConnectRefusesCredentials'],
    env: () => ({ ...envOf('token', roma), ROMA_AUTH_TOKEN: 'another' }),
  },
  'ROMA Connect has something new': {
    fires: ['RomaConnectChanged'],
    fault: { kind: 'answer', status: 200, body: { certs: [{ id: 'c-1', type: 'new' }], total: 1 } },
  },
  'the router has another secret': {
    fires: ['CertificatesRefusesRouter'],
    env: () => ({ ROUTER_SECRET: 'a-secret-of-the-router' }),
    live: (app) => Promise.all(Array.from({ length: 5 }, () => app.ask(page()).catch(() => {}))),
  },
  'lists are long': {
    fires: ['CertificatesLongLists'],
    fault: { kind: 'page', limit: 4, total: 600 },
    live: (app) =>
      Promise.all(
        roma.instanceIds
          .slice(0, 2)
          .map((instanceId) =>
            app.ask(`{ certificates(instanceId: "${instanceId}", orderBy: { field: NAME }, first: 1) { nodes { id } } }`),
          ),
      ),
  },
  'ROMA Connect is slow': {
    fires: ['CertificatesSlow'],
    fault: { kind: 'delay', ms: 2_700 },
    live: (app) => Promise.all(roma.instanceIds.map((instanceId) => app.ask(page(20, instanceId)))),
  },
  'a field has a defect': {
    fires: ['CertificatesDefects'],
    async live(app) {
      const floor = Math.floor;
      const spy = vi.spyOn(Math, 'floor').mockImplementation((value) => {
        if (new Error('where?').stack?.includes('resolvers/Certificate.ts')) throw new TypeError('a defect');
        return floor(value);
      });
      const { errors } = await app.ask(page());
      expect(errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
      spy.mockRestore();
    },
  },
};

describe.runIf(hasPromtool)('alerts on what is exported while there is trouble', () => {
  test.each(Object.entries(troubles))('%s', async (_name, { fires, env, fault, match, live }) => {
    await using app = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0', ...env?.() } });
    if (fault !== undefined) await roma.control.addFaults({ fault, match: match?.() ?? {}, times: 'always' });
    const series = await scrape(app, () => live?.(app) ?? Promise.all(Array.from({ length: 10 }, () => app.ask(page()))));
    await roma.control.clearFaults();
    expect(await firing(series)).toEqual([...fires].sort());
  });

  test
    .runIf(hasRedis)
    .each<[string, readonly string[], (redis: Awaited<ReturnType<typeof startRedis>>) => Promise<unknown> | unknown]>([
      ['is well', [], () => {}],
      ['hangs', ['CertificatesSharedCacheDown'], (redis) => redis.signal('SIGSTOP')],
      [
        'is full',
        ['CertificatesSharedCacheRefusesWrites'],
        async ({ url }) => {
          const admin = await createClient({ url, RESP: 2 }).connect();
          await admin.configSet('maxmemory', '1');
          admin.destroy();
        },
      ],
    ])('Redis %s', async (_what, fires, harm) => {
    await using redis = await startRedis();
    await using app = await startApp({ roma, env: { REDIS_URL: redis.url } });
    await harm(redis);
    let first = 1;
    const series = await scrape(app, async () => {
      for (let time = 0; time < 8; time++) await app.ask(page(first++));
    });
    expect(await firing(series)).toEqual(fires);
  });

  test('no replica answers', async () => {
    const down = [{ series: `up{job="${JOB}",instance="10.0.0.1:4001"}`, values: `0+0x${MINUTES}` }];
    expect(await firing(JSON.stringify(down))).toEqual(['CertificatesDown']);
    expect(await firing('[]')).toEqual(['CertificatesDown']);
  });
});
