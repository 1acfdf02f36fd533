import { flushCompileCache } from 'node:module';
import { type App, startApp } from './app.ts';
import type { Config, RomaTarget } from './config/Config.ts';
import { ConfigError, readConfig } from './config/readConfig.ts';

/** An orchestrator's own patience ends after 10 s or later; whatever has not ended by then ends with the process. */
const MAX_STOP_MS = 9_800;

/** How long `/ready` says no before connections are refused. Whoever presses Ctrl-C waits for no load balancer. */
const GRACE_MS = { production: 2_000, development: 500 };

type Signal = 'SIGTERM' | 'SIGINT';

function loadConfig(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError) fail(error.message);
    throw error;
  }
}

interface Upstream {
  readonly roma: RomaTarget;
  readonly exampleInstanceId?: string | undefined;
  stop(): Promise<void>;
}

async function startEmbeddedEmulator({ emulatorInstanceIds }: Config): Promise<Upstream> {
  // Only here: nothing that serves requests has the emulator in it.
  const { SHOWN_INSTANCES, startEmulator } = await import('./emulator/startEmulator.ts');
  const { origin, projectId, token, instanceIds, stop } = await startEmulator({ instances: SHOWN_INSTANCES });
  const auth = { mode: 'passthrough', fallbackToken: token } as const;
  return { roma: { origin, projectId, instanceIds: emulatorInstanceIds, auth }, exampleInstanceId: instanceIds[0], stop };
}

async function start(config: Config): Promise<void> {
  const { roma, exampleInstanceId, stop }: Upstream =
    config.roma === null ? await startEmbeddedEmulator(config) : { roma: config.roma, stop: async () => {} };
  // The embedded emulator is behind no proxy.
  const proxy = config.roma === null ? null : config.proxy;
  const starting = startApp({ ...config, roma, proxy, exampleInstanceId }, { colors: process.stdout.isTTY }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') throw error;
      return fail(toListenProblem(error, config));
    },
  );
  // Before the log says that the service is there: whoever reads that may send a signal at once.
  stopOnSignals(async (signal) => {
    const app = await starting;
    const graceMs = signal === 'SIGINT' ? 0 : GRACE_MS[config.production ? 'production' : 'development'];
    app.log.info({ signal }, 'Stopping: what is under way is finished first. The same signal again ends the process at once.');
    await app.stop({ graceMs });
    await stop();
  });
  dieLoudly(await starting);
  // For the next start. Node.js itself would do it at the end, but not every process gets that far.
  flushCompileCache();
}

function toListenProblem({ code }: NodeJS.ErrnoException, { host, port }: Config): string {
  if (code === 'EADDRINUSE') return `Port ${port} of ${host} is in use. Set PORT to another one, or to 0 for a free one.`;
  return `Cannot listen on port ${port} of ${host} (${code}). Set HOST and PORT to an address of this machine.`;
}

/** After an error that nobody expected the state is unknown, and going on would be worse than a restart. */
function dieLoudly({ log }: App): void {
  process.on('uncaughtException', (error, origin) => {
    log.fatal({ err: error, origin }, 'An error that nobody handled ends the process.');
    process.exit(1);
  });
}

function stopOnSignals(stop: (signal: Signal) => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: Signal): void => {
    if (stopping) process.exit(signal === 'SIGTERM' ? 143 : 130);
    stopping = true;
    setTimeout(() => process.exit(1), MAX_STOP_MS).unref();
    void stop(signal).then(() => process.exit(0));
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

await start(loadConfig());
