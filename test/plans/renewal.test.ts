import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { calls, forgetAll, instanceId, list, post, roma, start, startAll, stopAll, TTL_MS } from './laneApp.ts';

/** How often the lane answered, and how. */
const spy = vi.hoisted(() => ({ lanes: 0, plans: 0, answers: 0, renewed: 0, remade: 0 }));

vi.mock(import('../../src/graphql/plans/expressLane.ts'), async (importOriginal) => {
  const { watchLane } = await import('./watchLane.ts');
  return watchLane(await importOriginal(), spy);
});

vi.mock(import('../../src/loaders/reads.ts'), async (importOriginal) => {
  const { watchReads } = await import('./watchLane.ts');
  return watchReads(await importOriginal(), spy);
});

beforeAll(startAll);
afterAll(stopAll);
afterEach(async () => {
  Object.assign(spy, { plans: 0, answers: 0, renewed: 0, remade: 0 });
  await forgetAll();
});

describe('an answer that is too old', () => {
  /** Says the same at any time, other than those with `asOf`. */
  const names = (): string => list().replace(' asOf', '').replace('{ id }', '{ id name }');

  async function askTwice(query: string): Promise<string> {
    await post(query);
    const { body } = await post(query);
    vi.setSystemTime(Date.now() + 2 * TTL_MS);
    await roma.control.clearCalls();
    return body;
  }

  async function rename(): Promise<void> {
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly id: string }[];
    await roma.control.change({ kind: 'update', owner: instanceId, id: row?.id ?? '', values: { name: `Neu_${Date.now()}` } });
  }

  test('is sent again, for as long as a new one, when its only call brings the same', async () => {
    const query = names();
    const before = await askTwice(query);
    expect(await post(query)).toEqual({ status: 200, cacheControl: 'private, max-age=10', body: before });
    expect(spy).toMatchObject({ renewed: 1, remade: 0 });
    expect(await calls()).toBe(1);
    // From now on it is reused as any other.
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 1, answers: 1 });
    expect(await calls()).toBe(1);
  });

  test('is made anew from what the same call brings, when that is something else', async () => {
    const query = names();
    const before = await askTwice(query);
    await rename();
    const { body, cacheControl } = await post(query);
    expect(body).toContain('Neu_');
    expect(body).not.toBe(before);
    expect(cacheControl).toBe('private, max-age=10');
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(1);
  });

  test('is an error when its call fails, after as many calls as for any other', async () => {
    const query = names();
    await askTwice(query);
    const refusal = { kind: 'answer', status: 403, body: { error_code: 'APIG.1005', error_msg: 'No' } } as const;
    await roma.control.addFaults({ fault: refusal, times: 1 });
    const { body, cacheControl } = await post(query);
    expect(body).toContain('FORBIDDEN');
    expect(cacheControl).toBe('no-store');
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(1);
    expect((await post(query)).body).not.toContain('errors');
  });

  test.each(['expired', 'daysUntilExpiry', 'asOf'])('is not renewed with %s, which hangs on the time', async (field) => {
    const query = field === 'asOf' ? list() : names().replace('{ id name }', `{ id ${field} }`);
    await askTwice(query);
    expect((await post(query)).body).toContain(field);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
  });

  test('is not renewed when more than one call went into it', async () => {
    const of = roma.instanceIds
      .slice(0, 2)
      .map((id, at) => `i${at}: certificates(instanceId: "${id}", first: 1) { nodes { id } }`);
    const query = `query Two${Date.now()} { ${of.join(' ')} }`;
    await askTwice(query);
    await post(query);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(2);
  });

  test('takes no call where none is needed', async () => {
    const query = names();
    const before = await askTwice(query);
    // Leaves the whole list behind, read just now.
    await post(
      `query Sorted${Date.now()} { certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { totalCount } }`,
    );
    await post(
      `query Names${Date.now()} { certificates(instanceId: "${instanceId}", orderBy: { field: NAME }) { nodes { id } } }`,
    );
    await roma.control.clearCalls();
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 0, remade: 1 });
    expect(await calls()).toBe(0);
  });

  test('is not renewed once its filter is known to be ignored', async () => {
    await using plain = await start({ CERTIFICATES_CACHE_TTL_MS: '0' });
    const rows = await roma.control.certificates(instanceId);
    const typed = rows.map((row, at) => ({ ...(row as object), algorithm_type: at === 30 ? 'ECC' : 'RSA' }));
    const global = await roma.control.certificates('common');
    await roma.control.replaceCertificates(instanceId, typed);
    await roma.control.replaceCertificates('common', []);
    await roma.control.setSwitches({ ignoredFilters: ['algorithm_type'] });
    const ask = (first: number, name: string) =>
      post(
        `query ${name} { certificates(instanceId: "${instanceId}", first: ${first}, filter: { algorithmType: RSA }) { totalCount nodes { id } } }`,
        {},
        {},
        plain,
      );
    const total = async (answer: Promise<{ body: string }>): Promise<number> =>
      JSON.parse((await answer).body).data.certificates.totalCount;
    for (let asked = 0; asked < 3; asked++) expect(await total(ask(20, 'Few'))).toBe(rows.length);
    expect(spy).toMatchObject({ renewed: 1, remade: 0 });
    // Reaches the row that contradicts.
    expect(await total(ask(40, 'Many'))).toBe(rows.length - 1);
    expect(await total(ask(20, 'Few'))).toBe(rows.length - 1);
    await roma.control.setSwitches({ ignoredFilters: [] });
    await roma.control.replaceCertificates(instanceId, rows);
    await roma.control.replaceCertificates('common', global);
  });

  test('is not renewed when it leaves a whole list behind, which serves others', async () => {
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly name: string }[];
    const ask = (first: number): string =>
      `query Few${Date.now()} { certificates(instanceId: "${instanceId}", first: ${first}, filter: { name: "${row?.name}" }) { totalCount nodes { id } } }`;
    const query = ask(5);
    // The first time for itself, the second time with a plan that has to read.
    for (let asked = 0; asked < 2; asked++) await askTwice(query);
    expect((await post(query)).body).toContain('"totalCount":1,');
    await post(ask(3));
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(1);
  });

  test('is not renewed for a lookup, which waits for no instance that hangs', async () => {
    await roma.control.setSwitches({ maxLimit: 50 });
    const [row] = (await roma.control.certificates(instanceId)) as readonly { readonly id: string }[];
    const query = `query Lookup${Date.now()} { _entities(representations: [{ __typename: "Certificate", id: "${row?.id}", instanceId: "${instanceId}" }]) { ... on Certificate { name } } }`;
    const before = await askTwice(query);
    expect(before).toContain('name');
    expect((await post(query)).body).toBe(before);
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(1);
    await roma.control.setSwitches({ maxLimit: 500 });
  });

  test("is renewed with nobody else's call", async () => {
    const query = names();
    await askTwice(query);
    expect((await post(query, {}, { 'x-auth-token': roma.restrictedToken })).body).toContain('FORBIDDEN');
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
  });

  test('is not renewed with REVALIDATION=off', async () => {
    await using off = await start({ REVALIDATION: 'off' });
    const query = names();
    for (let asked = 0; asked < 3; asked++) {
      await post(query, {}, {}, off);
      vi.setSystemTime(Date.now() + 2 * TTL_MS);
    }
    expect(spy).toMatchObject({ renewed: 0, remade: 0 });
    expect(await calls()).toBe(3);
  });
});
