import { afterEach, expect, test } from 'vitest';
import type { EmulatorControl } from '../../src/emulator/control.ts';
import type { AnswerFault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import type { CertificateDetailResp, UrlDomainRefInfo } from '../../src/roma/wire.ts';
import { type App, startApp } from '../support/app.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function start(env: Record<string, string> = {}): Promise<{ roma: Emulator; app: App; instanceId: string }> {
  const roma = await startEmulator({ instances: 2, certificates: 30, globalCertificates: 3, oddRows: false });
  opened.push(roma);
  const app = await startApp({ roma, env: { CERTIFICATES_CACHE_TTL_MS: '0', ...env } });
  opened.push(app);
  return { roma, app, instanceId: roma.instanceIds[0] ?? '' };
}

const DETAILS = 'details { version serialNumber notBefore issuer organization organizationalUnit locality state country }';
const DOMAINS = `boundDomains {
  id name status minTlsVersion redirectsHttpToHttps verifiesClientCertificate apiGroupId apiGroupName instance { id }
}`;
const pageOf = (fields: string) =>
  `query ($instanceId: ID!, $first: Int) { certificates(instanceId: $instanceId, first: $first) { nodes { id ${fields} } } }`;

async function callsOf(control: EmulatorControl): Promise<Readonly<Record<string, number>>> {
  const { byEndpoint } = await control.calls();
  await control.clearCalls();
  return byEndpoint;
}

async function get<Body>({ origin, projectId, token }: Emulator, path: string): Promise<Body> {
  const url = `${origin}/v2/${projectId}/apic/certificates/${path}`;
  return (await fetch(url, { headers: { 'x-auth-token': token } })).json() as Promise<Body>;
}

const gone = (code: string): AnswerFault => ({ kind: 'answer', status: 404, body: { error_code: code, error_msg: 'gone' } });

test('details and bound domains are what ROMA Connect says of each certificate', async () => {
  const { roma, app, instanceId } = await start();
  const { data, errors } = await app.ask(pageOf(`${DETAILS} ${DOMAINS}`), { instanceId, first: 33 });
  expect(errors).toBeUndefined();
  expect(data.certificates.nodes).toHaveLength(33);
  const statuses = new Set<string>();
  for (const { id, details, boundDomains } of data.certificates.nodes) {
    const wire = await get<CertificateDetailResp>(roma, id);
    expect(details).toEqual({
      version: wire.version,
      serialNumber: wire.serial_number,
      notBefore: wire.not_before,
      issuer: wire.issuer,
      organization: wire.organization,
      organizationalUnit: wire.organizational_unit ?? [],
      locality: wire.locality,
      state: wire.state,
      country: wire.country,
    });
    const { bound_domains: domains } = await get<{ bound_domains: UrlDomainRefInfo[] }>(roma, `${id}/attached-domains`);
    expect(boundDomains).toEqual(
      domains.map((domain) => ({
        id: domain.id,
        name: domain.url_domain,
        status: ['', 'UNRESOLVED', 'RESOLVING', 'RESOLVED', 'FAILED'][domain.status ?? 0],
        minTlsVersion: domain.min_ssl_version,
        redirectsHttpToHttps: domain.is_http_redirect_to_https,
        verifiesClientCertificate: domain.verified_client_certificate_enabled,
        apiGroupId: domain.api_group_id,
        apiGroupName: domain.api_group_name,
        instance: { id: domain.instance_id },
      })),
    );
    for (const { status } of boundDomains) statuses.add(status);
  }
  expect(statuses.size).toBeGreaterThan(1);
});

test('they are asked for once per certificate, only when selected, and again only when their time is over', async () => {
  const { roma, app, instanceId } = await start({ CERTIFICATES_CACHE_TTL_MS: '60000' });
  await app.ask(pageOf('name'), { instanceId, first: 10 });
  expect(await callsOf(roma.control)).toEqual({ list: 1 });
  const query = `query ($instanceId: ID!) {
    a: certificates(instanceId: $instanceId, first: 10) { nodes { id details { issuer } again: details { version } boundDomains { id } } }
    b: certificates(instanceId: $instanceId, first: 5) { nodes { details { state } boundDomains { name } } }
  }`;
  const first = await app.ask(query, { instanceId });
  expect(first.errors).toBeUndefined();
  expect(await callsOf(roma.control)).toEqual({ details: 10, domains: 10 });
  expect(await app.ask(`${query} # again`, { instanceId })).toEqual(first);
  expect(await callsOf(roma.control)).toEqual({});
  // By caller: another one may see less.
  const token = await roma.control.issueToken({ forbidden: ['details'] });
  const other = await app.ask(query, { instanceId }, { 'x-auth-token': token });
  expect(other.errors).toHaveLength(25);
  expect(other.errors?.every(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
  expect(other.data.a.nodes.map(({ boundDomains }: { boundDomains: unknown }) => boundDomains)).toEqual(
    first.data.a.nodes.map(({ boundDomains }: { boundDomains: unknown }) => boundDomains),
  );
});

test('one that fails is an error at its own path, and everything else is delivered', async () => {
  const { roma, app, instanceId } = await start();
  const whole = await app.ask(pageOf('name details { issuer } boundDomains { id }'), { instanceId, first: 20 });
  const certificateId: string = whole.data.certificates.nodes[7].id;
  const fault = { kind: 'answer', status: 503 } as const;
  await roma.control.addFaults({ fault, times: 'always', match: { path: 'details', certificateId } });
  await roma.control.clearCalls();
  const { data, errors } = await app.ask(`${pageOf('name details { issuer } boundDomains { id }')} # again`, {
    instanceId,
    first: 20,
  });
  expect(errors).toMatchObject([
    {
      path: ['certificates', 'nodes', 7, 'details'],
      extensions: { code: 'UPSTREAM_ERROR', retryable: true, upstream: { status: 503 } },
    },
  ]);
  expect(data).toEqual({
    certificates: {
      nodes: whole.data.certificates.nodes.map((node: { id: string }) =>
        node.id === certificateId ? { ...node, details: null } : node,
      ),
    },
  });
  expect(await callsOf(roma.control)).toEqual({ list: 1, details: 22, domains: 20 });
  // Errors are not kept.
  await roma.control.clearFaults();
  expect(await app.ask(pageOf('name details { issuer } boundDomains { id }'), { instanceId, first: 20 })).toEqual(whole);
});

test('details that fail for all leave lists alone', async () => {
  const { roma, app, instanceId } = await start();
  await roma.control.addFaults({ fault: { kind: 'answer', status: 500 }, times: 'always', match: { path: 'details' } });
  const failed = await app.ask(pageOf('details { issuer }'), { instanceId, first: 30 });
  expect(failed.errors).toHaveLength(30);
  const again = await app.ask(pageOf('details { issuer }'), { instanceId, first: 5 });
  expect(again.errors?.map(({ extensions }) => extensions.code)).toEqual(Array(5).fill('UPSTREAM_UNAVAILABLE'));
  expect(again.data.certificates.nodes).toHaveLength(5);
  const { data, errors } = await app.ask(pageOf('name boundDomains { id }'), { instanceId, first: 5 });
  expect(errors).toBeUndefined();
  expect(data.certificates.nodes).toHaveLength(5);
});

test.each(['APIG.3021', 'APIG.3025'])('a certificate that is gone (%s) has neither, without an error', async (code) => {
  const { roma, app, instanceId } = await start({ CERTIFICATES_CACHE_TTL_MS: '60000' });
  await roma.control.addFaults(
    { fault: gone(code), match: { path: 'details' } },
    { fault: gone(code), match: { path: 'domains' } },
  );
  const ask = () => app.ask(pageOf('details { version } boundDomains { id }'), { instanceId, first: 1 });
  const { data, errors } = await ask();
  expect(errors).toBeUndefined();
  expect(data.certificates.nodes).toMatchObject([{ details: null, boundDomains: null }]);
});

test('an endpoint that is missing, or another answer with 404, is an error', async () => {
  const { roma, app, instanceId } = await start();
  await roma.control.setSwitches({ missingEndpoints: ['details', 'domains'] });
  const { data, errors } = await app.ask(pageOf('details { version } boundDomains { id }'), { instanceId, first: 1 });
  const upstream = { status: 404, errorCode: 'APIGW.0101' };
  expect(errors).toMatchObject([
    { path: ['certificates', 'nodes', 0, 'details'], extensions: { code: 'UPSTREAM_ERROR', retryable: false, upstream } },
    { path: ['certificates', 'nodes', 0, 'boundDomains'], extensions: { code: 'UPSTREAM_ERROR', retryable: false, upstream } },
  ]);
  expect(data.certificates.nodes).toHaveLength(1);
});

test('what the call limit leaves out is missing alone', async () => {
  const { roma, app, instanceId } = await start({ MAX_UPSTREAM_CALLS: '8' });
  const { data, errors } = await app.ask(pageOf('details { version }'), { instanceId, first: 20 });
  const missing = data.certificates.nodes.flatMap(({ details }: { details: unknown }, at: number) =>
    details === null ? [at] : [],
  );
  expect(missing).toHaveLength(13);
  expect(errors).toMatchObject(
    missing.map((at: number) => ({
      path: ['certificates', 'nodes', at, 'details'],
      extensions: { code: 'REQUEST_LIMIT_EXCEEDED' },
    })),
  );
  expect(await callsOf(roma.control)).toEqual({ list: 1, details: 7 });
});

test.each([
  [500, 3],
  [300, 4],
])('bound domains are read whole, at most %i a call', async (maxLimit, calls) => {
  const { roma, app, instanceId } = await start();
  await roma.control.setSwitches({ maxLimit });
  const { data: listed } = await app.ask(pageOf(''), { instanceId, first: 1 });
  const certificateId: string = listed.certificates.nodes[0].id;
  const domains = Array.from({ length: 1_100 }, (_, at) => ({ id: `d${at}`, url_domain: `${at}.example`, status: 9 }));
  await roma.control.change({ kind: 'domains', certificateId, domains: [...domains, { url_domain: 'without an ID' }] });
  await roma.control.clearCalls();
  const { data, errors } = await app.ask(
    `{ certificate(id: "${certificateId}") { boundDomains { id status redirectsHttpToHttps } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.certificate.boundDomains).toEqual(domains.map(({ id }) => ({ id, status: null, redirectsHttpToHttps: false })));
  expect(await callsOf(roma.control)).toMatchObject({ domains: calls });
});

test.each<[what: string, body: unknown]>([
  ['another certificate', { id: 'another', version: 3 }],
  ['nothing', {}],
  ['a list', []],
  ['an error that is none of those known', { error_code: 'X.1', error_msg: 'x' }],
])('details that are %s are no answer', async (_what, body) => {
  const { roma, app, instanceId } = await start();
  await roma.control.addFaults({ fault: { kind: 'answer', status: 200, body }, times: 'always', match: { path: 'details' } });
  const { errors } = await app.ask(pageOf('details { version }'), { instanceId, first: 1 });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_INVALID_RESPONSE' } }]);
});

test('unknown values are null and counted, and spoil nothing', async () => {
  const { roma, app, instanceId } = await start();
  const { data: listed } = await app.ask(pageOf(''), { instanceId, first: 1 });
  const certificateId: string = listed.certificates.nodes[0].id;
  const values = { version: 2 ** 40, serial_number: 13, not_before: 'soon', issuer: 'A CA', state: null, country: ['CN', 1] };
  await roma.control.change({ kind: 'details', certificateId, values });
  const { data, errors } = await app.ask(`{ certificate(id: "${certificateId}") { ${DETAILS} } }`);
  expect(errors).toBeUndefined();
  expect(data.certificate.details).toMatchObject({
    version: null,
    serialNumber: null,
    notBefore: null,
    issuer: [],
    state: [],
    country: ['CN'],
  });
  const metrics = await (await app.fetch('/metrics')).text();
  for (const field of ['version', 'serialNumber', 'notBefore', 'issuer', 'country']) {
    expect(metrics).toContain(`certificates_unknown_values_total{field="${field}"} 1`);
  }
});
