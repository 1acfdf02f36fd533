import type { Answer } from './Answer.ts';
import { toJsonAnswer } from './Answer.ts';
import type { Change, ScriptedChange } from './changes.ts';
import type { EmulatorControl, TokenWish } from './control.ts';
import { ControlMistake } from './controlMistake.ts';
import type { FaultRule } from './faults/FaultQueue.ts';
import type { Switches } from './switches.ts';

/** Beside the emulated API on the same origin; ROMA Connect has no such path. */
export const CONTROL_PREFIX = '/_emulator/';

type Handle = (control: EmulatorControl, body: unknown) => Promise<unknown>;

/** Method and path, and what it does. Lists may be sent as one object. */
const routes: Readonly<Record<string, Handle>> = {
  'GET state': (control) => control.state(),
  'GET switches': async (control) => (await control.state()).switches,
  'PUT switches': (control, body) => control.setSwitches(body as Partial<Switches>),
  'GET faults': async (control) => (await control.state()).pendingFaults,
  'POST faults': (control, body) => control.addFaults(...(toList(body) as FaultRule[])),
  'DELETE faults': (control) => control.clearFaults(),
  'POST changes': (control, body) => control.change(...(toList(body) as Change[])),
  'GET mutations': async (control) => (await control.state()).pendingChanges,
  'POST mutations': (control, body) => control.scriptChanges(...(toList(body) as ScriptedChange[])),
  'DELETE mutations': (control) => control.clearScript(),
  'POST tokens': async (control, body) => ({ token: await control.issueToken((body ?? {}) as TokenWish) }),
  'GET calls': (control) => control.calls(),
  'DELETE calls': (control) => control.clearCalls(),
  'POST reset': (control) => control.reset(),
};

/** Answers one control request. `path` is without the prefix, `body` the JSON text sent. */
export async function answerControl(control: EmulatorControl, method: string, path: string, body: string): Promise<Answer> {
  try {
    const handle = routes[`${method} ${path}`] ?? certificatesRoute(method, path);
    if (!handle)
      return toJsonAnswer(404, { error: `There is no ${method} ${path}. There are: ${Object.keys(routes).join(', ')}.` });
    return toJsonAnswer(200, (await handle(control, readJson(body))) ?? {});
  } catch (error) {
    if (error instanceof ControlMistake) return toJsonAnswer(400, { error: error.message });
    throw error;
  }
}

/** `instances/{id}/certificates`, with `common` for the global rows. */
function certificatesRoute(method: string, path: string): Handle | undefined {
  const owner = /^instances\/([^/]+)\/certificates$/.exec(path)?.[1];
  if (owner === undefined) return undefined;
  const id = decode(owner);
  if (method === 'GET') return (control) => control.certificates(id);
  if (method !== 'PUT') return undefined;
  return (control, body) => control.replaceCertificates(id, body as unknown[]);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ControlMistake(`"${part}" is not encoded as a part of a path. Accepted: an instance ID, or "common".`);
  }
}

function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlMistake('The body is not JSON.');
  }
}

/** What is not a list is one of its kind: whether it is accepted is judged where it is used. */
function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
