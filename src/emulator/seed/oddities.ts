import type { CertBase } from '../../roma/wire.ts';
import { DAY_MS, toChinaTime, toSeconds } from './instants.ts';

/**
 * What a row can look like although no example shows it: absent and null fields [S], values outside the documented sets, times that
 * Go's decoder accepts [S], the zero time [A]. Each turns an ordinary row into an odd one.
 */
export const oddities: readonly [Oddity, ...Oddity[]] = [
  (row) => ({ ...row, common_name: '' }),
  (row) => ({ ...row, san: null }),
  (row) => ({ ...row, san: [], common_name: row.common_name ?? '' }),
  (row) => ({ ...row, algorithm_type: 'EDDSA', signature_algorithm: 'Ed25519' }),
  ({ algorithm_type: _, ...row }) => row,
  ({ update_time: _, ...row }) => row,
  ({ project_id: _, ...row }) => row,
  ({ not_after: _, ...row }) => row,
  (row, createdMs) => ({ ...row, create_time: toChinaTime(createdMs) }),
  (row) => ({ ...row, update_time: '' }),
  (row) => ({ ...row, not_after: '0001-01-01T00:00:00Z' }),
  (row) => ({ ...row, signature_algorithm: '16' }),
  // The documented example is such a row: it ended before it was created.
  (row, createdMs) => ({ ...row, not_after: toSeconds(createdMs - 30 * DAY_MS) }),
];

type Oddity = (row: CertBase, createdMs: number) => CertBase;
