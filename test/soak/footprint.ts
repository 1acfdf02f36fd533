import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds on to when it has nothing to do. */
export interface Footprint {
  readonly heapMb: number;
  /** Open handles by kind: sockets, timers and the like. */
  readonly handles: Readonly<Record<string, number>>;
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Longer than kept-alive connections to the upstream stay open. */
const QUIET_MS = 6_000;

/** Waits for what goes by itself, collects the garbage, and looks at what is left. */
export async function takeFootprint(): Promise<Footprint> {
  await sleep(QUIET_MS);
  for (let round = 0; round < 4; round++) {
    collectGarbage();
    await sleep(50);
  }
  const handles: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) handles[kind] = (handles[kind] ?? 0) + 1;
  return { heapMb: process.memoryUsage().heapUsed / 1024 / 1024, handles };
}

/** What has grown beyond what chance explains; empty when nothing has. */
export function findGrowth(before: Footprint, after: Footprint, toleratedMb: number): string[] {
  const growth: string[] = [];
  if (after.heapMb > before.heapMb + toleratedMb) {
    growth.push(`heap: ${before.heapMb.toFixed(1)} MB before, ${after.heapMb.toFixed(1)} MB after`);
  }
  for (const [kind, count] of Object.entries(after.handles)) {
    const once = before.handles[kind] ?? 0;
    if (count > once) growth.push(`${kind}: ${once} before, ${count} after`);
  }
  return growth;
}
