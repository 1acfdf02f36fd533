import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createControlOverHttp } from '../../src/emulator/controlOverHttp.ts';
import type { EmulatorOptions } from '../../src/emulator/options.ts';
import type { Emulator } from '../../src/emulator/startEmulator.ts';

const command = fileURLToPath(new URL('../../src/emulator/main.ts', import.meta.url));

/** What can be said to the command; rows are put in through the control. */
export type EmulatorProcessOptions = Pick<
  EmulatorOptions,
  'port' | 'host' | 'seed' | 'instances' | 'certificates' | 'switches'
>;

export interface EmulatorProcess extends Emulator {
  readonly pid: number;
}

/**
 * Starts the emulator as its own process, with the same interface as one in this process. For checks that need its time not to be
 * ours, or real signals: `await using roma = await startEmulatorProcess()`.
 */
export async function startEmulatorProcess(options: EmulatorProcessOptions = {}): Promise<EmulatorProcess> {
  const child = spawn(process.execPath, [command], {
    env: { ...process.env, ...toEnvironment(options) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const origin = await readOrigin(child.stdout, child.stderr);
  const control = createControlOverHttp(origin);
  if (options.switches) await control.setSwitches(options.switches);
  const { switches: _, pendingFaults: _f, pendingChanges: _c, openSockets: _o, inFlight: _i, ...facts } = await control.state();
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const [code] = (await exited) as [number | null];
    process.off('exit', killWithUs);
    if (code !== 0) throw new Error(`The emulator ended with code ${code}.`);
  };
  return { ...facts, pid: child.pid ?? 0, control, stop, [Symbol.asyncDispose]: stop };
}

function toEnvironment({ port = 0, host, seed, instances, certificates }: EmulatorProcessOptions): Record<string, string> {
  const settings = {
    EMULATOR_PORT: port,
    EMULATOR_HOST: host,
    EMULATOR_SEED: seed,
    EMULATOR_INSTANCES: instances,
    EMULATOR_CERTIFICATES: certificates,
  };
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** The address that the command's first line names; rejects with its error output when it ends without one. */
async function readOrigin(output: Readable, errors: Readable): Promise<string> {
  let complaint = '';
  errors.on('data', (chunk) => {
    complaint += String(chunk);
  });
  for await (const line of createInterface({ input: output })) {
    const origin = /http:\/\/[^\s;]+/.exec(line)?.[0];
    if (origin !== undefined) return origin;
  }
  throw new Error(`The emulator did not start. ${complaint}`);
}
