import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { Environment } from '../../src/config/readConfig.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { type App, startApp } from '../support/app.ts';
import { startCollector } from '../support/collector.ts';
import { envOf, type Mode, modes } from './modes.ts';

let roma: Emulator;
beforeAll(async () => {
  roma = await startEmulator();
});
afterAll(() => roma.stop());

const ROUTER_SECRET = 'router-canary-5b1e0c';

/** What each mode must keep to itself. Every one of them has the word that is looked for, in the part that is quoted too. */
const secretsOf: Record<Mode, Environment> = {
  passthrough: { CALLER: `${'caller'.repeat(300)}-canary-9f86d081884c7d65` },
  token: { ROMA_AUTH_TOKEN: 'token-canary-9f86d081884c7d659a2feaa0c55ad015+/==' },
  password: {
    IAM_DOMAIN_NAME: 'domain-canary-e3b0c44298fc1c149a',
    IAM_USERNAME: 'user-canary-fbf4c8996fb92427ae',
    IAM_PASSWORD: 'password "canary" 41e4649b934ca495',
    ISSUED: 'issued-canary-2c26b46b68ffc68ff99b453c1d304134',
  },
  aksk: {
    HUAWEICLOUD_SDK_AK: 'ACCESSKEYCANARY01',
    HUAWEICLOUD_SDK_SK: 'secretkey-canary-fcde2b2edba56bf408601fb721fe9b5c',
    HUAWEICLOUD_SDK_SECURITY_TOKEN: 'security-canary-98ea6e4f216f2fb4b69fff9b3a44842c',
  },
};

/** How an answer may quote a secret. */
const quotes: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => secret.slice(-24),
  (secret) => encodeURIComponent(secret),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => `Access=${secret}, SignedHeaders=host`,
  (secret) => `\u0000${secret}\r\n`,
];

const statuses = [200, 302, 400, 401, 403, 404, 429, 500, 503];

test.each(modes.flatMap((mode) => [true, false].map((production) => ({ mode, production }))))(
  'no answer, log line, metric or trace has a secret or the address of the upstream: $mode, production: $production',
  async ({ mode, production }) => {
    const secrets = secretsOf[mode];
    const seen: string[] = [];
    await using collector = await startCollector();
    const otel = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };
    // The SDK reads its variables from the process.
    for (const [name, value] of Object.entries(otel)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    await using app = await startApp({
      env: {
        ...envOf(mode, roma),
        ...secrets,
        ...otel,
        ROUTER_SECRET,
        LOG_LEVEL: 'trace',
        CERTIFICATES_CACHE_TTL_MS: '0',
        ...(production && { NODE_ENV: 'production' }),
      },
      destination: { write: (line) => void seen.push(line) },
    });
    for (const secret of Object.values(secrets) as string[]) {
      for (const quote of quotes) await askAround(app, mode, quote(secret), seen);
    }
    if (mode === 'password') await refuseLogins(app, Object.values(secrets) as string[], seen);
    for (const path of ['/metrics', '/health', '/ready', '/', '/nothing']) {
      seen.push(await toText(await app.fetch(path, { headers: { accept: 'text/html' } })));
    }
    await app.stop();
    expect(collector.spans().length).toBeGreaterThan(100);
    seen.push(JSON.stringify(collector.spans()));

    expect(seen.length).toBeGreaterThan(30);
    // Something was quoted, and hidden.
    expect(seen.join()).toContain('[hidden]');
    expect(seen.flatMap((text) => findBetrayed(text, app))).toEqual([]);
  },
);

/** One operation with an instance for each status, all of which quote the text wherever an answer can. */
async function askAround(app: App, mode: Mode, quoted: string, seen: string[]): Promise<void> {
  const { ISSUED, CALLER } = secretsOf[mode];
  const text = `${quoted} at ${roma.origin}/v2/x`;
  const answer = (status: number): Fault => ({
    kind: 'answer',
    status,
    // Nothing is repeated: the answer is the same every time.
    headers: {
      'retry-after': '3600',
      location: `${roma.origin}/?${encodeURIComponent(quoted)}`,
      'x-request-id': toHeader(quoted),
    },
    body: { error_code: `X.1 ${text}`, error_msg: text, request_id: text, detail: { code: text, message: text } },
  });
  await roma.control.clearFaults();
  if (ISSUED !== undefined) {
    const headers = { 'x-subject-token': ISSUED };
    await roma.control.addFaults({ fault: { kind: 'answer', status: 201, headers }, match: { path: 'iam' }, times: 'always' });
  }
  for (const status of statuses) {
    await roma.control.addFaults({ fault: answer(status), match: { instanceId: `i-${status}` }, times: 'always' });
  }
  const aliases = statuses.map((status) => `a${status}: certificates(instanceId: "i-${status}") { totalCount }`);
  await ask(app, `query Probe { ${aliases.join(' ')} lost: certificate(id: "x") { id } }`, CALLER, seen);
  await ask(app, '{ wrong ', CALLER, seen);
}

/** IAM quotes what it was sent. */
async function refuseLogins(app: App, secrets: readonly string[], seen: string[]): Promise<void> {
  const body = { error: { code: 401, message: `no such user: ${secrets.join(' ')} at ${roma.origin}`, title: secrets[0] } };
  await roma.control.clearFaults();
  await roma.control.addFaults(
    { fault: { kind: 'answer', status: 401, body: { error_code: 'APIG.1002', error_msg: 'x' } }, times: 'always' },
    { fault: { kind: 'answer', status: 401, body }, match: { path: 'iam' }, times: 'always' },
  );
  await ask(app, '{ certificates(instanceId: "i-1") { totalCount } }', undefined, seen);
}

async function ask(app: App, query: string, token: string | undefined, seen: string[]): Promise<void> {
  const response = await app.fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'router-authorization': ROUTER_SECRET,
      ...(token !== undefined && { 'x-auth-token': token }),
    },
    body: JSON.stringify({ query }),
  });
  seen.push(await toText(response));
}

/** Where a text holds a secret, plain or in Base64, or the address of the upstream: with a little of what is around it. */
function findBetrayed(text: string, app: App): string[] {
  const { host, hostname, port } = new URL(roma.origin);
  // This service's own address, which a line at the start names, is on the same machine here.
  const others = text.replaceAll(new URL(app.url).host, '');
  const betrayed = new RegExp(`.{0,40}(canary|Y2FuYXJ5|NhbmFye|jYW5hcn|${host}|${hostname}|:${port}\\b).{0,10}`, 'gi');
  return others.match(betrayed) ?? [];
}

async function toText(response: Response): Promise<string> {
  return `${JSON.stringify([...response.headers])} ${await response.text()}`;
}

function toHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '');
}
