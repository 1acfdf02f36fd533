import type { RomaInstanceInfo } from '../../roma/wire.ts';
import { account } from './account.ts';

const purposes = ['orders', 'payments', 'devices', 'partners'] as const;

/** What ROMA Connect says of an instance. `at`: its place among all. */
export function describeInstance(id: string, at: number): RomaInstanceInfo {
  const round = Math.floor(at / purposes.length);
  return {
    id,
    name: `roma-${purposes[at % purposes.length] ?? ''}${round === 0 ? '' : `-${round + 1}`}`,
    flavor_id: '00300-30101-0--0',
    flavor_type: 'basic',
    status: 'RUNNING',
    project_id: account.projectId,
    create_time: '2023-05-04T08:12:31Z',
    update_time: '2023-05-04T08:26:09Z',
  };
}
