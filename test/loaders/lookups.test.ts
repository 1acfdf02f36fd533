import { describe, expect, test } from 'vitest';
import type { HeldLists } from '../../src/certificates/heldLists.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { aCertificate } from '../support/certificates.ts';
import { createListUpstream, hinted, type ListUpstream, loadersFor } from '../support/listUpstream.ts';

const GLOBAL = aCertificate({ id: 'g-1', instanceId: 'common', scope: 'GLOBAL' });

/** Instances i-0, i-1, …, each with certificates `<instance>-c-<n>` and, at the end, one global certificate. */
function instances(count: number, rows: number): ListUpstream {
  return createListUpstream(
    Object.fromEntries(
      Array.from({ length: count }, (_, instance) => [
        `i-${instance}`,
        [
          ...Array.from({ length: rows }, (_, row) =>
            aCertificate({ id: `i-${instance}-c-${row}`, instanceId: `i-${instance}` }),
          ),
          GLOBAL,
        ],
      ]),
    ),
  );
}

function failing(upstream: ListUpstream, ...instanceIds: string[]): ListUpstream {
  upstream.beforeCall = ({ instanceId }) => {
    if (instanceIds.includes(instanceId)) {
      throw new SubgraphError('UPSTREAM_UNAVAILABLE', 'ROMA Connect could not be reached.', { upstream: { instanceId } });
    }
  };
  return upstream;
}

describe('calls that a lookup costs', () => {
  test('500 IDs in 5 instances cost what one ID in each does', async () => {
    const one = instances(5, 1200);
    const { certificate } = loadersFor(one);
    await Promise.all(
      [0, 1, 2, 3, 4].map((instance) => certificate({ id: `i-${instance}-c-1100`, instanceId: `i-${instance}` })),
    );

    const many = instances(5, 1200);
    const loaders = loadersFor(many);
    const references = Array.from({ length: 500 }, (_, index) => ({
      id: `i-${index % 5}-c-${1199 - index}`,
      instanceId: `i-${index % 5}`,
    }));
    const found = await Promise.all(references.map(loaders.certificate));
    expect(found.map((row) => row?.id)).toEqual(references.map(({ id }) => id));
    expect([one.calls.length, many.calls.length]).toEqual([15, 15]);
  });

  test('a walk stops at the page of the last wanted row', async () => {
    const upstream = instances(1, 5000);
    await loadersFor(upstream).certificate({ id: 'i-0-c-700', instanceId: 'i-0' });
    expect(upstream.calls).toHaveLength(2);
  });

  test('the same reference twice costs nothing', async () => {
    const upstream = instances(1, 10);
    const { certificate } = loadersFor(upstream);
    const reference = { id: 'i-0-c-3', instanceId: 'i-0' };
    const [first, second] = await Promise.all([certificate(reference), certificate({ ...reference })]);
    expect([first?.id, second?.id, upstream.calls.length]).toEqual(['i-0-c-3', 'i-0-c-3', 1]);
  });

  test('an ID that is known with its instance does not send anyone to the others', async () => {
    const upstream = instances(3, 10);
    await loadersFor(upstream).certificate({ id: 'i-1-c-3', instanceId: 'i-1' });
    expect(upstream.calls.map(({ instanceId }) => instanceId)).toEqual(['i-1']);
  });

  test('a global certificate is looked for in one instance only', async () => {
    const upstream = instances(3, 10);
    expect(await loadersFor(upstream).certificate({ id: 'g-1', instanceId: 'common' })).toBe(GLOBAL);
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('where a certificate was seen last', () => {
  const seenIn = (instanceId: string): HeldLists => hinted({ lastSeenIn: () => instanceId });

  test('is asked first, and alone when it is still there', async () => {
    const upstream = instances(3, 10);
    const { certificate } = loadersFor(upstream, { held: seenIn('i-2') });
    expect((await certificate({ id: 'i-2-c-3', instanceId: null }))?.id).toBe('i-2-c-3');
    expect(upstream.calls.map(({ instanceId }) => instanceId)).toEqual(['i-2']);
  });

  test('is no more than a hint: the others are asked when it is wrong, each once', async () => {
    const upstream = instances(3, 10);
    const { certificate } = loadersFor(upstream, { held: seenIn('i-2') });
    expect((await certificate({ id: 'i-0-c-3', instanceId: null }))?.id).toBe('i-0-c-3');
    expect(await certificate({ id: 'nowhere', instanceId: null })).toBeNull();
    expect(upstream.calls.map(({ instanceId }) => instanceId)).toEqual(['i-2', 'i-0', 'i-1']);
  });

  test('may change meanwhile without anything being missed', async () => {
    const upstream = instances(2, 3);
    let hint = 'i-0';
    upstream.beforeCall = () => {
      hint = 'i-1';
    };
    const { certificate } = loadersFor(upstream, { held: hinted({ lastSeenIn: () => hint }) });
    expect((await certificate({ id: 'i-1-c-1', instanceId: null }))?.id).toBe('i-1-c-1');
  });

  test('is not waited for when it hangs', async () => {
    const upstream = instances(3, 10);
    upstream.beforeCall = ({ instanceId }) => (instanceId === 'i-0' ? new Promise(() => {}) : undefined);
    const { certificate } = loadersFor(upstream, { held: seenIn('i-0') });
    expect(await certificate({ id: 'g-1', instanceId: null })).toBe(GLOBAL);
  });
});

describe('an instance that hangs', () => {
  const hanging = (upstream: ListUpstream, ...instanceIds: string[]): ListUpstream => {
    upstream.beforeCall = ({ instanceId }) => (instanceIds.includes(instanceId) ? new Promise(() => {}) : undefined);
    return upstream;
  };

  test('holds up no lookup that others can answer', async () => {
    const { certificate } = loadersFor(hanging(instances(2, 3), 'i-0'));
    expect((await certificate({ id: 'i-1-c-1', instanceId: null }))?.id).toBe('i-1-c-1');
  });

  test('holds up no global certificate, and no answer that there is none', async () => {
    const { certificate } = loadersFor(hanging(instances(2, 3), 'i-0'));
    expect(await certificate({ id: 'g-1', instanceId: 'common' })).toBe(GLOBAL);
    expect(await certificate({ id: 'nowhere', instanceId: 'common' })).toBeNull();
  });

  test('and fifteen more do not keep the seventeenth from being asked', async () => {
    const slow = Array.from({ length: 16 }, (_, index) => `i-${index}`);
    const { certificate } = loadersFor(hanging(instances(17, 3), ...slow));
    expect((await certificate({ id: 'i-16-c-1', instanceId: null }))?.id).toBe('i-16-c-1');
  });
});

test('1,000 IDs in 1,000 instances are kept track of without a product of both', async () => {
  const upstream = instances(1000, 1);
  const { certificate } = loadersFor(upstream, { maxCalls: 2000 });
  const found = await Promise.all(
    upstream.lists.keys().map((instanceId) => certificate({ id: `${instanceId}-c-0`, instanceId: null })),
  );
  expect(found.filter((row) => row !== null)).toHaveLength(1000);
  expect(upstream.calls).toHaveLength(1000);
});

describe('answers', () => {
  test('null only after every instance was read whole', async () => {
    const upstream = instances(3, 600);
    expect(await loadersFor(upstream).certificate({ id: 'nowhere', instanceId: null })).toBeNull();
    expect(upstream.calls).toHaveLength(6);
  });

  test('an instance that hangs holds up nothing that the others have', async () => {
    const { listCertificates, ...upstream } = instances(3, 3);
    const partlyHanging = {
      ...upstream,
      listCertificates: ((query, operation) =>
        query.instanceId === 'i-0' ? new Promise(() => {}) : listCertificates(query, operation)) as typeof listCertificates,
    };
    const { certificate } = loadersFor(partlyHanging);
    const found = await Promise.all(['i-1-c-1', 'i-2-c-2', 'g-1'].map((id) => certificate({ id, instanceId: null })));
    expect(found.map((row) => row?.id)).toEqual(['i-1-c-1', 'i-2-c-2', 'g-1']);
  });

  test('a list that grows while it is walked is walked to its new end', async () => {
    const upstream = instances(1, 599);
    const [list] = upstream.lists.values();
    upstream.beforeCall = () => {
      if (upstream.calls.length === 2) list?.splice(550, 0, aCertificate({ id: 'new' }));
    };
    expect(await loadersFor(upstream).certificate({ id: 'g-1', instanceId: 'i-0' })).toBe(GLOBAL);
  });

  test('an instance shows its global certificates too', async () => {
    expect(await loadersFor(instances(2, 3)).certificate({ id: 'g-1', instanceId: 'i-1' })).toBe(GLOBAL);
  });

  test('an own certificate of an instance is not global', async () => {
    expect(await loadersFor(instances(2, 3)).certificate({ id: 'i-0-c-1', instanceId: 'common' })).toBeNull();
  });

  test('the next instance is asked for a global certificate when one fails', async () => {
    const upstream = failing(instances(3, 3), 'i-0');
    expect(await loadersFor(upstream).certificate({ id: 'g-1', instanceId: 'common' })).toBe(GLOBAL);
    expect(upstream.calls.map(({ instanceId }) => instanceId)).toEqual(['i-0', 'i-1']);
  });

  test('without any instance to search, the error says what to set', async () => {
    await expect(
      loadersFor(instances(1, 3), { instanceIds: [] }).certificate({ id: 'x', instanceId: null }),
    ).rejects.toMatchObject({
      code: 'LOOKUP_INCOMPLETE',
      message: expect.stringContaining('ROMA_INSTANCE_IDS'),
    });
  });

  test('a caller without a token is told so, once for all', async () => {
    const upstream = instances(2, 3);
    upstream.beforeCall = () => {
      throw new SubgraphError('UNAUTHENTICATED', 'Send X-Auth-Token.');
    };
    await expect(loadersFor(upstream).certificate({ id: 'x', instanceId: null })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('every set of failing instances times every place that a certificate can be', () => {
  const all = ['i-0', 'i-1', 'i-2'];
  const places = [...all, 'nowhere', 'everywhere'];
  const subsets = Array.from({ length: 8 }, (_, bits) => all.filter((_, index) => (bits >> index) & 1));
  const cases = subsets.flatMap((failed) => places.map((place) => ({ failed, place })));

  test.each(cases)('$failed fail, it is $place', async ({ failed, place }) => {
    const id = place === 'everywhere' ? 'g-1' : `${place}-c-1`;
    const upstream = failing(instances(3, 3), ...failed);
    const outcome = await loadersFor(upstream)
      .certificate({ id, instanceId: null })
      .catch((error: SubgraphError) => error.extensions);

    const isReadable = place === 'everywhere' ? failed.length < 3 : all.includes(place) && !failed.includes(place);
    if (isReadable) expect(outcome).toMatchObject({ id });
    else if (failed.length === 0) expect(outcome).toBeNull();
    else {
      expect(outcome).toEqual({
        code: 'LOOKUP_INCOMPLETE',
        retryable: true,
        instances: failed.map((instanceId) => ({ instanceId, code: 'UPSTREAM_UNAVAILABLE', upstream: { instanceId } })),
      });
    }
  });
});
