import { useEffect, useRef } from 'react';

const EVERY_MS = 30_000;

/** Refreshes every 30 s while somebody can see it: not in a hidden tab, and at once when it is looked at again. */
export function useAutoRefresh(isOn: boolean, refresh: () => void): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  useEffect(() => {
    if (!isOn) return;
    let timer: ReturnType<typeof setInterval> | undefined;
    const start = (): void => {
      timer = setInterval(() => latest.current(), EVERY_MS);
    };
    const onVisibility = (): void => {
      clearInterval(timer);
      if (document.visibilityState === 'hidden') return;
      latest.current();
      start();
    };
    if (document.visibilityState !== 'hidden') start();
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [isOn]);
}
