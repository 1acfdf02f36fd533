import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { startCollector } from '../support/collector.ts';

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/** Says on standard output which modules of OpenTelemetry's SDK are loaded. */
const tellLoaded = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (/opentelemetry.(core|sdk|exporter)/.test(specifier)) console.log('loaded', specifier);
      return next(specifier, context);
    },
  });`;

async function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ['src/main.ts'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellLoaded)}`,
      ...env,
    },
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += String(chunk);
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await vi.waitUntil(() => /http:\/\/[^\s/]+\/graphql/.exec(output)?.[0], { timeout: 15_000 });
  const ask = () => fetch(`${url}?query={__typename}`, { headers: { 'apollo-require-preflight': '1' } });
  return { child, exited, ask, output: () => output };
}

test('what is not yet sent when the process ends is sent then', async () => {
  await using collector = await startCollector();
  const service = await start({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_EXPORTER: 'otlp' });
  await service.ask();
  expect(collector.exports).toEqual([]);
  service.child.kill('SIGTERM');
  expect(await service.exited).toBe(0);
  expect(collector.exports[0]?.body.includes('GET /graphql')).toBe(true);
  expect(service.output()).toContain('loaded @opentelemetry/sdk-trace-base');
});

test.each([
  {},
  { OTEL_TRACES_EXPORTER: 'none' },
  { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' },
])('switched off, nothing of the SDK is loaded: %o', async (env: Record<string, string>) => {
  const service = await start(env);
  expect((await service.ask()).status).toBe(200);
  expect(service.output()).not.toContain('loaded');
});

test('traces can be printed, for a look at them', async () => {
  const service = await start({ OTEL_TRACES_EXPORTER: 'console', OTEL_BSP_SCHEDULE_DELAY: '10' });
  await service.ask();
  await vi.waitUntil(() => service.output().includes("name: 'GET /graphql'"));
});

test('what the SDK does not understand is a warning, and no reason not to serve', async () => {
  const service = await start({ OTEL_TRACES_EXPORTER: 'console', OTEL_TRACES_SAMPLER: 'sometimes' });
  expect((await service.ask()).status).toBe(200);
  expect(service.output()).toMatch(/WARN: OpenTelemetry: .*"sometimes" invalid/);
});
