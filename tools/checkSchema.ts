import { readFileSync } from 'node:fs';
import packageJson from '../package.json' with { type: 'json' };
import { findBreakingChanges, mayBreak } from './breakingChanges.ts';

/** Ends with 1 when the schema breaks what the last release promised and the version does not say so. */
const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const released = read('schema.released.graphql');
const version = /^# (\d+\.\d+\.\d+)\n/.exec(released)?.[1];
if (version === undefined)
  throw new Error('The first line of schema.released.graphql has to name its version, as in "# 1.2.3".');

const changes = await findBreakingChanges(released, read('schema.graphql'));
if (changes.length > 0) {
  process.stdout.write(`Breaking changes since ${version}:\n${changes.map((change) => `  ${change}\n`).join('')}`);
  if (!mayBreak(version, packageJson.version)) {
    process.stdout.write(`Version ${packageJson.version} may not have them: see "Versions" in CONTRIBUTING.md.\n`);
    process.exitCode = 1;
  }
}
