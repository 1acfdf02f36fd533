import type { Reading } from '../roma/Endpoint.ts';

/**
 * Names the format of answers other than lists, for the keys under which they are stored. Raise the number when a field of one is
 * added, removed, or changes its meaning: another release reads nothing then that it would misread. That nobody else wrote it is what the seal is for.
 */
export const ANSWER_FORMAT = 'answers 1';

const MAX_TEXT_BYTES = 1024 * 1024;

export async function encodeAnswer(answer: Reading): Promise<Buffer> {
  return Buffer.from(JSON.stringify(answer));
}

export async function decodeAnswer(bytes: Buffer): Promise<Reading | undefined> {
  if (bytes.length > MAX_TEXT_BYTES) return undefined;
  const answer: unknown = JSON.parse(bytes.toString());
  const readAtMs = typeof answer === 'object' && answer !== null ? (answer as { readAtMs?: unknown }).readAtMs : undefined;
  return Number.isSafeInteger(readAtMs) ? (answer as Reading) : undefined;
}
