import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from './freePort.ts';

/** Whether there is a Redis to start here. Where all that passes has to be tested, one has to be. */
export const hasRedis = process.env['CI'] === 'true' || spawnSync('redis-server', ['--version']).status === 0;

export interface Redis extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Sends a signal: `SIGSTOP` makes it hang, `SIGCONT` go on, `SIGKILL` vanish. */
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface RedisOptions {
  /** Default: a free one. */
  readonly port?: number;
  readonly password?: string;
  /** Makes it a node of a Redis Cluster, which talks to the others at this port. */
  readonly clusterPort?: number;
  /** Key and certificate, for a port that speaks nothing but TLS. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string };
  /** A user besides the default one, in the words of `ACL SETUSER`. */
  readonly user?: readonly string[];
}

/** A Redis of the test's own, which keeps nothing: `await using redis = await startRedis()`. */
export async function startRedis({ port, password, clusterPort, tls, user = [] }: RedisOptions = {}): Promise<Redis> {
  const listensOn = port ?? (await freePort());
  const directory = await mkdtemp(path.join(tmpdir(), 'redis-'));
  const write = async (name: string, text: string): Promise<string> => {
    const file = path.join(directory, name);
    await writeFile(file, text);
    return file;
  };
  const options = {
    port: String(listensOn),
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    dir: directory,
    ...(clusterPort !== undefined && { 'cluster-enabled': 'yes', 'cluster-port': String(clusterPort) }),
    ...(tls !== undefined && {
      port: '0',
      'tls-port': String(listensOn),
      'tls-key-file': await write('key.pem', tls.key),
      'tls-cert-file': await write('cert.pem', tls.cert),
      'tls-ca-cert-file': await write('ca.pem', tls.ca ?? tls.cert),
      'tls-auth-clients': 'no',
    }),
    ...(password === undefined ? {} : { requirepass: password }),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  if (user.length > 0) args.push('--user', ...user);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  await readiness(child);
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    process.off('exit', killWithUs);
    await rm(directory, { recursive: true, force: true });
  };
  return {
    url: `redis${tls === undefined ? '' : 's'}://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${listensOn}`,
    port: listensOn,
    signal: (name) => void child.kill(name),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readiness({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('Redis has no output.');
  const lines = createInterface({ input: stdout });
  let said = '';
  for await (const line of lines) {
    said += `${line}\n`;
    if (!line.includes('Ready to accept connections')) continue;
    stdout.resume();
    return;
  }
  throw new Error(`Redis did not start.\n${said}`);
}
