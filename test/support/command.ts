import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { vi } from 'vitest';

/** A command that goes on until it is told to end. */
export interface Command extends AsyncDisposable {
  /** What it said that was waited for. */
  readonly said: string;
  /** Tells it to end, as Kubernetes does; resolves to the exit code. */
  stop(): Promise<number | null>;
}

export interface CommandOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Starts a command as a person types it; resolves once its output has this, to the first group. */
export async function startCommand(
  command: string,
  says: RegExp,
  { env = {}, cwd = '.' }: CommandOptions = {},
): Promise<Command> {
  // Without the shell in between, signals get to the command. In a group of its own, what it leaves behind can be ended.
  const child = spawn('sh', ['-c', `exec env ${command}`], { cwd, env: { ...process.env, ...env }, detached: true });
  const exited = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      // Where CI is true, some are colourful.
      output += stripVTControlCharacters(String(chunk));
    });
  }
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const [code] = (await exited) as [number | null];
    if (child.pid !== undefined) killGroup(child.pid);
    return code;
  };
  try {
    const said = await vi.waitUntil(() => says.exec(output)?.[1], { timeout: 30_000 });
    return {
      said,
      stop,
      async [Symbol.asyncDispose]() {
        await stop();
      },
    };
  } catch (cause) {
    await stop();
    throw new Error(`"${command}" did not say ${says}, but:\n${output}`, { cause });
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}
