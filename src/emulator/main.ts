import type { EmulatorOptions } from './options.ts';
import { SHOWN_INSTANCES, startEmulator } from './startEmulator.ts';

/**
 * The emulator as a command: `npm run emulator`. EMULATOR_PORT (4010), EMULATOR_HOST (127.0.0.1), EMULATOR_SEED (1),
 * EMULATOR_INSTANCES (6) and EMULATOR_CERTIFICATES (rows of each instance) change what it serves.
 */
const DEFAULT_PORT = 4010;
const MAX_PORT = 65_535;
const MAX_CERTIFICATES = 100_000;
const MAX_INSTANCES = 1_000;

function readOptions(env: NodeJS.ProcessEnv): EmulatorOptions {
  const certificates = readAmount(env, 'EMULATOR_CERTIFICATES', MAX_CERTIFICATES);
  const instances = readAmount(env, 'EMULATOR_INSTANCES', MAX_INSTANCES) ?? SHOWN_INSTANCES;
  return {
    port: readAmount(env, 'EMULATOR_PORT', MAX_PORT) ?? DEFAULT_PORT,
    ...(env['EMULATOR_HOST'] ? { host: env['EMULATOR_HOST'] } : {}),
    ...(env['EMULATOR_SEED'] ? { seed: env['EMULATOR_SEED'] } : {}),
    ...(certificates === undefined ? {} : { certificates }),
    instances,
  };
}

function readAmount(env: NodeJS.ProcessEnv, name: string, max: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) <= max) return Number(text);
  throw new Error(`${name} must be a number from 0 to ${max}.`);
}

try {
  const emulator = await startEmulator(readOptions(process.env));
  const { origin, projectId, token, instanceIds } = emulator;
  const environment = `ROMA_ENDPOINT=${origin} ROMA_PROJECT_ID=${projectId} ROMA_INSTANCE_IDS=${instanceIds.join(',')}`;
  console.log(
    `ROMA Connect emulator at ${origin}; to use it: ${environment} ROMA_AUTH=token ROMA_AUTH_TOKEN=${token} npm start`,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void emulator.stop());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
