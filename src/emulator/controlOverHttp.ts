import type { EmulatorControl, EmulatorState } from './control.ts';
import { CONTROL_PREFIX } from './controlApi.ts';

/** The control of an emulator in another process. Rejects with what the emulator says is wrong with a request. */
export function createControlOverHttp(origin: string): EmulatorControl {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${origin}${CONTROL_PREFIX}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const value: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${(value as { error?: string }).error ?? answer.status}`);
    return value;
  };
  const tell = async (method: string, path: string, body?: unknown): Promise<void> => {
    await ask(method, path, body);
  };
  const certificatesOf = (owner: string): string => `instances/${encodeURIComponent(owner)}/certificates`;
  return {
    setSwitches: async (change) => (await ask('PUT', 'switches', change)) as EmulatorState['switches'],
    addFaults: (...rules) => tell('POST', 'faults', rules),
    clearFaults: () => tell('DELETE', 'faults'),
    change: (...changes) => tell('POST', 'changes', changes),
    scriptChanges: (...scripted) => tell('POST', 'mutations', scripted),
    clearScript: () => tell('DELETE', 'mutations'),
    replaceCertificates: (owner, rows) => tell('PUT', certificatesOf(owner), rows),
    certificates: async (owner) => (await ask('GET', certificatesOf(owner))) as readonly unknown[],
    issueToken: async (wish = {}) => ((await ask('POST', 'tokens', wish)) as { token: string }).token,
    calls: async () => (await ask('GET', 'calls')) as Awaited<ReturnType<EmulatorControl['calls']>>,
    clearCalls: () => tell('DELETE', 'calls'),
    state: async () => (await ask('GET', 'state')) as EmulatorState,
    reset: () => tell('POST', 'reset'),
  };
}
