/** A ROMA Connect instance, as ROMA Connect lists it. */
export interface ListedInstance {
  readonly id: string;
  readonly name: string | null;
  /** As ROMA Connect spells it: an open set. */
  readonly status: string | null;
}

/**
 * An instance that is being created or deleted has no list that could be read. `DELETE_FAILED` (and `DELETE_FALIED`, as the table spells it)
 * is there still. ("Querying the Instance List", table "InstanceInfo", `status`, and the query parameter of that name.)
 */
const ABSENT: ReadonlySet<string | null> = new Set(['CREATING', 'CREATE_FAILED', 'DELETING', 'DELETED', 'SOFT_DELETED']);

export function isThere({ status }: ListedInstance): boolean {
  return !ABSENT.has(status);
}
