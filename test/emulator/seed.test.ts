import { describe, expect, test } from 'vitest';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase } from '../../src/roma/wire.ts';
import { list, readPage } from './ask.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-11-24T08:00:00Z');

async function allRows(seed: string, atMs = now, oddRows = true): Promise<CertBase[]> {
  await using roma = await startEmulator({ seed, now: () => atMs, oddRows });
  const pages = await Promise.all(roma.instanceIds.map((instance_id) => list(roma, { instance_id, limit: 500 })));
  return pages.flatMap((page) => readPage(page).certs);
}

describe('the generated data', () => {
  test('is the same for the same seed and day, and another for another seed', async () => {
    const rows = await allRows('1');
    expect(await allRows('1', now + 60_000)).toEqual(rows);
    expect(await allRows('2')).not.toEqual(rows);
  });

  test('has four instances with 60 to 250 own certificates, and 12 global ones in each', async () => {
    await using roma = await startEmulator();
    expect(roma.instanceIds).toHaveLength(4);
    for (const instance_id of roma.instanceIds) {
      expect(readPage(await list(roma, { instance_id, type: 'global' })).total).toBe(12);
      const { total } = readPage(await list(roma, { instance_id, type: 'instance' }));
      expect(total).toBeGreaterThanOrEqual(60);
      expect(total).toBeLessThanOrEqual(250);
    }
  });

  test('is listed newest first', async () => {
    await using roma = await startEmulator({ oddRows: false });
    const { certs } = readPage(await list(roma, { instance_id: roma.instanceIds[0] ?? '', limit: 500 }));
    const created = certs.map(({ create_time }) => Date.parse(create_time ?? ''));
    expect(created).toEqual([...created].sort((one, other) => other - one));
  });

  test('keeps the documented forms where a row is not odd', async () => {
    for (const row of await allRows('1', now, false)) {
      expect(row.id).toMatch(/^[0-9a-f]{32}$/);
      expect(row.name).toMatch(/^[A-Za-z\u4e00-\u9fa5][A-Za-z0-9_\u4e00-\u9fa5]{3,49}$/);
      expect(row.project_id).toMatch(/^[0-9a-f]{32}$/);
      expect(row.type).toMatch(row.instance_id === 'common' ? /^global$/ : /^instance$/);
      expect(row.algorithm_type).toMatch(/^(RSA|ECC|SM2)$/);
      for (const time of [row.not_after, row.create_time, row.update_time]) {
        expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,8}[1-9])?Z$/);
      }
    }
  });

  test.each([
    ['expired', (row: CertBase) => ends(row) < now],
    ['about to expire within a week', (row: CertBase) => ends(row) > now && ends(row) < now + 7 * DAY_MS],
    ['good for months', (row: CertBase) => ends(row) > now + 90 * DAY_MS],
    ['ending as late as is allowed', (row: CertBase) => ends(row) <= Date.parse('2038-01-19T03:14:07Z')],
    ['wildcards', (row: CertBase) => row.common_name?.startsWith('*.')],
    ['internationalised names', (row: CertBase) => row.common_name?.includes('xn--')],
    ['IP addresses', (row: CertBase) => row.san?.some((name) => name.includes('2001:db8:'))],
    ['Chinese names', (row: CertBase) => /[\u4e00-\u9fa5]/.test(row.name ?? '')],
    ['SM2', (row: CertBase) => row.algorithm_type === 'SM2'],
    ['ECC', (row: CertBase) => row.algorithm_type === 'ECC'],
    ['trusted roots', (row: CertBase) => row.is_has_trusted_root_ca === true],
    ['9 fraction digits', (row: CertBase) => /\.\d{9}Z$/.test(row.create_time ?? '')],
    ['no fraction digits', (row: CertBase) => /:\d\dZ$/.test(row.create_time ?? '')],
    ['an offset from UTC', (row: CertBase) => row.create_time?.endsWith('+08:00')],
    ['an unknown algorithm type', (row: CertBase) => row.algorithm_type === 'EDDSA'],
    ['no algorithm type', (row: CertBase) => row.algorithm_type === undefined],
    ['no common name', (row: CertBase) => row.common_name === ''],
    ['a null san', (row: CertBase) => row.san === null],
    ['no end', (row: CertBase) => row.not_after === undefined],
  ])('has certificates with or that are: %s', async (_, holds) => {
    expect((await allRows('1')).filter(holds).length).toBeGreaterThan(0);
  });

  test('has no ID twice, apart from global ones in several lists', async () => {
    await using roma = await startEmulator({ instances: 1, certificates: 20_000 });
    const ids = new Set<string | undefined>();
    for (let offset = 0; offset < 20_012; offset += 500) {
      for (const { id } of readPage(await list(roma, { instance_id: roma.instanceIds[0] ?? '', offset, limit: 500 })).certs)
        ids.add(id);
    }
    expect(ids.size).toBe(20_012);
  });
});

function ends({ not_after }: CertBase): number {
  return Date.parse(not_after ?? '');
}
