import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** The machine's own Node, where there is one beside the one that comes along. */
const OLD_NODE = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => path.join(folder, 'node'))
  .find((file) => existsSync(file));

// npm leaves out an optional dependency that it cannot get without a word, and Node is one: then scripts would run on the machine's own.
test('scripts run on the Node that comes along, or one as new', () => {
  expect(Number.parseInt(process.versions.node, 10)).toBeGreaterThanOrEqual(24);
});

test.skipIf(OLD_NODE === undefined)('an old Node says that it is old, instead of stumbling over TypeScript', async () => {
  const run = promisify(execFile);
  const { stdout: version } = await run(OLD_NODE ?? '', ['--version']);
  const { stderr } = await run(OLD_NODE ?? '', ['--import', './src/prepareNode.js', '-e', '0']).catch((error) => error);
  if (Number.parseInt(version.slice(1), 10) < 24) expect(stderr).toContain('Node.js 24 or newer is needed');
  else expect(stderr).toBe('');
});
