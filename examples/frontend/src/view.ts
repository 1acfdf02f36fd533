import { useMemo, useSyncExternalStore } from 'react';
import { EXPIRIES, type Expiry, ORDERS, type Order, SCOPES, type Scope } from './filter.ts';

/** What the page shows. All of it is in the address, so that a copied link shows the same. */
export interface View {
  /** An instance's ID; empty for all of them. */
  readonly instance: string;
  readonly expiry: Expiry;
  readonly search: string;
  readonly scope: Scope;
  readonly order: Order;
  /** The ID of the certificate whose details are open; empty for none. */
  readonly certificate: string;
}

export const DEFAULT_VIEW: View = { instance: '', expiry: 'valid', search: '', scope: '', order: 'nearest', certificate: '' };

/** As the service accepts it. */
export const MAX_SEARCH_LENGTH = 200;

export function useView(): View {
  const query = useSyncExternalStore(subscribe, () => location.search);
  return useMemo(() => toView(query), [query]);
}

/** Changes the address, and with it the page. */
export function go(change: Partial<View>): void {
  const view = toView(location.search);
  const next = { ...view, ...change };
  if (toAddress(next) === toAddress(view)) return;
  // One entry for one search, however often the typing paused: else "back" would go through all of its parts.
  const isSameSearch = view.search !== '' && change.search !== undefined && change.search !== '';
  history[isSameSearch ? 'replaceState' : 'pushState'](null, '', toAddress(next));
  // Another list is read from its beginning. Details open above the list, which stays where it is.
  if (next.certificate === view.certificate) scrollTo(0, 0);
  // The browser says this of "back" and "forward" only.
  dispatchEvent(new PopStateEvent('popstate'));
}

/** The address of a view; what is as usual is left out. */
export function toAddress(view: View): string {
  const usual: Readonly<Record<string, string>> = { ...DEFAULT_VIEW };
  const query = new URLSearchParams(Object.entries(view).filter(([name, value]) => value !== usual[name]));
  return query.size === 0 ? location.pathname : `?${query}`;
}

function toView(query: string): View {
  const values = new URLSearchParams(query);
  return {
    instance: values.get('instance') ?? '',
    expiry: pick(EXPIRIES, values.get('expiry'), DEFAULT_VIEW.expiry),
    search: (values.get('search') ?? '').trim().slice(0, MAX_SEARCH_LENGTH),
    scope: pick(SCOPES, values.get('scope'), DEFAULT_VIEW.scope),
    order: pick(ORDERS, values.get('order'), DEFAULT_VIEW.order),
    certificate: values.get('certificate') ?? '',
  };
}

/** Anybody can write an address: a value that there is not counts as none. */
function pick<T extends string>(known: readonly T[], value: string | null, otherwise: T): T {
  return known.find((one) => one === value) ?? otherwise;
}

function subscribe(onChange: () => void): () => void {
  addEventListener('popstate', onChange);
  return () => removeEventListener('popstate', onChange);
}
