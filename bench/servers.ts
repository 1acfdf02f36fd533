import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ID } from './data.ts';
import type { Command } from './startProcess.ts';
import { findTailcall, tailcallCommand, type Variant } from './tailcall/tailcall.ts';

/** What a server needs to know to start. */
export interface Surroundings {
  readonly port: number;
  /** Origin of the stand-in for ROMA Connect. */
  readonly upstream: string;
  readonly instanceIds: readonly string[];
  /** A JSON file with all requests and answers of the workload; for the server that answers from memory. */
  readonly asksFile: string;
  /** A directory for what the server needs to be written. */
  readonly directory: string;
}

export interface Server {
  readonly name: string;
  readonly title: string;
  readonly version: string;
  /** Where it says that it is ready; any answer below 500 will do. */
  readonly readyPath: string;
  /** This project: its cursors are its own, and it is asked for them first. */
  readonly isOurs: boolean;
  /** Whether it can answer the workload at all. */
  can(workload: string): boolean;
  command(surroundings: Surroundings): Command;
}

const root = join(import.meta.dirname, '..');
const tailcall = findTailcall();
const all = (): boolean => true;
const isJoin = (workload: string): boolean => workload.startsWith('W2');

export const servers: readonly Server[] = [
  ours('ours', 'this project', {}),
  ours('ours-ttl0', 'this project, nothing reused (`CERTIFICATES_CACHE_TTL_MS=0`)', { CERTIFICATES_CACHE_TTL_MS: '0' }),
  ours('ours-anew', 'the same, as if nothing ever came again (`REVALIDATION=off`, too)', {
    CERTIFICATES_CACHE_TTL_MS: '0',
    REVALIDATION: 'off',
  }),
  ...before(process.env['BEFORE']),
  peer('apollo', 'Apollo Server, as its documentation starts it, fetch, a DataLoader per request', versionOf('@apollo/server')),
  peer('mercurius', 'mercurius with jit', versionOf('mercurius')),
  peer('yoga', 'graphql-yoga', versionOf('graphql-yoga')),
  ...(tailcall === null
    ? []
    : [
        ofTailcall('tailcall', 'Tailcall', 'plain'),
        ofTailcall('tailcall-dedupe', 'Tailcall, calls under way shared', 'dedupe'),
        ofTailcall('tailcall-cache', 'Tailcall with `@cache`', 'cache'),
        ofTailcall('tailcall-filter', 'Tailcall on an imagined API that has a filter by ID', 'filter'),
      ]),
  peer('proxy', 'limit: node:http and undici by hand', `node ${process.version}`),
  peer('memory', 'limit: node:http answering from memory', `node ${process.version}`),
];

/** Another checkout, with its packages, to see what a change has changed. */
function before(path: string | undefined): Server[] {
  if (path === undefined) return [];
  return [
    ours('before', 'this project as it was', {}, path),
    ours('before-ttl0', 'this project as it was, nothing reused', { CERTIFICATES_CACHE_TTL_MS: '0' }, path),
  ];
}

/** Exactly what `npm start` runs, in production. */
function ours(name: string, title: string, env: Readonly<Record<string, string>>, from = root): Server {
  const { version, scripts } = readPackage(join(from, 'package.json'));
  return {
    name,
    title,
    version,
    readyPath: '/ready',
    isOurs: true,
    can: all,
    command: ({ port, upstream, instanceIds }) => ({
      command: ['sh', '-c', scripts?.['start'] ?? ''],
      cwd: from,
      env: {
        PATH: `${join(from, 'node_modules/.bin')}:${process.env['PATH']}`,
        NODE_ENV: 'production',
        PORT: String(port),
        ROMA_ENDPOINT: upstream,
        ROMA_PROJECT_ID: PROJECT_ID,
        ROMA_INSTANCE_IDS: instanceIds.join(','),
        ROMA_AUTH: 'token',
        ROMA_AUTH_TOKEN: 'token',
        ...env,
      },
    }),
  };
}

function peer(name: string, title: string, version: string): Server {
  return {
    name,
    title,
    version,
    readyPath: '/',
    isOurs: false,
    can: all,
    command: ({ port, upstream, asksFile }) => ({
      command: [process.execPath, join(import.meta.dirname, 'peers', `${name}.ts`)],
      env: { NODE_ENV: 'production', PORT: String(port), UPSTREAM: upstream, ASKS: asksFile },
    }),
  };
}

function ofTailcall(name: string, title: string, variant: Variant): Server {
  return {
    name,
    title,
    version: tailcall?.version ?? '',
    readyPath: '/status',
    isOurs: false,
    // It can't look through a list for an ID, so it joins only where an API has a filter for that.
    can: (workload) => (variant === 'filter' ? isJoin(workload) && !workload.includes('@') : !isJoin(workload)),
    command: (surroundings) => tailcallCommand(tailcall?.program ?? '', variant, surroundings),
  };
}

function versionOf(name: string): string {
  return readPackage(join(import.meta.dirname, 'node_modules', name, 'package.json')).version;
}

function readPackage(path: string): { version: string; scripts?: Record<string, string> } {
  return JSON.parse(readFileSync(path, 'utf8'));
}
