import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmulatorProcess } from '../support/emulator.ts';
import { type Attack, attacksOn } from './attacks.ts';
import { flood, floodsOn } from './connections.ts';
import { startTarget, type Target } from './target.ts';

// npm run attack -- --seconds 20 --only "long name"
const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '6' }, only: { type: 'string', default: '' } },
});

/** What nobody else may notice of an attack, on a machine that does the reference work in this time; a slower one gets longer. */
const MAX_STALL_MS = 250;
const MAX_OTHER_MS = 1_000;
const REFERENCE_MS = 20;

/** Plans (24 MiB), documents, whole answers and texts of rows (16 MiB each): see docs/limits.md. */
const STORES_BYTES = 72 * 1024 * 1024;
const MAX_GROWTH = 1.2;
/** All attacks together, for CI. */
const MAX_TOTAL_MS = 10 * 60_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const beganMs = performance.now();
const slowness = Math.max(1, referenceMs() / REFERENCE_MS);
const maxStallMs = slowness * MAX_STALL_MS;
const maxOtherMs = slowness * MAX_OTHER_MS;

await using roma = await startEmulatorProcess({ instances: 2, certificates: 20_000 });
const other = await roma.control.issueToken();
const hangingId = 'never-answers';
await roma.control.addFaults({ fault: { kind: 'hang', after: 'nothing' }, match: { instanceId: hangingId }, times: 'always' });
/** `run` attacks as long as it `goesOn`, and resolves to the number of requests. */
interface Assault extends Pick<Attack, 'name' | 'fills'> {
  run(victim: Target, goesOn: () => boolean): Promise<number>;
}

const assaults: Assault[] = [
  ...attacksOn(roma.instanceIds).map((attack) => ({
    ...attack,
    run: (victim: Target, goesOn: () => boolean) => repeat(victim, attack, goesOn),
  })),
  ...floodsOn(roma.instanceIds[0] ?? '', hangingId).map((each) => ({
    name: each.name,
    run: ({ url }: Target, goesOn: () => boolean) => flood(url, roma.token, each, goesOn),
  })),
];
const attacks = assaults.filter(({ name }) => name.includes(options.only));
const problems: string[] = [];

say(`/health may take ${maxStallMs.toFixed(0)} ms, another caller's query ${maxOtherMs.toFixed(0)} ms.`);
say('| attack | requests | longest turn | slowest /health | slowest query of another | heap before | heap after |');
say('| --- | --- | --- | --- | --- | --- | --- |');
let target = await startTarget(roma);
await warmUp(target);
let { heapBytes: heapBefore } = await target.report();
for (const attack of attacks) {
  if (performance.now() - beganMs > MAX_TOTAL_MS) {
    problems.push(`${attack.name}: not tried, for the time is up`);
    continue;
  }
  const found: string[] = [];
  const { requests, stallMs, otherMs } = await suffer(target, attack);
  let heapAfter = Number.NaN;
  let busyMs = Number.NaN;
  if (target.isAlive) {
    ({ heapBytes: heapAfter, busyMs } = await target.report());
    // Where the machine has other things to do, time passes that nobody stole.
    if (stallMs > maxStallMs && busyMs > maxStallMs) found.push(`/health took ${stallMs.toFixed(0)} ms`);
    if (otherMs > maxOtherMs && busyMs > maxStallMs) found.push(`another caller waited ${otherMs.toFixed(0)} ms`);
    // Bounded stores may fill meanwhile, which is what they are for.
    const allowed = Math.max(MAX_GROWTH * heapBefore, attack.fills === undefined ? 0 : heapBefore + STORES_BYTES);
    if (heapAfter > allowed) found.push(`the heap grew from ${toMb(heapBefore)} to ${toMb(heapAfter)} MB`);
  } else {
    found.push('the process ended');
  }
  say(
    `| ${attack.name} | ${requests} | ${busyMs.toFixed(0)} ms | ${stallMs.toFixed(0)} ms | ${otherMs.toFixed(0)} ms | ${toMb(heapBefore)} MB | ${target.isAlive ? `${toMb(heapAfter)} MB` : 'ended'} |${found.length > 0 ? ' ✗' : ''}`,
  );
  for (const problem of found) problems.push(`${attack.name}: ${problem}`);
  if (found.length > 0) {
    // The next one is not to suffer from this one.
    await target.stop();
    target = await startTarget(roma);
    await warmUp(target);
    heapBefore = (await target.report()).heapBytes;
  } else heapBefore = heapAfter;
}
await target.stop();
for (const problem of problems) say(`PROBLEM ${problem}`);
say(problems.length === 0 ? `${attacks.length} attacks did no harm` : `${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** The median of some rounds of work that is much like the server's. */
function referenceMs(): number {
  const rows = Array.from({ length: 20_000 }, (_, at) => ({
    id: `c-${at}`,
    name: `name ${at}`,
    notAfter: '2027-01-01T00:00:00Z',
  }));
  const rounds = Array.from({ length: 15 }, () => {
    const startedMs = performance.now();
    JSON.parse(JSON.stringify(rows));
    return performance.now() - startedMs;
  });
  return rounds.sort((a, b) => a - b)[7] ?? REFERENCE_MS;
}

function toMb(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}

interface Suffered {
  readonly requests: number;
  readonly stallMs: number;
  readonly otherMs: number;
}

/** One client attacks, one asks for `/health`, and one of another caller for a page. */
async function suffer(victim: Target, attack: Assault): Promise<Suffered> {
  const endMs = performance.now() + Number(options.seconds) * 1_000;
  const goesOn = (): boolean => victim.isAlive && performance.now() < endMs;
  let requests = 0;
  let stallMs = 0;
  let otherMs = 0;
  const agent = new Agent({ keepAlive: true });
  const attacker = async (): Promise<void> => {
    requests = await attack.run(victim, goesOn);
  };
  const health = async (): Promise<void> => {
    for (; goesOn(); await sleep(20))
      stallMs = Math.max(stallMs, await ask(new URL('/health', victim.url).href, null, {}, agent));
  };
  const neighbour = async (): Promise<void> => {
    for (; goesOn(); await sleep(200))
      otherMs = Math.max(otherMs, await ask(victim.url, page(), { 'x-auth-token': other }, agent));
  };
  await Promise.all([attacker(), health(), neighbour()]);
  agent.destroy();
  return { requests, stallMs, otherMs };
}

async function repeat(victim: Target, { body, token = roma.token }: Attack, goesOn: () => boolean): Promise<number> {
  const agent = new Agent({ keepAlive: true });
  let requests = 0;
  for (; goesOn(); requests++) {
    await ask(victim.url, body(requests), { 'x-auth-token': token }, agent);
    // This process must not be what is slow.
    await sleep(1);
  }
  agent.destroy();
  return requests;
}

function page(): string {
  return JSON.stringify({ query: `{ certificates(instanceId: "${roma.instanceIds[1]}") { nodes { id name notAfter } } }` });
}

/** Fills what is kept between operations, and compiles what is used by all. */
async function warmUp(victim: Target): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const whole = `{ ${roma.instanceIds.map((id, at) => `a${at}: certificates(instanceId: "${id}", orderBy: { field: NAME }) { nodes { id } }`).join(' ')} }`;
  for (const token of [roma.token, other]) {
    for (let round = 0; round < 30; round++) await ask(victim.url, page(), { 'x-auth-token': token }, agent);
    for (let round = 0; round < 3; round++)
      await ask(victim.url, JSON.stringify({ query: whole }), { 'x-auth-token': token }, agent);
  }
  for (const { fills = 0, body } of attacksOn(roma.instanceIds)) {
    for (let at = 0; at < fills; at++) await ask(victim.url, body(1_000_000 + at), { 'x-auth-token': roma.token }, agent);
  }
  agent.destroy();
}

/** How long it takes, however it ends, in milliseconds. Without a body: GET. */
function ask(url: string, body: string | null, headers: Record<string, string>, agent: Agent): Promise<number> {
  return new Promise((resolve) => {
    const sentMs = performance.now();
    const end = (): void => resolve(performance.now() - sentMs);
    const type = { 'content-type': 'application/json', accept: 'application/json' };
    const sent = request(url, {
      method: body === null ? 'GET' : 'POST',
      agent,
      headers: { ...type, ...headers },
      timeout: 30_000,
    });
    sent.on('response', (response) => {
      response.resume();
      response.on('close', end);
    });
    sent.on('timeout', () => sent.destroy());
    sent.on('error', end);
    sent.end(body ?? undefined);
  });
}
