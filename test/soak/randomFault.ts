import * as faults from '../../src/emulator/faults/commonFaults.ts';
import type { Fault } from '../../src/emulator/faults/Fault.ts';
import type { FaultRule } from '../../src/emulator/faults/FaultQueue.ts';
import type { Random } from '../../src/emulator/seed/random.ts';
import type { Switches } from '../../src/emulator/switches.ts';
import { pick } from './randomOperation.ts';

const all: readonly Fault[] = [
  faults.systemError,
  faults.backendUnavailable,
  faults.throttled(),
  faults.throttled('1'),
  faults.throttled('3600'),
  faults.throttledAsError500,
  faults.tokenRefused,
  faults.accountFrozen,
  faults.htmlPage(502),
  faults.htmlPage(200),
  faults.redirect('/elsewhere'),
  faults.noContent,
  faults.emptyBody,
  faults.invalidJson,
  faults.wrongShape,
  faults.errorWithStatus200,
  faults.truncatedJson,
  faults.limitIgnored,
  faults.shortPage(7),
  faults.overlappingPage(2),
  faults.resetBeforeHeaders,
  faults.resetAfterHeaders,
  faults.resetMidBody,
  faults.hangWithoutHeaders,
  faults.gzipBomb(20_000_000),
  { kind: 'hang', after: 'headers' },
  { kind: 'hang', after: 'halfBody' },
  { kind: 'drip', bytes: 500, everyMs: 20 },
  { kind: 'delay', ms: 300 },
  { kind: 'endEarly' },
  { kind: 'page', total: 2 ** 31 - 1 },
  { kind: 'raw', text: 'no HTTP\r\n\r\n' },
];

/** Something that goes wrong a few times, in one instance, in all of them or at IAM. */
export function randomFault(random: Random, instanceIds: readonly string[]): FaultRule {
  const match = pick(random, [{}, { path: 'iam' as const }, ...instanceIds.map((instanceId) => ({ instanceId }))]);
  return { fault: pick(random, all), match, nth: 1 + random.below(10), times: 1 + random.below(15) };
}

/** Another network and another upstream, within what the documents leave open. */
export function randomSwitches(random: Random): Partial<Switches> {
  return {
    gzip: pick(random, ['never', 'whenAccepted']),
    framing: pick(random, ['contentLength', 'chunked', 'untilClose']),
    latencyMs: pick(random, [0, 0, 5, 50]),
    maxLimit: pick(random, [500, 100, 37]),
    order: pick(random, ['createTimeDescending', 'createTimeDescending', 'unstable']),
  };
}
