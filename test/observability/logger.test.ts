import { expect, test } from 'vitest';
import { createLogger, type Logger, type LoggerOptions } from '../../src/observability/logger.ts';

const hostile = 'a\u001b[2J\r\n[12:00:00] ERROR: forged\u0085\u2028\u007f';

async function logged(options: Partial<LoggerOptions>, write: (log: Logger) => void): Promise<string> {
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  write(await createLogger({ level: 'info', json: true, destination, ...options }));
  return text;
}

test('a JSON line has time, level and message, and nothing of the host', async () => {
  const line = JSON.parse(await logged({}, (log) => log.info({ ms: 5 }, 'request')));
  expect(line).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), ms: 5, msg: 'request' });
});

test.each([{ json: true }, { json: false }])('control characters never get into a line raw: %o', async (options) => {
  const text = await logged(options, (log) => {
    log.child({ requestId: 'r-1' }).info({ operation: hostile, errors: [hostile], nested: { [hostile]: hostile } }, hostile);
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text.replace(/\n$/, '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  expect(text).toContain('\\x1b[2J');
});

test('an error is logged with its stack and cause, and with nothing that a library hung on it', async () => {
  const error = Object.assign(new Error('outer\u001b', { cause: new Error('inner') }), {
    code: 'ECONNRESET',
    request: { headers: { 'x-auth-token': 'canary' } },
  });
  const { err } = JSON.parse(await logged({}, (log) => log.error({ err: error }, 'defect')));
  expect(err).toMatchObject({ type: 'Error', message: 'outer\\x1b', code: 'ECONNRESET', cause: { message: 'inner' } });
  expect(err.stack).toContain('\n    at ');
  expect(JSON.stringify(err)).not.toContain('canary');
});

test('without stacks, only the place in this service is named', async () => {
  const cause = Object.assign(new Error('inner'), { stack: 'Error: inner\n    at node:net:1:2' });
  const error = Object.assign(new Error('outer', { cause }), {
    stack:
      'Error: outer\n    at f (file:///app/node_modules/x/y.js:1:2)\n    at file:///app/src/loaders/run.ts:45:10\n    at g',
  });
  const { err } = JSON.parse(await logged({ stacks: false }, (log) => log.error({ err: error }, 'defect')));
  expect(err).toEqual({
    type: 'Error',
    message: 'outer',
    at: 'src/loaders/run.ts:45:10',
    cause: { type: 'Error', message: 'inner' },
  });
});

test('of an object that is not plain data only its class is logged', async () => {
  const request = Object.assign(new Request('http://host/', { headers: { 'x-auth-token': 'canary' } }), {
    self: null as unknown,
  });
  request.self = request;
  expect(JSON.parse(await logged({}, (log) => log.info({ request }, 'x'))).request).toBe('[Request]');
});

test.each([{ json: true }, { json: false }])('no line holds a secret, wherever it came from: %o', async (options) => {
  const secrets = ['token-canary', 'quo"ted\\canary', 'token-canary-longer'];
  const text = await logged({ ...options, secrets }, (log) => {
    log.info({ a: `x${secrets[0]}y`, [secrets[0] as string]: 1 }, `message ${secrets[1]}`);
    log.error({ err: new Error(`refused: ${secrets[2]}`) }, 'failed');
  });
  expect(text).not.toContain('canary');
  expect(text).toContain('[redacted]');
});

test('lines for people have colours only when told so', async () => {
  expect(await logged({ json: false }, (log) => log.warn('x'))).not.toContain('\u001b');
  expect(await logged({ json: false, colors: true }, (log) => log.warn('x'))).toContain('\u001b');
});
