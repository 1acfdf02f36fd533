import { useId } from 'react';
import type { Order, Scope } from './filter.ts';
import { SearchField } from './SearchField.tsx';
import type { Instance } from './useCounts.ts';
import { go, type View } from './view.ts';

interface Props {
  readonly view: View;
  readonly instances: readonly Instance[] | undefined;
}

export function Conditions({ view, instances = [] }: Props) {
  const id = useId();
  // One that is in the address, and not (or not yet) among those that are known, stays picked.
  const isUnknown = view.instance !== '' && !instances.some((instance) => instance.id === view.instance);
  return (
    <search className="conditions">
      <SearchField value={view.search} />
      <div>
        <label htmlFor={`${id}-instance`}>Instance</label>
        <select id={`${id}-instance`} value={view.instance} onChange={({ target }) => go({ instance: target.value })}>
          <option value="">All instances</option>
          {isUnknown && <option value={view.instance}>{view.instance}</option>}
          {instances.map((instance) => (
            <option key={instance.id} value={instance.id}>
              {instance.name ?? instance.id}
            </option>
          ))}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}-scope`}>Scope</label>
        <select id={`${id}-scope`} value={view.scope} onChange={({ target }) => go({ scope: target.value as Scope })}>
          <option value="">Any</option>
          <option value="INSTANCE">One instance</option>
          <option value="GLOBAL">Global</option>
        </select>
      </div>
      <div>
        <label htmlFor={`${id}-order`}>Order</label>
        <select id={`${id}-order`} value={view.order} onChange={({ target }) => go({ order: target.value as Order })}>
          <option value="nearest">Nearest expiry</option>
          <option value="farthest">Farthest expiry</option>
          <option value="name">Name</option>
        </select>
      </div>
    </search>
  );
}
