import type { Tokens } from './auth/Tokens.ts';
import { anyList, anyObject, byKind, demandEach, integer, listOf, objectOf, oneOf, optional, text } from './checks.ts';
import type { Facts } from './data/Facts.ts';
import type { Inventory } from './data/Inventory.ts';
import type { RequestMatch, RequestTraits } from './requestMatch.ts';
import { isMatch, matchCheck } from './requestMatch.ts';

/**
 * A change of the state of the service. `owner` is an instance ID, or `common` for the global certificates; positions count the
 * owner's own rows, newest first. Rows are taken as they are, whatever their shape.
 */
export type Change =
  | { readonly kind: 'insert'; readonly owner: string; readonly position?: number; readonly rows: readonly unknown[] }
  | { readonly kind: 'remove'; readonly owner: string; readonly ids: readonly string[] }
  | { readonly kind: 'removeAt'; readonly owner: string; readonly position: number; readonly count?: number }
  | { readonly kind: 'update'; readonly owner: string; readonly id: string; readonly values: object }
  | { readonly kind: 'replace'; readonly owner: string; readonly rows: readonly unknown[] }
  /** Replaces fields of the details of a certificate. */
  | { readonly kind: 'details'; readonly certificateId: string; readonly values: object }
  /** The domains that a certificate is bound to, in this order. */
  | { readonly kind: 'domains'; readonly certificateId: string; readonly domains: readonly unknown[] }
  /** Replaces fields of an instance in the list of instances, for example its `status`. */
  | { readonly kind: 'instance'; readonly instanceId: string; readonly values: object }
  | { readonly kind: 'revokeToken'; readonly token: string }
  /** All tokens that the IAM stub has issued, as when the user's password or rights change. */
  | { readonly kind: 'revokeIamTokens' };

/** Changes that happen when the nth matching request comes in, counted from 1 since they were scripted. */
export interface ScriptedChange {
  /** Whether that very request sees the change. */
  readonly when: 'before' | 'after';
  readonly nth: number;
  /** Every list call when absent. */
  readonly match?: RequestMatch;
  readonly changes: readonly Change[];
}

const changeCheck = byKind<Change>({
  insert: { owner: text, position: optional(integer(0)), rows: anyList },
  remove: { owner: text, ids: listOf(text) },
  removeAt: { owner: text, position: integer(0), count: optional(integer(0)) },
  update: { owner: text, id: text, values: anyObject },
  replace: { owner: text, rows: anyList },
  details: { certificateId: text, values: anyObject },
  domains: { certificateId: text, domains: anyList },
  instance: { instanceId: text, values: anyObject },
  revokeToken: { token: text },
  revokeIamTokens: {},
});

const scriptedCheck = objectOf<ScriptedChange>({
  when: oneOf('before', 'after'),
  nth: integer(1),
  match: optional(matchCheck),
  changes: listOf(changeCheck),
});

interface Changeable {
  readonly facts: Facts;
  readonly inventory: Inventory;
  readonly tokens: Tokens;
}

/** Makes the changes in their order, or none when one of them is not accepted. */
export function applyChanges(changeable: Changeable, changes: readonly Change[]): void {
  demandEach(changeCheck, changes);
  for (const change of changes) applyChange(changeable, change);
}

export function applyChange({ facts, inventory, tokens }: Changeable, change: Change): void {
  switch (change.kind) {
    case 'insert':
      inventory.edit(change.owner, (rows) => rows.insert(change.position ?? 0, change.rows));
      return;
    case 'remove':
      inventory.edit(change.owner, (rows) => rows.removeIds(new Set(change.ids)));
      return;
    case 'removeAt':
      inventory.edit(change.owner, (rows) => rows.removeAt(change.position, change.count ?? 1));
      return;
    case 'update':
      inventory.edit(change.owner, (rows) => rows.change(change.id, change.values));
      return;
    case 'replace':
      inventory.replace(change.owner, change.rows);
      return;
    case 'details':
      facts.setDetails(change.certificateId, change.values);
      return;
    case 'domains':
      facts.setDomains(change.certificateId, change.domains);
      return;
    case 'instance':
      facts.setInstance(change.instanceId, change.values);
      return;
    case 'revokeToken':
      tokens.revoke(change.token);
      return;
    case 'revokeIamTokens':
      tokens.revokeIssuedByIam();
      return;
  }
}

/** Scripted changes that wait for their request. */
export class ChangeScript {
  readonly #apply: (change: Change) => void;
  #scripted: { readonly change: ScriptedChange; seen: number }[] = [];

  constructor(apply: (change: Change) => void) {
    this.#apply = apply;
  }

  get pending(): readonly ScriptedChange[] {
    return this.#scripted.map(({ change }) => change);
  }

  add(scripted: readonly ScriptedChange[]): void {
    demandEach(scriptedCheck, scripted);
    for (const change of scripted) this.#scripted.push({ change, seen: 0 });
  }

  clear(): void {
    this.#scripted = [];
  }

  /** Runs `answer` between what is scripted before and after this request. */
  around<T>(request: RequestTraits, answer: () => T): T {
    if (this.#scripted.length === 0) return answer();
    const due: ScriptedChange[] = [];
    for (const entry of this.#scripted) {
      if (!isMatch(request, entry.change.match)) continue;
      entry.seen += 1;
      if (entry.seen === entry.change.nth) due.push(entry.change);
    }
    this.#scripted = this.#scripted.filter(({ change }) => !due.includes(change));
    this.#run(due, 'before');
    const answered = answer();
    this.#run(due, 'after');
    return answered;
  }

  #run(due: readonly ScriptedChange[], when: ScriptedChange['when']): void {
    for (const scripted of due) {
      if (scripted.when === when) for (const change of scripted.changes) this.#apply(change);
    }
  }
}
