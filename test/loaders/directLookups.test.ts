import { expect, test } from 'vitest';
import type { Certificate } from '../../src/certificates/certificate.ts';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { createLoaders } from '../../src/loaders/loaders.ts';
import type { Read } from '../../src/roma/Endpoint.ts';
import type { DetailsAnswer, DetailsQuery } from '../../src/roma/endpoints/certificateDetails.ts';
import { aCertificate } from '../support/certificates.ts';
import { anOperation, createListUpstream, hinted } from '../support/listUpstream.ts';

/** The service looks into the first two of three instances that there are. */
const CONFIGURED = ['a', 'b'];
const ALL = [...CONFIGURED, 'c'];

const OWN = aCertificate({ id: 'own', instanceId: 'b' });
const FOREIGN = aCertificate({ id: 'foreign', instanceId: 'c' });
const GLOBAL = aCertificate({ id: 'global', instanceId: 'common', scope: 'GLOBAL' });
const CERTIFICATES = new Map([OWN, FOREIGN, GLOBAL].map((certificate) => [certificate.id, certificate]));

const IDS = ['own', 'foreign', 'global', 'gone'];
const NAMED = [null, 'a', 'b', 'c', 'common'];
const DETAILS = ['sound', 'without instance', 'missing', 'forbidden', 'refusing this ID', 'failing', 'out of calls'] as const;
const LISTS = ['sound', 'failing'] as const;

type Details = (typeof DETAILS)[number];
type Lists = (typeof LISTS)[number];

const cases = IDS.flatMap((id) =>
  NAMED.flatMap((instanceId) => DETAILS.flatMap((details) => LISTS.map((lists) => ({ id, instanceId, details, lists })))),
);

test('null means "not there", and LOOKUP_INCOMPLETE "not searched", for every reference in every state of both endpoints', async () => {
  for (const one of cases) {
    const { id, instanceId, details, lists } = one;
    const { certificate, calls } = aLookup(details, lists);
    const outcome = await certificate({ id, instanceId }).catch((error: unknown) => error);
    const isThere = isVisible(CERTIFICATES.get(id), instanceId);
    // With details that tell nothing, or where only a list can tell whether there is such an instance, lists decide.
    const isTold = details === 'sound' && (instanceId !== 'c' || id === 'foreign' || id === 'gone');
    const isSearched = !isTold && details !== 'failing' && details !== 'out of calls' && lists === 'sound';
    // Whose it is, an answer that says "gone" need not say.
    const isKnown = isTold || isSearched || (details === 'without instance' && id === 'gone');
    if (!isKnown) expect([one, outcome]).toEqual([one, expect.objectContaining({ code: 'LOOKUP_INCOMPLETE' })]);
    else expect([one, outcome]).toEqual([one, isThere ? CERTIFICATES.get(id) : null]);
    if (isTold) expect([one, calls()]).toEqual([one, 0]);
  }
  expect(cases.length).toBe(280);
});

/** Whether a walk of the lists in question would meet it. */
function isVisible(certificate: Certificate | undefined, instanceId: string | null): boolean {
  if (certificate === undefined) return false;
  if (certificate === GLOBAL) return true;
  return instanceId === null ? CONFIGURED.includes(certificate.instanceId) : certificate.instanceId === instanceId;
}

function aLookup(details: Details, lists: Lists) {
  const own = (instanceId: string): Certificate[] => [OWN, FOREIGN, GLOBAL].filter((row) => row.instanceId === instanceId);
  const upstream = createListUpstream(Object.fromEntries(ALL.map((instanceId) => [instanceId, [...own(instanceId), GLOBAL]])));
  upstream.beforeCall = () => {
    if (lists === 'failing') throw new SubgraphError('UPSTREAM_ERROR', 'lists fail');
  };
  const answer = ({ id }: DetailsQuery): DetailsAnswer => {
    switch (details) {
      case 'missing':
        throw new SubgraphError('UPSTREAM_ERROR', 'missing', { upstream: { status: 404, errorCode: 'APIGW.0101' } });
      case 'forbidden':
        throw new SubgraphError('FORBIDDEN', 'forbidden', { upstream: { status: 403, errorCode: 'APIG.1005' } });
      case 'refusing this ID':
        throw new SubgraphError('BAD_USER_INPUT', 'bad ID', { upstream: { status: 400, errorCode: 'APIG.2012' } });
      case 'failing':
        throw new SubgraphError('UPSTREAM_ERROR', 'failing', { upstream: { status: 500 } });
      case 'out of calls':
        throw new SubgraphError('REQUEST_LIMIT_EXCEEDED', 'no calls left');
      default: {
        const certificate = CERTIFICATES.get(id);
        if (certificate === undefined) return { found: null, readAtMs: 1 };
        return { found: { details: {} as never, certificate: details === 'sound' ? certificate : null }, readAtMs: 1 };
      }
    }
  };
  const { certificate } = createLoaders({
    listCertificates: upstream.listCertificates,
    read: (async (_endpoint, query) => answer(query as DetailsQuery)) as Read,
    operation: anOperation(100),
    // Long lists, so that one ID is always worth a call of its own.
    held: hinted({ lengthOf: () => 5_000 }),
    instanceIds: CONFIGURED,
    nowMs: Date.now(),
    lookup: 'details',
    meter: { windowsMerged: () => {}, walked: () => {}, looksInto: () => {}, cursorReanchored: () => {} },
  });
  return { certificate, calls: () => upstream.calls.length };
}
