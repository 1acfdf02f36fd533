import { useEffect, useRef } from 'react';

/** Calls `more` when the element comes near the window, and again for each new end of the list while it stays near. */
export function useNearEnd(more: (() => Promise<void>) | null, endCursor: string | null) {
  const element = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an observer only reports changes, so each end needs one of its own
  useEffect(() => {
    if (element.current === null || more === null) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void more(), { rootMargin: '300px' });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [more, endCursor]);
  return element;
}
