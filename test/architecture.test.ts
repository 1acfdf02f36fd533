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
    http: 'value',
    devpages: 'value',
    graphql: 'value',
    operation: 'value',
    loaders: 'value',
    cache: 'value',
    roma: 'value',
    auth: 'value',
    net: 'value',
    certificates: 'value',
    errors: 'value',
    config: 'value',
    observability: 'value',
    generated: 'value',
  },
  http: {
    devpages: 'value',
    graphql: 'value',
    operation: 'value',
    certificates: 'value',
    errors: 'value',
    net: 'value',
    observability: 'type',
    config: 'type',
  },
  devpages: { graphql: 'value', operation: 'value', certificates: 'value', errors: 'value' },
  graphql: {
    operation: 'value',
    certificates: 'value',
    errors: 'value',
    generated: 'type',
    observability: 'type',
    config: 'type',
  },
  operation: { loaders: 'value', certificates: 'value', errors: 'value', net: 'value', observability: 'type' },
  loaders: { cache: 'value', roma: 'value', net: 'value', certificates: 'value', errors: 'value' },
  cache: { roma: 'value', net: 'value', certificates: 'value', errors: 'value' },
  roma: { auth: 'value', net: 'value', certificates: 'value', errors: 'value' },
  auth: { net: 'value', certificates: 'value', errors: 'value' },
  net: { errors: 'value' },
  certificates: { net: 'type', errors: 'value' },
  errors: {},
  config: {},
  observability: {
    certificates: 'value',
    errors: 'value',
    roma: 'type',
    loaders: 'type',
    cache: 'type',
    auth: 'type',
    net: 'type',
  },
  emulator: {},
  generated: {},
};

const folders = Object.keys(mayImport);

test('imports between folders go the allowed way and no other', async () => {
  const imports = folders
    .filter((from) => from !== 'generated')
    .flatMap((from) => folders.filter((to) => to !== from).map((to) => ({ from, to })));
  await expectVerdicts(
    imports.map(({ from, to }) => ({
      from: sampleFile(from),
      to: sampleFile(to),
      allowed: mayImport[from]?.[to] ?? 'nothing',
    })),
  );
});

test('the emulator sees the types of the wire and nothing else of roma', async () => {
  await expectVerdicts([{ from: 'emulator/sample.ts', to: 'roma/wire.ts', allowed: 'type' }]);
});

test('the emulator, which has folders of its own, is as closed inside them', async () => {
  await expectVerdicts([
    { from: 'emulator/data/sample.ts', to: 'emulator/sample.ts', allowed: 'value' },
    { from: 'emulator/data/sample.ts', to: 'roma/wire.ts', allowed: 'type' },
    { from: 'emulator/data/sample.ts', to: 'roma/sample.ts', allowed: 'nothing' },
    { from: 'emulator/data/sample.ts', to: 'app.ts', allowed: 'nothing' },
  ]);
});

test('every folder of src is in the table', async () => {
  const entries = await readdir('src', { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  expect(folders).toEqual(expect.arrayContaining(names));
});

interface Import {
  /** Files, seen from `src`. */
  readonly from: string;
  readonly to: string;
  readonly allowed: 'value' | 'type' | 'nothing';
}

function sampleFile(folder: string): string {
  return folder === 'main' || folder === 'app' ? `${folder}.ts` : `${folder}/sample.ts`;
}

/** Lints a source tree made of nothing but these imports, each once as a value and once as a type. */
async function expectVerdicts(imports: readonly Import[]): Promise<void> {
  const source = new Map<string, string[]>();
  const expected: string[] = [];
  for (const { from, to, allowed } of imports) {
    const target = path.posix.relative(path.posix.dirname(from), to).replace(/^(?!\.)/, './');
    const value = `import { value } from '${target}';`;
    const type = `import type { Type } from '${target}';`;
    source.set(from, [...(source.get(from) ?? []), value, type]);
    if (allowed !== 'value') expected.push(`${from}: ${value}`);
    if (allowed === 'nothing') expected.push(`${from}: ${type}`);
  }
  expect((await refusedLines(source)).sort()).toEqual(expected.sort());
}

async function refusedLines(source: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
  const directory = await mkdtemp(path.join(tmpdir(), 'imports-'));
  try {
    await copyFile('biome.json', path.join(directory, 'biome.json'));
    for (const [file, lines] of source) {
      await mkdir(path.join(directory, 'src', path.dirname(file)), { recursive: true });
      await writeFile(path.join(directory, 'src', file), `${lines.join('\n')}\n`);
    }
    const found = await lint(directory);
    return found.map(({ file, line }) => `${file}: ${source.get(file)?.[line - 1]}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function lint(directory: string): Promise<{ file: string; line: number }[]> {
  const biome = path.resolve('node_modules/.bin/biome');
  const options = ['--only=style/noRestrictedImports', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json'];
  // Biome exits with 1 when it found something; only what it reports counts here.
  const { stdout } = await run(biome, ['lint', ...options], { cwd: directory }).catch((error: { stdout: string }) => error);
  const report = JSON.parse(stdout) as { diagnostics: { location: { path: string; start: { line: number } } }[] };
  return report.diagnostics.map(({ location }) => ({
    file: path.posix.relative('src', location.path),
    line: location.start.line,
  }));
}
