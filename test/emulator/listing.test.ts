import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase } from '../../src/roma/wire.ts';
import { ask, idsOn, list, listPath, readPage } from './ask.ts';

const row = (id: string, minute: number, more: CertBase = {}): CertBase => ({
  id,
  name: `name_${id}`,
  type: 'instance',
  instance_id: 'one',
  create_time: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
  ...more,
});
const globalRow = (id: string, minute: number): CertBase => row(id, minute, { type: 'global', instance_id: 'common' });

const rows = {
  one: [
    row('a', 50, {
      name: 'Gateway_prod',
      common_name: 'api.example.com',
      algorithm_type: 'RSA',
      signature_algorithm: 'SHA256-RSA',
    }),
    row('b', 40, { name: 'gateway', common_name: '*.example.com', algorithm_type: 'ECC', signature_algorithm: 'ECDSA-SHA256' }),
    row('c', 30, { name: '支付网关 证书', common_name: '', algorithm_type: 'SM2', signature_algorithm: 'SM2-SM3' }),
    row('d', 20),
  ],
  two: [row('z', 10, { instance_id: 'two' })],
  common: [globalRow('g1', 45), globalRow('g2', 5)],
};
const start = (options: EmulatorOptions = {}) => startEmulator({ rows, ...options });

describe('a listing', () => {
  test('is the own rows and the global ones, newest first, and the global ones say common', async () => {
    await using roma = await start();
    const page = readPage(await list(roma, { instance_id: 'one' }));
    expect(page.certs.map(({ id }) => id)).toEqual(['a', 'g1', 'b', 'c', 'd', 'g2']);
    expect(page).toMatchObject({ total: 6, size: 6 });
    expect(page.certs[1]).toMatchObject({ type: 'global', instance_id: 'common' });
    expect(idsOn(await list(roma, { instance_id: 'two' }))).toEqual(['g1', 'z', 'g2']);
  });

  test('answers JSON with a request ID and its length', async () => {
    await using roma = await start();
    const { status, headers } = await list(roma, { instance_id: 'one' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(headers['content-length']).toMatch(/^\d+$/);
  });

  test.each([
    ['type', 'instance', ['a', 'b', 'c', 'd']],
    ['type', 'global', ['g1', 'g2']],
    ['name', 'gateway', ['b']],
    ['name', '网关 证', ['c']],
    ['common_name', 'example.com', ['a', 'b']],
    ['common_name', '', ['a', 'g1', 'b', 'c', 'd', 'g2']],
    ['signature_algorithm', 'SHA256-RSA', ['a']],
    ['signature_algorithm', 'SHA256', []],
    ['algorithm_type', 'SM2', ['c']],
  ])('narrowed by %s=%s', async (name, value, ids) => {
    await using roma = await start();
    const reply = await list(roma, { instance_id: 'one', [name]: value });
    expect(idsOn(reply)).toEqual(ids);
    expect(readPage(reply)).toMatchObject({ total: ids.length, size: ids.length });
  });

  test('takes a plus for a plus, not for a blank', async () => {
    await using roma = await start();
    const headers = { 'x-auth-token': roma.token };
    const path = listPath(roma.projectId, { instance_id: 'one', name: '支付网关 证书' });
    expect(idsOn(await ask(roma.origin, path, { headers }))).toEqual(['c']);
    expect(idsOn(await ask(roma.origin, path.replace('%20', '+'), { headers }))).toEqual([]);
  });
});

describe('a window', () => {
  const numbers = Array.from({ length: 600 }, (_, at) => row(String(at), 0));

  test.each([
    [{}, 0, 20],
    [{ limit: 0 }, 0, 20],
    [{ limit: -7 }, 0, 20],
    [{ limit: 501 }, 0, 500],
    [{ limit: 2147483647 }, 0, 500],
    [{ limit: 500, offset: 100 }, 100, 500],
    [{ limit: 5, offset: -3 }, 0, 5],
    [{ limit: 50, offset: 590 }, 590, 10],
    [{ limit: 5, offset: 600 }, 600, 0],
    [{ limit: 5, offset: '9223372036854775807' }, 600, 0],
  ])('%j starts at row %i and has %i rows', async (parameters: Record<string, string | number>, first, size) => {
    await using roma = await startEmulator({ rows: { one: numbers } });
    const reply = await list(roma, { instance_id: 'one', ...parameters });
    expect(readPage(reply)).toMatchObject({ total: 600, size });
    expect(idsOn(reply)).toEqual(numbers.slice(first, first + size).map(({ id }) => id));
  });
});

describe('the switches of a listing', () => {
  test('order: ascending is the reverse, filtered or not', async () => {
    await using roma = await start({ switches: { order: 'createTimeAscending' } });
    expect(idsOn(await list(roma, { instance_id: 'one' }))).toEqual(['g2', 'd', 'c', 'b', 'g1', 'a']);
    expect(idsOn(await list(roma, { instance_id: 'one', type: 'instance' }))).toEqual(['d', 'c', 'b', 'a']);
  });

  test('order: unstable is another order each time, and the same sequence after a reset', async () => {
    await using roma = await start({ switches: { order: 'unstable' } });
    const orders = async () => {
      const seen: string[] = [];
      for (let time = 0; time < 5; time += 1) seen.push(idsOn(await list(roma, { instance_id: 'one' })).join());
      return seen;
    };
    const first = await orders();
    expect(new Set(first).size).toBeGreaterThan(1);
    for (const order of first) expect(order.split(',').sort()).toEqual(['a', 'b', 'c', 'd', 'g1', 'g2']);
    await roma.control.reset();
    expect(await orders()).toEqual(first);
  });

  test.each([
    ['exact', 'gateway', ['b']],
    ['exact', 'gate', []],
    ['contains', 'gate', ['b']],
    ['containsIgnoreCase', 'GATE', ['a', 'b']],
  ] as const)('nameMatch: %s finds %s in %j', async (nameMatch, name, ids) => {
    await using roma = await start({ switches: { nameMatch } });
    expect(idsOn(await list(roma, { instance_id: 'one', name }))).toEqual(ids);
  });

  test('maxLimit cuts the page, the default size too', async () => {
    await using roma = await start({ switches: { maxLimit: 3 } });
    expect(readPage(await list(roma, { instance_id: 'one', limit: 500 }))).toMatchObject({ total: 6, size: 3 });
    expect(readPage(await list(roma, { instance_id: 'one' }))).toMatchObject({ total: 6, size: 3 });
  });

  test('ignoredFilters change nothing, and are not even judged', async () => {
    await using roma = await start({ switches: { ignoredFilters: ['algorithm_type'] } });
    expect(readPage(await list(roma, { instance_id: 'one', algorithm_type: 'anything' })).total).toBe(6);
  });

  test('algorithmTypeAbsent takes the field off every row', async () => {
    await using roma = await start();
    expect(JSON.stringify(readPage(await list(roma, { instance_id: 'one' })))).toContain('algorithm_type');
    await roma.control.setSwitches({ algorithmTypeAbsent: true });
    expect(JSON.stringify(readPage(await list(roma, { instance_id: 'one' })))).not.toContain('algorithm_type');
  });

  test('emptyCerts is the list or null', async () => {
    await using roma = await start();
    const empty = { instance_id: 'one', name: 'nowhere' };
    expect(JSON.parse((await list(roma, empty)).text)).toEqual({ total: 0, size: 0, certs: [] });
    await roma.control.setSwitches({ emptyCerts: null });
    expect(JSON.parse((await list(roma, empty)).text)).toEqual({ total: 0, size: 0, certs: null });
  });

  test('commonInstance: list answers the global rows', async () => {
    await using roma = await start({ switches: { commonInstance: 'list' } });
    expect(idsOn(await list(roma, { instance_id: 'common' }))).toEqual(['g1', 'g2']);
  });

  test('gzip and framing change how the same page travels', async () => {
    await using roma = await start({ switches: { gzip: 'whenAccepted' } });
    const plain = (await list(roma, { instance_id: 'one' })).text;
    const path = listPath(roma.projectId, { instance_id: 'one' });
    const zipped = await fetch(`${roma.origin}${path}`, { headers: { 'x-auth-token': roma.token, 'accept-encoding': 'gzip' } });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(await zipped.text()).toBe(plain);

    await roma.control.setSwitches({ gzip: 'never', framing: 'chunked' });
    const chunked = await list(roma, { instance_id: 'one' });
    expect(chunked.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(chunked.text).toBe(plain);

    await roma.control.setSwitches({ framing: 'untilClose' });
    const untilClose = await list(roma, { instance_id: 'one' });
    expect(untilClose.headers['content-length']).toBeUndefined();
    expect(untilClose.headers['transfer-encoding']).toBeUndefined();
    expect(untilClose.text).toBe(plain);
  });

  test('one that does not exist or cannot have the value is refused', async () => {
    await using roma = await start();
    await expect(roma.control.setSwitches({ ordre: 'unstable' } as object)).rejects.toThrow(
      'There is no "ordre". Accepted: "order", ',
    );
    await expect(roma.control.setSwitches({ maxLimit: 0 })).rejects.toThrow('"maxLimit" cannot be 0');
  });
});
