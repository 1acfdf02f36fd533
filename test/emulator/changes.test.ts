import { describe, expect, test } from 'vitest';
import type { Change } from '../../src/emulator/changes.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';
import { idsOn, list, readPage } from './ask.ts';

const row = (id: string) => ({ id, name: `name_${id}`, type: 'instance', instance_id: 'one' });
const start = () =>
  startEmulator({
    rows: {
      one: ['a', 'b', 'c', 'd'].map((id, at) => ({ ...row(id), create_time: `2026-01-0${8 - 2 * at}T00:00:00Z` })),
      common: [{ id: 'g', type: 'global', instance_id: 'common', create_time: '2026-01-05T00:00:00Z' }],
    },
  });

describe('a change', () => {
  const cases: readonly (readonly [string, Change, readonly string[]])[] = [
    ['insert at the front', { kind: 'insert', owner: 'one', rows: [row('x'), row('y')] }, ['x', 'y', 'a', 'b', 'g', 'c', 'd']],
    ['insert in between', { kind: 'insert', owner: 'one', position: 3, rows: [row('x')] }, ['a', 'b', 'g', 'c', 'x', 'd']],
    ['insert past the end', { kind: 'insert', owner: 'one', position: 99, rows: [row('x')] }, ['a', 'b', 'g', 'c', 'd', 'x']],
    ['insert a global one', { kind: 'insert', owner: 'common', position: 9, rows: [row('x')] }, ['a', 'b', 'g', 'x', 'c', 'd']],
    ['remove', { kind: 'remove', owner: 'one', ids: ['a', 'c', 'nothing'] }, ['b', 'g', 'd']],
    ['remove by position', { kind: 'removeAt', owner: 'one', position: 1, count: 2 }, ['a', 'g', 'd']],
    ['remove a global one', { kind: 'remove', owner: 'common', ids: ['g'] }, ['a', 'b', 'c', 'd']],
    ['replace', { kind: 'replace', owner: 'one', rows: [row('z'), row('y')] }, ['z', 'y', 'g']],
  ];

  test.each(cases)('%s', async (_, change, ids) => {
    await using roma = await start();
    // Asked before as well: no answer of before may be remembered.
    expect(idsOn(await list(roma, { instance_id: 'one' }))).toEqual(['a', 'b', 'g', 'c', 'd']);
    expect(readPage(await list(roma, { instance_id: 'one', type: 'instance' })).total).toBe(4);
    await roma.control.change(change);
    expect(idsOn(await list(roma, { instance_id: 'one' }))).toEqual(ids);
  });

  test('of values keeps the row in its place', async () => {
    await using roma = await start();
    await roma.control.change({
      kind: 'update',
      owner: 'one',
      id: 'b',
      values: { name: 'renamed', create_time: '2020-01-01T00:00:00Z' },
    });
    const page = readPage(await list(roma, { instance_id: 'one' }));
    expect(page.certs.map(({ id }) => id)).toEqual(['a', 'b', 'g', 'c', 'd']);
    expect(page.certs[1]).toMatchObject({ name: 'renamed' });
  });

  test('never makes rows that stay change places, whatever create_time a new row has', async () => {
    await using roma = await start();
    await roma.control.change({
      kind: 'insert',
      owner: 'one',
      rows: [
        { ...row('old'), create_time: '1999-01-01T00:00:00Z' },
        { ...row('new'), create_time: '2030-01-01T00:00:00Z' },
      ],
    });
    const ids = idsOn(await list(roma, { instance_id: 'one' }));
    expect(ids).toEqual(['old', 'new', 'a', 'b', 'g', 'c', 'd']);
  });

  test('to rows of any shape is taken as it is, and may make an instance known', async () => {
    await using roma = await start();
    const odd = [null, 7, 'text', { id: 1, san: 'x' }];
    await roma.control.replaceCertificates('three', odd);
    expect(await roma.control.certificates('three')).toEqual(odd);
    expect(JSON.parse((await list(roma, { instance_id: 'three' })).text)).toMatchObject({
      total: 5,
      certs: [...odd, { id: 'g' }],
    });
    expect((await roma.control.state()).instanceIds).toEqual(['one', 'three']);
    await roma.control.reset();
    expect((await list(roma, { instance_id: 'three' })).status).toBe(404);
  });

  test('of no known kind is refused', async () => {
    await using roma = await start();
    await expect(roma.control.change({ kind: 'explode' } as unknown as Change)).rejects.toThrow('"explode"');
  });
});

describe('a scripted change', () => {
  const remove: Change = { kind: 'remove', owner: 'one', ids: ['a'] };

  test('before the nth call is seen by that call, after it by the next', async () => {
    await using roma = await start();
    await roma.control.scriptChanges(
      { when: 'before', nth: 2, changes: [remove] },
      { when: 'after', nth: 2, changes: [{ kind: 'remove', owner: 'one', ids: ['b'] }] },
    );
    const seen: string[] = [];
    for (let call = 0; call < 3; call += 1) seen.push(idsOn(await list(roma, { instance_id: 'one' })).join(''));
    expect(seen).toEqual(['abgcd', 'bgcd', 'gcd']);
    expect((await roma.control.state()).pendingChanges).toEqual([]);
  });

  test('counts only the calls it is meant for', async () => {
    await using roma = await start();
    await roma.control.scriptChanges({ when: 'before', nth: 1, match: { offset: 2 }, changes: [remove] });
    expect(idsOn(await list(roma, { instance_id: 'one', limit: 2 }))).toEqual(['a', 'b']);
    expect(idsOn(await list(roma, { instance_id: 'one', limit: 2, offset: 2 }))).toEqual(['c', 'd']);
  });

  test('can revoke the token in the middle of a walk, or be cleared', async () => {
    await using roma = await start();
    await roma.control.scriptChanges({ when: 'after', nth: 1, changes: [{ kind: 'revokeToken', token: roma.token }] });
    expect((await list(roma, { instance_id: 'one', limit: 2 })).status).toBe(200);
    expect((await list(roma, { instance_id: 'one', limit: 2, offset: 2 })).status).toBe(401);
    await roma.control.reset();
    await roma.control.scriptChanges({ when: 'before', nth: 1, changes: [remove] });
    await roma.control.clearScript();
    expect(readPage(await list(roma, { instance_id: 'one' })).total).toBe(5);
  });
});
