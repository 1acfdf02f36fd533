import { describe, expect, test } from 'vitest';
import { ConfigError, type Environment, readConfig } from '../../src/config/readConfig.ts';
import { type Variable, variables } from '../../src/config/variables.ts';

const real = { ROMA_ENDPOINT: 'https://roma.example.com', ROMA_PROJECT_ID: 'p-1' };

test('without any variable the service runs on the embedded emulator, on port 4001 of this machine', () => {
  expect(readConfig({})).toMatchObject({ port: 4001, host: '127.0.0.1', production: false, roma: null, maxRows: 50_000 });
});

test('an empty text counts as unset', () => {
  const empty = Object.fromEntries(Object.keys(variables).map((name) => [name, '']));
  expect(readConfig(empty)).toEqual(readConfig({}));
});

test('the configuration is frozen all through', () => {
  const config = readConfig({ ...real, ROMA_INSTANCE_IDS: 'i-1' });
  expect(Object.isFrozen(config) && Object.isFrozen(config.roma) && Object.isFrozen(config.roma?.instanceIds)).toBe(true);
  expect(Object.isFrozen(config.roma?.auth)).toBe(true);
});

test.each<[name: string, text: string, part: object]>([
  ['PORT', '0', { port: 0 }],
  ['HOST', '::', { host: '::' }],
  ['CERTIFICATES_CACHE_TTL_MS', '0', { cacheTtlMs: 0 }],
  ['ROUTER_SECRET', 'one', { routerSecrets: ['one'] }],
  ['ROUTER_SECRET', 'old, new', { routerSecrets: ['old', 'new'] }],
  ['ROMA_ENDPOINT', 'https://roma.example.com:8443/', { roma: { origin: 'https://roma.example.com:8443' } }],
  ['ROMA_ENDPOINT', 'http://127.0.0.1:8080', { roma: { origin: 'http://127.0.0.1:8080' } }],
  ['ROMA_ENDPOINT', 'http://[::1]:8080', { roma: { origin: 'http://[::1]:8080' } }],
  ['ROMA_ENDPOINT', 'http://localhost', { roma: { origin: 'http://localhost' } }],
  ['ROMA_INSTANCE_IDS', ' i-1 , i_2,i-1', { roma: { instanceIds: ['i-1', 'i_2'] } }],
  ['REDIS_URL', 'rediss://:pw@cache:6379/0', { redisUrl: 'rediss://:pw@cache:6379/0' }],
  ['NODE_ENV', 'production', { production: true }],
  ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
])('%s=%s is read', (name, text, part) => {
  expect(readConfig({ ...real, [name]: text })).toMatchObject(part);
});

test.each([
  ['PORT', '1e3'],
  ['PORT', ' 80'],
  ['PORT', '080'],
  ['PORT', '-1'],
  ['PORT', '65536'],
  ['HOST', 'two hosts'],
  ['NODE_ENV', 'prod'],
  ['LOG_LEVEL', 'verbose'],
  ['OPERATION_DEADLINE_MS', '0'],
  ['MAX_ROWS', '0'],
  ['MAX_ENTITIES', '99999999999999999999'],
  ['ROMA_ENDPOINT', 'roma.example.com'],
  ['ROMA_ENDPOINT', 'ftp://roma.example.com'],
  ['ROMA_ENDPOINT', 'http://roma.example.com'],
  ['ROMA_ENDPOINT', 'http://127.0.0.1.example.com'],
  ['ROMA_ENDPOINT', 'https://roma.example.com/v2'],
  ['ROMA_ENDPOINT', 'https://roma.example.com/?'],
  ['ROMA_ENDPOINT', 'https://roma.example.com/#'],
  ['ROMA_ENDPOINT', 'https://user:password@roma.example.com'],
  ['ROMA_PROJECT_ID', 'a/b'],
  ['ROMA_INSTANCE_IDS', 'a,,b'],
  ['ROMA_INSTANCE_IDS', 'a,'],
  ['ROMA_INSTANCE_IDS', 'a b'],
  ['ROMA_INSTANCE_IDS', 'x'.repeat(65)],
  ['ROMA_AUTH', 'basic'],
  ['ROMA_AUTH_TOKEN', 'two words'],
  ['ROUTER_SECRET', 'a,b,c'],
  ['ROUTER_SECRET', 'a,'],
  ['REDIS_URL', 'http://cache'],
  ['REDIS_URL', 'redis:///0'],
  ['REDIS_URL', 'redis://cache/cache'],
  ['REDIS_URL', 'redis://:100%@cache'],
])('%s=%s is refused, in one line that says what is accepted', (name, text) => {
  const lines = refusal({ ...real, [name]: text })
    .split('\n')
    .slice(1);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^ {2}${name} .+\\. Accepted: .+\\.$`))]);
});

test('every bad variable is in one message', () => {
  const message = refusal({ PORT: 'x', MAX_ROWS: 'x', NODE_ENV: 'production', ROMA_INSTANCE_IDS: '/' });
  const names = message.split('\n').slice(1);
  expect(names.map((line) => line.trim().split(' ')[0])).toEqual(['PORT', 'ROMA_INSTANCE_IDS', 'MAX_ROWS', 'ROMA_ENDPOINT']);
});

test('no message holds a secret, or a URL with a password in it', () => {
  const canary = 'c4n4ry';
  const bad = (name: string): string =>
    name === 'ROMA_ENDPOINT' ? `https://${canary}:${canary}@host` : `${canary},\n,${canary} ,`;
  const hidden = Object.entries<Variable<unknown>>(variables).filter(
    ([name, { secret }]) => secret || name.endsWith('ENDPOINT'),
  );
  const env = Object.fromEntries(hidden.map(([name]) => [name, bad(name)]));
  expect(refusal({ ...env, PORT: 'x' })).not.toContain(canary);
});

test.each<[mode: string, required: string[], optional: string[]]>([
  ['token', ['ROMA_AUTH_TOKEN'], []],
  ['password', ['IAM_ENDPOINT', 'IAM_DOMAIN_NAME', 'IAM_USERNAME', 'IAM_PASSWORD'], []],
  ['aksk', ['HUAWEICLOUD_SDK_AK', 'HUAWEICLOUD_SDK_SK'], ['HUAWEICLOUD_SDK_SECURITY_TOKEN']],
])('ROMA_AUTH=%s needs %s', (mode, required, optional) => {
  const env = { ...real, ROMA_AUTH: mode };
  const lines = refusal(env).split('\n').slice(1);
  expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(required);
  const value = (name: string): string => (name.endsWith('ENDPOINT') ? 'https://iam.example.com' : `value-of-${name}`);
  const complete = { ...env, ...Object.fromEntries([...required, ...optional].map((name) => [name, value(name)])) };
  expect(Object.values(readConfig(complete).roma?.auth ?? {})).toEqual([mode, ...[...required, ...optional].map(value)]);
});

test.each<[env: Environment, missing: string]>([
  [{ ROMA_ENDPOINT: 'https://roma.example.com' }, 'ROMA_PROJECT_ID'],
  [{ NODE_ENV: 'production' }, 'ROMA_ENDPOINT'],
  [{ ROMA_AUTH: 'aksk' }, 'ROMA_ENDPOINT'],
  [{ ROMA_PROJECT_ID: 'p-1' }, 'ROMA_ENDPOINT'],
])('%o lacks %s', (env, missing) => {
  expect(refusal(env)).toMatch(new RegExp(`^ {2}${missing} is missing: `, 'm'));
});

test('a refused variable is not called missing as well', () => {
  expect(refusal({ NODE_ENV: 'production', ROMA_ENDPOINT: 'nonsense', ROMA_PROJECT_ID: '/' })).not.toContain('missing');
});

function refusal(env: Environment): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe("the service's own credentials", () => {
  const open = {
    NODE_ENV: 'production',
    ROMA_ENDPOINT: 'https://roma.example',
    ROMA_PROJECT_ID: 'p',
    ROMA_AUTH: 'token',
    ROMA_AUTH_TOKEN: 't',
    HOST: '0.0.0.0',
  };

  test('are not shown to the whole network without a word', () => {
    const { warnings } = readConfig(open);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^ROUTER_SECRET is not set, while HOST 0\.0\.0\.0 .+ ROMA_AUTH=token/);
  });

  test.each<[name: string, env: Environment]>([
    ['with a secret', { ROUTER_SECRET: 'a-secret-of-some-length' }],
    ['on this machine alone', { HOST: '127.0.0.1' }],
    ['on this machine alone, by IPv6', { HOST: '::1' }],
    ["with the callers' tokens", { ROMA_AUTH: 'passthrough', ROMA_AUTH_TOKEN: undefined }],
    ['in development', { NODE_ENV: undefined }],
  ])('are nothing to warn of %s', (_name, env) => {
    expect(readConfig({ ...open, ...env }).warnings).toEqual([]);
  });
});

describe('variables that are set for whole clusters', () => {
  const base = { PORT: '0' };

  test.each<[name: string, env: Environment, tracing: object | null]>([
    ['gRPC, which there is not', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, null],
    [
      'gRPC beside an endpoint',
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
      { exporters: ['otlp'], protocol: 'http/protobuf' },
    ],
    ['an exporter that there is not', { OTEL_TRACES_EXPORTER: 'zipkin' }, null],
    ['one of two exporters', { OTEL_TRACES_EXPORTER: 'zipkin, console' }, { exporters: ['console'] }],
    ['a Boolean that is none', { OTEL_SDK_DISABLED: 'yes', OTEL_TRACES_EXPORTER: 'otlp' }, { exporters: ['otlp'] }],
    ['an endpoint that is no URL', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318 ' }, null],
    ['propagators that there are not', { OTEL_PROPAGATORS: 'b3multi', OTEL_TRACES_EXPORTER: 'otlp' }, { propagates: true }],
  ])('warn, and stop nothing: %s', (_name, env, tracing) => {
    const config = readConfig({ ...base, ...env });
    expect(config.warnings).toHaveLength(1);
    expect(config.warnings[0]).toMatch(/^OTEL_\w+ .+\. Accepted: .+\.$/);
    if (tracing === null) expect(config.tracing).toBeNull();
    else expect(config.tracing).toMatchObject(tracing);
  });

  test.each<[name: string, env: Environment, tracing: object | null]>([
    ['TRUE', { OTEL_SDK_DISABLED: 'TRUE', OTEL_TRACES_EXPORTER: 'otlp' }, null],
    ['two exporters', { OTEL_TRACES_EXPORTER: 'otlp,console' }, { exporters: ['otlp', 'console'] }],
    ['capitals', { OTEL_TRACES_EXPORTER: 'OTLP', OTEL_EXPORTER_OTLP_PROTOCOL: 'HTTP/JSON' }, { protocol: 'http/json' }],
    ['none', { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }, null],
    ['several propagators', { OTEL_PROPAGATORS: 'baggage,tracecontext', OTEL_TRACES_EXPORTER: 'otlp' }, { propagates: true }],
  ])('are read as OpenTelemetry says: %s', (_name, env, tracing) => {
    const config = readConfig({ ...base, ...env });
    expect(config.warnings).toEqual([]);
    if (tracing === null) expect(config.tracing).toBeNull();
    else expect(config.tracing).toMatchObject(tracing);
  });

  test('name proxies in capitals or not, with or without a scheme', () => {
    expect(
      readConfig({ ...base, https_proxy: 'proxy.example:3128', HTTPS_PROXY: 'http://other', no_proxy: 'a,b' }).proxy,
    ).toEqual({
      httpProxy: undefined,
      httpsProxy: 'http://proxy.example:3128/',
      noProxy: 'a,b',
    });
    expect(readConfig(base).proxy).toBeNull();
    expect(() => readConfig({ ...base, HTTPS_PROXY: 'socks5://user:pass-canary@proxy' })).toThrow(
      /^(?!.*pass-canary).*HTTPS_PROXY/s,
    );
  });
});
