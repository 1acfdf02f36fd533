import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/startEmulator.ts';
import { envOf, headersOf } from '../reliability/modes.ts';
import { freePort } from '../support/freePort.ts';

const run = promisify(execFile);

/** Installing takes the network, which tests do without elsewhere. */
const canInstall = process.env['CI'] === 'true';

const lines = (await readFile('Dockerfile', 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const ignored = (await readFile('.dockerignore', 'utf8')).split('\n');

/** What follows each time that a line of the Dockerfile begins with this. */
function instructions(name: string): string[] {
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

function commandOf(instruction = ''): [command: string, ...args: string[]] {
  return JSON.parse(instruction.slice(instruction.indexOf('['))) as [string, ...string[]];
}

/** Whether the file gets to Docker at all. Everything is left out, and exceptions are named. */
function isSent(file: string): boolean {
  return ignored.includes(`!${file}`);
}

test('the image has only files that are sent to Docker', () => {
  const files = instructions('COPY')
    .filter((copy) => !copy.startsWith('--from'))
    .flatMap((copy) => copy.split(' ').slice(0, -1));
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !isSent(file))).toEqual([]);
  expect(ignored).toContain('src/emulator');
});

test('the process is that of npm start without its way to an old Node.js, gets its signals itself, and is not root', async () => {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } };
  const start = scripts.start.replace('exec ', '').replace('--import ./src/prepareNode.js ', '');
  expect(commandOf(instructions('CMD')[0]).join(' ')).toBe(start);
  expect(instructions('STOPSIGNAL')).toEqual(['SIGTERM']);
  expect(instructions('USER')).toEqual(['1000:1000']);
});

/** Needs no Docker: what the Dockerfile says is done in a folder. */
describe.runIf(canInstall)('what is in the image', () => {
  let roma: Emulator;
  let folder: string;
  beforeAll(async () => {
    roma = await startEmulator();
    folder = await mkdtemp(path.join(tmpdir(), 'image-'));
    for (const copy of instructions('COPY')) {
      if (copy.startsWith('--from')) continue;
      for (const file of copy.split(' ').slice(0, -1)) await cp(file, path.join(folder, file), { recursive: true });
    }
    await rm(path.join(folder, 'src/emulator'), { recursive: true });
    const [npm = '', ...args] = (instructions('RUN')[0] ?? '').split(' ');
    await run(npm, args, { cwd: folder });
  }, 300_000);
  afterAll(async () => {
    await roma.stop();
    await rm(folder, { recursive: true });
  });

  test('has no development dependencies', async () => {
    const { stdout } = await run('ls', [path.join(folder, 'node_modules')]);
    const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8')) as { devDependencies: object };
    const dev = Object.keys(devDependencies).filter((name) => !name.startsWith('@'));
    expect(stdout.split('\n').filter((name) => dev.includes(name) || name.startsWith('node-linux'))).toEqual([]);
  });

  test('serves, is healthy, and ends when it is told to, as a user who can write nothing', async () => {
    const port = await freePort();
    const env = { ...environment(), ...envOf('passthrough', roma), PORT: String(port), PATH: process.env['PATH'] ?? '' };
    // Who is not root cannot become somebody else; then the user is not root either.
    const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
    await run('chmod', ['-R', 'a+rX', folder]);
    const [, ...args] = commandOf(instructions('CMD')[0]);
    const service: ChildProcess = spawn(process.execPath, args, { cwd: folder, env, stdio: 'inherit', ...user });
    const exited = once(service, 'exit');
    try {
      const [, ...check] = commandOf(instructions('HEALTHCHECK')[0]);
      const isHealthy = () => run(process.execPath, check, { env }).then(Boolean, () => false);
      await vi.waitUntil(isHealthy, { timeout: 30_000, interval: 200 });
      const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headersOf('passthrough', roma) },
        body: JSON.stringify({ query: `{ certificates(instanceId: "${roma.instanceIds[0]}", first: 1) { nodes { id } } }` }),
      });
      expect(await answer.json()).toMatchObject({ data: { certificates: { nodes: [{ id: expect.any(String) }] } } });
      service.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      expect(await isHealthy()).toBe(false);
    } finally {
      service.kill('SIGKILL');
    }
  }, 60_000);
});

function environment(): Record<string, string> {
  const settings = instructions('ENV').flatMap((env) => env.split(' '));
  return Object.fromEntries(settings.map((setting) => setting.split('=') as [string, string]));
}
