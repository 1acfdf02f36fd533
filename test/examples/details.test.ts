import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gatewayNames } from '../../examples/supergraph/supergraph.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase } from '../../src/roma/wire.ts';
import { type App, startApp } from '../support/app.ts';
import { setUpGateway } from '../support/gateways.ts';

const env = { ROMA_LOOKUP: 'details', CERTIFICATES_CACHE_TTL_MS: '0' };

let roma: Emulator;
let app: App;
beforeAll(async () => {
  roma = await startEmulator({ oddRows: false });
  app = await startApp({ roma, env });
});
afterAll(async () => {
  await app.stop();
  await roma.stop();
});

describe.each(gatewayNames)('behind the gateway of %s', (gateway) => {
  const ask = setUpGateway(gateway, () => app);
  beforeEach(async () => {
    await roma.control.clearFaults();
    await roma.control.clearCalls();
  });

  test('everything about one certificate takes two calls', async () => {
    const [row] = (await roma.control.certificates(roma.instanceIds[2] ?? '')) as readonly CertBase[];
    const query = `query ($id: ID!) {
      certificate(id: $id) {
        id name scope commonName subjectAlternativeNames notAfter hasTrustedRootCa instance { id }
        details { version serialNumber notBefore issuer organization organizationalUnit locality state country }
        boundDomains { id name status minTlsVersion redirectsHttpToHttps verifiesClientCertificate apiGroupName instance { id } }
      }
    }`;
    const { data, errors } = await ask(query, { id: row?.id });
    expect(errors).toBeUndefined();
    expect(data.certificate).toMatchObject({
      name: row?.name,
      details: { version: 3, issuer: [expect.any(String)] },
      boundDomains: row?.san?.map(() => ({ instance: { id: row.instance_id } })),
    });
    expect((await roma.control.calls()).byEndpoint).toEqual({ details: 1, domains: 1 });
  });

  test('of a page with details, one that fails is missing alone', async () => {
    const rows = (await roma.control.certificates(roma.instanceIds[0] ?? '')) as readonly CertBase[];
    const certificateId = rows[4]?.id ?? '';
    await roma.control.addFaults({
      fault: { kind: 'answer', status: 503 },
      times: 'always',
      match: { path: 'details', certificateId },
    });
    const query = `query ($instanceId: ID!) {
      certificates(instanceId: $instanceId, first: 20, filter: { scope: INSTANCE }) { nodes { id name details { issuer } } }
    }`;
    const { data, errors } = await ask(query, { instanceId: roma.instanceIds[0] });
    expect(errors).toMatchObject([{ path: ['certificates', 'nodes', 4, 'details'], extensions: { code: 'UPSTREAM_ERROR' } }]);
    expect(data.certificates.nodes).toHaveLength(20);
    for (const [at, { id, name, details }] of data.certificates.nodes.entries()) {
      expect({ id, name }).toEqual({ id: rows[at]?.id, name: rows[at]?.name });
      expect(details === null).toBe(at === 4);
    }
    // Three attempts for the one that fails.
    expect((await roma.control.calls()).byEndpoint).toEqual({ list: 1, details: 22 });
  });
});
