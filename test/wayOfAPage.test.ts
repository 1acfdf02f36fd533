import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { startEmulator } from '../src/emulator/startEmulator.ts';

/** Tells which files of `src` had a function that ran since it was asked last. */
const COVERAGE = `
import { Session } from 'node:inspector/promises';
const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
process.on('message', async () => {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const ran = ({ functions }) => functions.some(({ ranges: [{ startOffset, count }] }) => startOffset > 0 && count > 0);
  process.send(result.filter((script) => script.url.includes('/src/') && ran(script)).map(({ url }) => url.split('/src/')[1]));
});
`;

const MAIN = 'src/main.ts';
const preload = (module: string): string[] => ['--import', module];

const PAGE = `query Page($instanceId: ID!, $first: Int!) {
  certificates(instanceId: $instanceId, first: $first) { nodes { id name notAfter } pageInfo { endCursor hasNextPage } }
}`;

async function filesSince(service: ChildProcess): Promise<string[]> {
  service.send('files');
  const [files] = (await once(service, 'message')) as [string[]];
  return files;
}

/** `- room: file, *file*`: those in italics are not on the way of a page whose document is known. */
function listed(): { first: string[]; again: string[] } {
  const [, list = ''] = /<!-- way -->(.*?)<!-- end of way -->/s.exec(readFileSync('docs/architecture.md', 'utf8')) ?? [];
  const files = [...list.matchAll(/^- `(.*?)`: (.*)$/gm)].flatMap(([, room = '', names = '']) =>
    names.split(', ').map((name) => ({
      path: `${room === 'src' ? '' : `${room}/`}${name.replaceAll('*', '')}.ts`,
      isFirstOnly: name.startsWith('*'),
    })),
  );
  return {
    first: files.map(({ path }) => path).sort(),
    again: files
      .filter(({ isFirstOnly }) => !isFirstOnly)
      .map(({ path }) => path)
      .sort(),
  };
}

/** As the page lists them. */
function toList(first: readonly string[], again: readonly string[]): string {
  const rooms = Map.groupBy([...first].sort(), (path) => path.slice(0, Math.max(path.lastIndexOf('/'), 0)) || 'src');
  return [...rooms]
    .map(([room, paths]) => {
      const names = paths.map((path) => {
        const name = path.slice(path.lastIndexOf('/') + 1, -'.ts'.length);
        return again.includes(path) ? name : `*${name}*`;
      });
      return `- \`${room}\`: ${names.join(', ')}`;
    })
    .join('\n');
}

test('the files on the way of a page are those that docs/architecture.md lists', async () => {
  await using roma = await startEmulator();
  const service = spawn(
    'node_modules/.bin/node',
    [...preload('./src/prepareNode.js'), ...preload(`data:text/javascript,${encodeURIComponent(COVERAGE)}`), MAIN],
    {
      env: { NODE_ENV: 'production', PORT: '0', ROMA_ENDPOINT: roma.origin, ROMA_PROJECT_ID: roma.projectId },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
  try {
    let said = '';
    service.stdout?.on('data', (chunk) => {
      said += String(chunk);
    });
    const url = await vi.waitUntil(() => /http:\/\/[^\s"]+\/graphql/.exec(said)?.[0], { timeout: 15_000 });
    const ask = async (first: number): Promise<void> => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-auth-token': roma.token },
        body: JSON.stringify({ query: PAGE, variables: { instanceId: roma.instanceIds[0], first } }),
      });
      expect(await response.json()).toEqual({ data: { certificates: expect.anything() } });
    };
    await filesSince(service);
    await ask(5);
    const first = await filesSince(service);
    await ask(6);
    await filesSince(service);
    await ask(7);
    const again = await filesSince(service);
    const way = toList([...new Set([...first, ...again])], again);
    expect(listed(), `The list should be:\n\n${way}\n`).toEqual({
      first: [...new Set([...first, ...again])].sort(),
      again: [...again].sort(),
    });
  } finally {
    service.kill('SIGKILL');
  }
});
