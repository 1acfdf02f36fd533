import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsOf } from './mutants.ts';

/**
 * Changes one operator at a time and says which changes no test noticed: npm run mutate -- --mutants 60 --seed 1
 *
 * The tests of the mutant's own folder come first, as they are quick and most likely to notice; what survives meets those of the other
 * folders, and what survives these meets those of the whole app.
 */

/** Rooms whose tests should notice. */
const FOLDERS = ['certificates', 'loaders', 'cache', 'roma'];
const APP = ['test/app', 'test/plans', 'test/reliability', 'test/federation'];

const { values } = parseArgs({
  options: { mutants: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});

const copy = mkdtempSync(path.join(tmpdir(), 'mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));
for (const name of ['src', 'test', 'package.json', 'tsconfig.json', 'schema.graphql', 'vitest.config.ts', 'examples', 'docs']) {
  cpSync(name, path.join(copy, name), { recursive: true, filter: (from) => !from.includes('node_modules') });
}
for (const folder of ['.', 'test']) symlinkSync(path.resolve(folder, 'node_modules'), path.join(copy, folder, 'node_modules'));

const survivors: Mutant[] = [];
const chosen = choose(Number(values.mutants), values.seed);
for (const [index, mutant] of chosen.entries()) {
  const fate = judge(mutant);
  if (fate === 'survived') survivors.push(mutant);
  process.stdout.write(`${index + 1}/${chosen.length} ${toText(mutant)}: ${fate}\n`);
}
process.stdout.write(`\n${survivors.length} of ${chosen.length} survived (seed ${values.seed}).\n`);
for (const mutant of survivors) process.stdout.write(`  ${toText(mutant)}\n`);

/** The same for the same seed, as long as the files are. */
function choose(count: number, seed: string): Mutant[] {
  const files = FOLDERS.flatMap((folder) => globSync(`src/${folder}/**/*.ts`));
  const all = files.flatMap((file) => mutantsOf(file, readFileSync(file, 'utf8')));
  const rank = ({ file, line, was, text }: Mutant): string =>
    createHash('sha256').update(`${seed} ${file} ${line} ${was} ${text.length} ${text}`).digest('hex');
  return all
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

function judge({ file, text }: Mutant): string {
  const target = path.join(copy, file);
  const owns = (folder: string): boolean => file.startsWith(`src/${folder}/`);
  writeFileSync(target, text);
  try {
    const [own, others] = [FOLDERS.filter(owns), FOLDERS.filter((folder) => !owns(folder))];
    for (const folders of [own, others]) if (!passes(folders.map((folder) => `test/${folder}`))) return 'noticed';
    return passes(APP) ? 'survived' : 'noticed by the app';
  } finally {
    cpSync(file, target);
  }
}

function passes(tests: readonly string[]): boolean {
  // Without npx, which would leave the tests running when their time is over.
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', ...tests], {
    cwd: copy,
    stdio: 'ignore',
    timeout: 600_000,
  });
  return status === 0;
}

function toText({ file, line, was, is }: Mutant): string {
  return `${file}:${line} ${was} → ${is || 'nothing'}`;
}
