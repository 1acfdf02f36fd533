import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ID } from '../data.ts';
import type { Surroundings } from '../servers.ts';
import type { Command } from '../startProcess.ts';

export interface Tailcall {
  /** Blanks separate arguments. */
  readonly program: string;
  readonly version: string;
}

/** The newest first: what starts depends on the machine's C library. */
const packages = ['tailcall-1.6.14', 'tailcall-1.0.0'];

/** The newest Tailcall that starts on this machine; `TAILCALL` names another one. */
export function findTailcall(): Tailcall | null {
  const installed = packages.map((name) => join(import.meta.dirname, '../node_modules', name, 'bin/tailcall'));
  for (const program of [process.env['TAILCALL'] ?? '', ...installed]) {
    const { status, stdout } = spawnSync('sh', ['-c', `${program} --version`], { encoding: 'utf8' });
    if (program !== '' && status === 0) return { program, version: stdout.trim().replace('tailcall v', '') };
  }
  return null;
}

/** What each variant puts into the configuration. */
const variants: Readonly<Record<Variant, Readonly<Record<string, string>>>> = {
  plain: {},
  dedupe: { HTTP: 'dedupe: true' },
  cache: { FIELD: '@cache(maxAge: 10000)' },
  filter: {
    UPSTREAM: '@upstream(batch: { delay: 1, maxSize: 1000 })',
    ENTITY: '@http(url: "LIST", query: [{ key: "id", value: "{{.value.id}}" }], batchKey: ["certs", "id"], dedupe: true)',
  },
};

export type Variant = 'plain' | 'dedupe' | 'cache' | 'filter';

/** Writes the configuration and starts Tailcall with it. */
export function tailcallCommand(program: string, variant: Variant, { port, upstream, directory }: Surroundings): Command {
  const template = readFileSync(join(import.meta.dirname, 'config.graphql'), 'utf8');
  const file = join(directory, `tailcall-${variant}.graphql`);
  const config = template
    .replace(/# ([A-Z]+)$/gm, (_comment, place) => variants[variant][place] ?? '')
    .replaceAll('LIST', `${upstream}/v2/${PROJECT_ID}/apic/certificates`)
    .replace('8000', String(port));
  writeFileSync(file, config);
  return {
    command: ['sh', '-c', `exec ${program} start ${file}`],
    env: { TAILCALL_TRACKER: 'false', TAILCALL_LOG_LEVEL: 'error' },
  };
}
