import { expect, test, vi } from 'vitest';
import { readConfig } from '../../src/config/readConfig.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf } from '../reliability/modes.ts';
import { startApp } from '../support/app.ts';

const DAY_MS = 86_400_000;

test('what ends when is counted by instance, and an instance that can not be read is left out', async () => {
  await using roma = await startEmulator({ instances: 2, globalCertificates: 0 });
  const [one, two] = roma.instanceIds as [string, string];
  const row = (id: string, days: number | null) => ({
    id,
    name: id,
    type: 'instance',
    instance_id: one,
    ...(days !== null && { not_after: new Date(Date.now() + days * DAY_MS).toISOString() }),
  });
  await roma.control.replaceCertificates(
    one,
    [-1, -400, 3, 20, 29, 60, 91, 400, 500, null].map((days, at) => row(`c${at}`, days)),
  );
  await roma.control.replaceCertificates(two, []);
  await using app = await startApp({
    env: { ...envOf('token', roma), EXPIRY_METRICS_INTERVAL_MS: '50', CERTIFICATES_CACHE_TTL_MS: '0' },
  });
  const lines = async () =>
    (await (await app.fetch('/metrics')).text()).split('\n').filter((line) => line.startsWith('certificates_by_expiry{'));
  const of = (instance: string, counts: Record<string, number>) =>
    Object.entries(counts).map(([ends, count]) => `certificates_by_expiry{instance="${instance}",ends="${ends}"} ${count}`);
  const first = of(one, { expired: 2, '7d': 1, '30d': 2, '90d': 1, later: 3, unknown: 1 });
  const second = of(two, { expired: 0, '7d': 0, '30d': 0, '90d': 0, later: 0, unknown: 0 });
  await vi.waitFor(async () => expect(await lines()).toEqual([...first, ...second]));
  await roma.control.addFaults({ fault: { kind: 'answer', status: 403 }, match: { instanceId: two }, times: 'always' });
  await vi.waitFor(async () => expect(await lines()).toEqual(first));
});

test('takes credentials of the service itself', () => {
  expect(() => readConfig({ EXPIRY_METRICS_INTERVAL_MS: '1000' })).toThrow(/EXPIRY_METRICS_INTERVAL_MS needs credentials/);
});
