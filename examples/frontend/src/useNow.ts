import { useEffect, useState } from 'react';

const EVERY_MS = 10_000;

/** The time in milliseconds, now and then: for ages, which grow while nothing else happens. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
