import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createRandom, type Random } from '../../src/emulator/seed/random.ts';
import { errorCatalogue } from '../../src/errors/catalogue.ts';
import { protocolErrors } from '../../src/graphql/protocolErrors.ts';
import { envOf } from '../reliability/modes.ts';
import { type Answer, startApp } from '../support/app.ts';
import { startEmulatorProcess } from '../support/emulator.ts';
import { findGrowth, takeFootprint } from './footprint.ts';
import { randomFault, randomSwitches } from './randomFault.ts';
import { pick, randomOperation } from './randomOperation.ts';

// npm run soak -- --seconds 600 --seed 7 --clients 16
const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now()) },
    clients: { type: 'string', default: '8' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const DEADLINE_MS = 2_000;
/** Beyond the deadline: this process sends, answers and collects garbage, all on one core. */
const SLACK_MS = 3_000;
/** What one round of caches, code that is compiled late and the statistics here may differ by. */
const TOLERATED_MB = 8;

const problems: string[] = [];
const codes = new Map<string, number>();
let asked = 0;

say(`seed ${options.seed}, ${options.seconds} s, ${options.clients} clients`);
const roma = await startEmulatorProcess({ certificates: 520 });
const env = {
  OPERATION_DEADLINE_MS: String(DEADLINE_MS),
  ROMA_ATTEMPT_TIMEOUT_MS: '500',
  LOG_LEVEL: 'warn',
};
const destination = {
  write(line: string): void {
    if (!line.includes('left alone')) problems.push(`logged: ${line.trim()}`);
  },
};
// One of them reuses answers, so that its memory is full only after a while; the other one does not.
const withTokens = await startApp({
  env: { ...envOf('passthrough', roma), ...env, CERTIFICATES_CACHE_TTL_MS: '200' },
  destination,
});
const withPassword = await startApp({
  env: { ...envOf('password', roma), ...env, CERTIFICATES_CACHE_TTL_MS: '0' },
  destination,
});
const ids = await readIds();

// The first rounds fill caches and compile code.
await run('warm-up', createRandom(`${options.seed}/warm-up`), Math.max(30, Number(options.seconds) / 4));
const before = await takeFootprint();
await run('soak', createRandom(options.seed), Number(options.seconds));
const after = await takeFootprint();

problems.push(...findGrowth(before, after, TOLERATED_MB));
say(`heap ${before.heapMb.toFixed(1)} MB before, ${after.heapMb.toFixed(1)} MB after`);
say(`handles ${JSON.stringify(before.handles)} before, ${JSON.stringify(after.handles)} after`);
say(`answers ${JSON.stringify(Object.fromEntries([...codes].sort()))}`);
for (const problem of problems.slice(0, 50)) say(`PROBLEM ${problem}`);
say(problems.length === 0 ? 'nothing is left behind' : `${problems.length} problems with seed ${options.seed}`);
for (const started of [withTokens, withPassword, roma]) await started[Symbol.asyncDispose]();
process.exitCode = problems.length === 0 ? 0 : 1;

/** Clients that ask without a pause, on an upstream that gets into trouble again and again and recovers in between. */
async function run(name: string, random: Random, seconds: number): Promise<void> {
  const askedBefore = asked;
  const endMs = Date.now() + seconds * 1_000;
  const agent = new Agent({ keepAlive: true });
  const clients = Array.from({ length: Number(options.clients) }, async () => {
    while (Date.now() < endMs) await askOnce(random, agent);
  });
  while (Date.now() < endMs) {
    await roma.control.clearFaults();
    await roma.control.setSwitches(randomSwitches(random));
    if (random.chance(0.7))
      await roma.control.addFaults(...Array.from({ length: 6 }, () => randomFault(random, roma.instanceIds)));
    if (random.chance(0.1)) await roma.control.change({ kind: 'revokeIamTokens' });
    await sleep(1_000);
  }
  await Promise.all(clients);
  agent.destroy();
  await roma.control.reset();
  say(`${name}: ${asked - askedBefore} operations`);
}

async function askOnce(random: Random, agent: Agent): Promise<void> {
  const app = random.chance(0.5) ? withTokens : withPassword;
  const { token: good, secondToken, restrictedToken, expiredToken } = roma;
  const token = pick(random, [good, good, good, good, secondToken, secondToken, restrictedToken, expiredToken, 'made up', '']);
  const operation = randomOperation(random, roma, ids);
  // Every tenth client goes away before it can have an answer, or about then.
  const leaveAfterMs = random.chance(0.1) ? random.below(100) : undefined;
  const beganMs = performance.now();
  asked++;
  const answer = await send(app.url, operation, token, agent, leaveAfterMs);
  if (answer === 'left') return;
  const tookMs = performance.now() - beganMs;
  if (tookMs > DEADLINE_MS + SLACK_MS) problems.push(`${Math.round(tookMs)} ms for ${JSON.stringify(operation).slice(0, 200)}`);
  for (const code of answer.errors?.map(({ extensions }) => extensions?.code) ?? ['ok']) {
    codes.set(code, (codes.get(code) ?? 0) + 1);
    const isKnown = code === 'ok' || code in errorCatalogue || (code in protocolErrors && code !== 'INTERNAL_SERVER_ERROR');
    if (!isKnown) problems.push(`${code} for ${JSON.stringify(operation).slice(0, 200)}`);
  }
}

function send(
  url: string,
  operation: object,
  token: string,
  agent: Agent,
  leaveAfterMs: number | undefined,
): Promise<Answer | 'left'> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'x-auth-token': token };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      text(response).then(
        (body) => resolve(JSON.parse(body) as Answer),
        (error) => (leaveAfterMs === undefined ? reject(error) : resolve('left')),
      );
    });
    const timer = leaveAfterMs === undefined ? undefined : setTimeout(() => sent.destroy(), leaveAfterMs);
    sent.once('close', () => clearTimeout(timer));
    sent.once('error', (error) => (leaveAfterMs === undefined ? reject(error) : resolve('left')));
    sent.end(JSON.stringify(operation));
  });
}

async function readIds(): Promise<string[]> {
  const lists = await Promise.all(roma.instanceIds.map((instanceId) => roma.control.certificates(instanceId)));
  return lists.flatMap((rows) => (rows as { id: string }[]).slice(0, 20).map(({ id }) => id));
}
