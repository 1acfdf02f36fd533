import type { ComponentProps, MouseEvent } from 'react';
import { go, toAddress, type View } from './view.ts';

type Props = Omit<ComponentProps<'a'>, 'href'> & {
  readonly view: View;
  /** What the link changes about the view. */
  readonly change: Partial<View>;
};

/** A link to another view: it can be copied and opened in a tab of its own, and a plain click needs no new page. */
export function ViewLink({ view, change, ...rest }: Props) {
  const onClick = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(change);
  };
  return <a {...rest} href={toAddress({ ...view, ...change })} onClick={onClick} />;
}
