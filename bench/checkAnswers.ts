import { isDeepStrictEqual } from 'node:util';
import type { Ask } from './workloads.ts';

/** Asks for everything once, and throws when an answer is not the right one. Returns the mean size of the answers. */
export async function checkAnswers(url: string, asks: readonly Ask[]): Promise<number> {
  let bytes = 0;
  for (const ask of asks) {
    const { status, headers, text } = await post(url, JSON.stringify(ask.body));
    if (status !== 200) throw new Error(`${url} answered ${status} ${text.slice(0, 300)}`);
    const difference = findDifference(JSON.parse(text), ask.answer, 'answer');
    if (difference !== undefined) throw new Error(`${url} answered wrongly: ${difference}`);
    bytes += toHeadBytes(headers) + Buffer.byteLength(text);
  }
  return bytes / asks.length;
}

export async function post(url: string, body: string): Promise<{ status: number; headers: Headers; text: string }> {
  const headers = { 'content-type': 'application/json', accept: 'application/json', connection: 'keep-alive' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The first place where values differ, in words. */
function findDifference(actual: unknown, expected: unknown, place: string): string | undefined {
  if (isDeepStrictEqual(actual, expected)) return undefined;
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const difference = findDifference(actual[key], expected[key], `${place}.${key}`);
      if (difference !== undefined) return difference;
    }
  }
  return `${place} is ${JSON.stringify(actual)?.slice(0, 200)}, not ${JSON.stringify(expected)?.slice(0, 200)}`;
}

function toHeadBytes(headers: Headers): number {
  let bytes = 'HTTP/1.1 200 OK\r\n\r\n'.length;
  for (const [name, value] of headers) bytes += name.length + value.length + ': \r\n'.length;
  return bytes;
}
