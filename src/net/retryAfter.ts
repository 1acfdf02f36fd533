/** IMF-fixdate, and the two obsolete forms that RFC 9110 section 5.6.7 obliges recipients to accept. */
const IMF_FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * How long an answer asks to wait, in milliseconds; undefined when it says nothing readable. A date is taken relative to the answer's own
 * `Date`, so that the clocks of both sides may differ. No ROMA Connect document promises the header ("Status Codes": 429, wait for
 * `Retry-After`).
 */
export function readRetryAfterMs(retryAfter: string | undefined, date: string | undefined, nowMs: number): number | undefined {
  const text = retryAfter?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return toWaitMs(Number(text) * 1000);
  const until = readHttpDate(text);
  if (until === undefined) return undefined;
  return toWaitMs(until - (readHttpDate(date?.trim() ?? '') ?? nowMs));
}

function readHttpDate(text: string): number | undefined {
  // `Date.parse` alone accepts nearly any text, for example "apples 5".
  const ms =
    IMF_FIXDATE.test(text) || RFC_850.test(text)
      ? Date.parse(text)
      : ASCTIME.test(text)
        ? Date.parse(`${text} GMT`)
        : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function toWaitMs(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), Number.MAX_SAFE_INTEGER);
}
