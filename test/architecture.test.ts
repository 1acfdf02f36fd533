import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Who may import whom; `type` allows only what is erased. The lint rules in biome.json must say the same. */
const mayImport: Record<string, Record<string, 'value' | 'type'>> = {
  main: { app: 'value', config: 'value', emulator: 'value' },
  app: {
    auth: 'value',
    cache: 'value',
    certificates: 'value',
    config: 'value',
    context: 'value',
    errors: 'value',
    generated: 'value',
    loaders: 'value',
    observability: 'value',
    resolvers: 'value',
    rest: 'value',
    server: 'value',
  },
  server: {
    context: 'value',
    resolvers: 'value',
    certificates: 'value',
    errors: 'value',
    observability: 'type',
    config: 'type',
  },
  context: { loaders: 'value', certificates: 'value', errors: 'value', observability: 'type' },
  resolvers: { certificates: 'value', errors: 'value', generated: 'type', context: 'type' },
  loaders: { certificates: 'value', errors: 'value' },
  cache: { certificates: 'value', errors: 'value' },
  observability: { certificates: 'value', errors: 'value' },
  rest: { certificates: 'value', errors: 'value', auth: 'value' },
  auth: { certificates: 'value', errors: 'value' },
  emulator: {},
  certificates: { errors: 'value' },
  errors: {},
  config: {},
  // Written by codegen, which imports types of context and certificates; not linted.
  generated: {},
};

const folders = Object.keys(mayImport);

test('imports between folders go the allowed way and no other', async () => {
  const samples = folders
    .filter((from) => from !== 'generated')
    .flatMap((from) =>
      folders.filter((to) => to !== from).map((to) => ({ from, to, file: to === 'app' || to === 'main' ? '' : 'sample' })),
    );
  await expectVerdicts(samples.map((sample) => ({ ...sample, allowed: mayImport[sample.from]?.[sample.to] })));
});

test('a few single files are open to folders that see nothing else of theirs', async () => {
  await expectVerdicts([
    { from: 'observability', to: 'rest', file: 'meter', allowed: 'type' },
    { from: 'observability', to: 'loaders', file: 'meter', allowed: 'type' },
    { from: 'emulator', to: 'rest', file: 'wire', allowed: 'type' },
  ]);
});

test('every folder of src is in the table', async () => {
  const entries = await readdir('src', { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders).toEqual(expect.arrayContaining(names));
});

interface Sample {
  readonly from: string;
  readonly to: string;
  /** File inside the folder `to`; empty when `to` is itself a file. */
  readonly file: string;
  readonly allowed: 'value' | 'type' | undefined;
}

/** Lints a source tree made of nothing but these imports, each once as a value and once as a type. */
async function expectVerdicts(samples: readonly Sample[]): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'imports-'));
  try {
    await copyFile('biome.json', path.join(directory, 'biome.json'));
    const lines = new Map<string, string[]>();
    const expected: string[] = [];
    for (const { from, to, file, allowed } of samples) {
      const atRoot = from === 'main' || from === 'app';
      const target = `${atRoot ? '.' : '..'}/${file === '' ? to : `${to}/${file}`}.ts`;
      const source = atRoot ? `src/${from}.ts` : `src/${from}/sample.ts`;
      const text = lines.get(source) ?? [];
      lines.set(source, [...text, `import { value } from '${target}';`, `import type { Type } from '${target}';`]);
      if (allowed !== 'value') expected.push(`${source}: import { value } from '${target}';`);
      if (allowed === undefined) expected.push(`${source}: import type { Type } from '${target}';`);
    }
    for (const [source, text] of lines) {
      await mkdir(path.join(directory, path.dirname(source)), { recursive: true });
      await writeFile(path.join(directory, source), `${text.join('\n')}\n`);
    }
    const refused = (await lint(directory)).map(({ path: source, line }) => `${source}: ${lines.get(source)?.[line - 1]}`);
    expect(refused.sort()).toEqual(expected.sort());
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function lint(directory: string): Promise<{ path: string; line: number }[]> {
  const biome = path.resolve('node_modules/.bin/biome');
  const options = ['--only=style/noRestrictedImports', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json'];
  // Biome exits with 1 when it found something; only what it reports counts here.
  const { stdout } = await run(biome, ['lint', ...options], { cwd: directory }).catch((error: { stdout: string }) => error);
  const report = JSON.parse(stdout) as { diagnostics: { location: { path: string; start: { line: number } } }[] };
  return report.diagnostics.map(({ location }) => ({ path: location.path, line: location.start.line }));
}
