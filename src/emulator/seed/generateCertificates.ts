import type { CertBase } from '../../roma/wire.ts';
import { DAY_MS, toRecordedTime, toSeconds } from './instants.ts';
import { drawKeyKind } from './keys.ts';
import { drawName } from './names.ts';
import { oddities } from './oddities.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import { drawSubject } from './subjects.ts';

export interface Plan {
  readonly seed: string;
  /** The owner's ID, or `common` for global certificates. */
  readonly owner: string;
  readonly type: 'instance' | 'global';
  readonly projectId: string;
  readonly count: number;
  /** What "expired" and "expiring this week" are relative to. */
  readonly todayMs: number;
  readonly odd: boolean;
}

/** How far back in time the oldest row was created. */
const HISTORY_MS = 3 * 365 * DAY_MS;
/** API Gateway refuses a certificate that ends later (APIG.3148) [G]. */
const LAST_END_MS = Date.parse('2038-01-19T03:14:07Z');
const ODD_SHARE = 0.05;

/** The owner's certificates, newest first: one every `HISTORY_MS / count`, give or take, so that none has to be sorted. */
export function generateCertificates(plan: Plan): CertBase[] {
  const random = createRandom(`${plan.seed}/${plan.owner}`);
  const step = HISTORY_MS / Math.max(1, plan.count);
  const rows: CertBase[] = [];
  for (let at = 0; at < plan.count; at += 1) {
    const createdMs = plan.todayMs - Math.floor((at + random.fraction()) * step) - 1000;
    const row = drawRow(plan, createdMs, random);
    rows.push(plan.odd && random.chance(ODD_SHARE) ? random.pick(oddities)(row, createdMs) : row);
  }
  return rows;
}

function drawRow(plan: Plan, createdMs: number, random: Random): CertBase {
  const subject = drawSubject(random);
  const key = drawKeyKind(random);
  const createTime = toRecordedTime(createdMs, random);
  const updatedMs = createdMs + Math.floor(random.fraction() * (plan.todayMs - createdMs));
  const row: CertBase = {
    id: random.hex(32),
    name: drawName(random, subject.purpose),
    type: plan.type,
    instance_id: plan.owner,
    project_id: plan.projectId,
    common_name: subject.commonName,
    san: subject.san,
    not_after: toSeconds(drawEnd(plan.todayMs, createdMs, random)),
    signature_algorithm: key.signature,
    create_time: createTime,
    update_time: random.chance(0.7) ? createTime : toRecordedTime(updatedMs, random),
    algorithm_type: key.algorithm,
  };
  // Absent from the documented example, so absent from most rows here.
  return random.chance(0.25) ? { ...row, is_has_trusted_root_ca: random.chance(0.6) } : row;
}

/** Some expired, some about to, most good for months: what an expiry dashboard is there to show. */
function drawEnd(todayMs: number, createdMs: number, random: Random): number {
  const ageMs = todayMs - createdMs;
  const luck = random.fraction();
  if (luck < 0.1) return todayMs - Math.floor(random.fraction() * 0.8 * ageMs) - 60_000;
  if (luck < 0.16) return todayMs + Math.floor((0.2 + random.fraction() * 6.6) * DAY_MS) + DAY_MS / 5;
  if (luck < 0.26) return todayMs + Math.floor((8 + random.fraction() * 22) * DAY_MS);
  const days = luck < 0.95 ? 31 + random.fraction() * 365 : 400 + random.fraction() * 3_000;
  return Math.min(todayMs + Math.floor(days * DAY_MS), LAST_END_MS);
}
