import { type StopOptions, startApp as start } from '../../src/app.ts';
import type { RomaTarget } from '../../src/config/Config.ts';
import { type Environment, readConfig } from '../../src/config/readConfig.ts';
import type { EmulatorFacts } from '../../src/emulator/control.ts';
import { startEmulator } from '../../src/emulator/startEmulator.ts';

export interface AppOptions {
  /** Environment variables. Unless they say otherwise, the port is a free one and nothing is logged. */
  readonly env?: Environment;
  /** The emulator to read from, in the embedded way: its token is used for callers without one. Default: one of the app's own. */
  readonly roma?: EmulatorFacts;
  /** Where log lines go. */
  readonly destination?: { write(line: string): void };
}

/** The whole app, over real sockets. `await using app = await startApp({})`. */
export interface App extends AsyncDisposable {
  /** Where GraphQL is served. */
  readonly url: string;
  readonly instanceIds: readonly string[];
  /** Sends an operation as JSON; resolves to the answer's JSON, whatever its status. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Sends any request to this path. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** `hurryAfterMs`: when operations that still run are told to answer with what they have. */
  stop(options?: StopOptions): Promise<void>;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: a test knows the shape of what it asked for
  readonly data?: any;
  readonly errors?: readonly AnswerError[];
}

export interface AnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly retryable: boolean } & Readonly<Record<string, unknown>>;
}

export async function startApp({ env = {}, roma: shared, destination }: AppOptions = {}): Promise<App> {
  const config = readConfig({ PORT: '0', LOG_LEVEL: 'silent', ...env });
  await using started = new AsyncDisposableStack();
  const emulator = shared ?? (config.roma === null ? started.use(await startEmulator()) : null);
  const roma = config.roma ?? toTarget(emulator, config.emulatorInstanceIds);
  const app = await start({ ...config, roma }, destination && { destination });
  started.defer(() => app.stop());
  const running = started.move();
  const send: App['fetch'] = (path, init) => fetch(new URL(path, app.url), init);
  return {
    url: app.url,
    instanceIds: roma.instanceIds ?? [],
    fetch: send,
    async ask(query, variables = {}, headers = {}) {
      const body = JSON.stringify({ query, variables });
      const response = await send('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      return (await response.json()) as Answer;
    },
    async stop(options) {
      // Further calls wait for the first.
      await app.stop(options);
      await running.disposeAsync();
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function toTarget(emulator: EmulatorFacts | null, instanceIds: readonly string[] | null): RomaTarget {
  if (emulator === null) throw new Error('There is nothing to read from.');
  const auth = { mode: 'passthrough', fallbackToken: emulator.token } as const;
  return { origin: emulator.origin, projectId: emulator.projectId, instanceIds: instanceIds ?? emulator.instanceIds, auth };
}
