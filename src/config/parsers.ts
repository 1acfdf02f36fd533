/** What is wrong with a variable's text, as the end of a sentence that begins with its name. Must not hold a secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** Parses a variable's non-empty text, or throws a {@link Refusal}. `warn` is called with the parts that are ignored. */
export type Parser<Value> = (text: string, warn: (problem: string) => void) => Value;

/** Decimal digits only: `1e3`, `0x10`, ` 5` and `5.0` are more often mistakes than intended. */
export function wholeNumber(min: number, max: number): Parser<number> {
  return (text) => {
    if (!/^(0|[1-9]\d{0,14})$/.test(text)) throw new Refusal(`${quoted(text)} is not a whole number`);
    const value = Number(text);
    if (value < min) throw new Refusal(`${text} is too small`);
    if (value > max) throw new Refusal(`${text} is too large`);
    return value;
  };
}

export function oneOf<const Value extends string>(values: readonly Value[]): Parser<Value> {
  return (text) => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new Refusal(`${quoted(text)} is not known`);
    return value;
  };
}

/** A name or address to listen on. Whether it exists is not checked here. */
export const host: Parser<string> = (text) => {
  if (!/^[A-Za-z0-9.:_-]{1,255}$/.test(text)) throw new Refusal(`${quoted(text)} is no host name and no IP address`);
  return text;
};

const ID = /^[A-Za-z0-9_-]{1,64}$/;

export const id: Parser<string> = (text) => {
  if (!ID.test(text)) throw new Refusal(`${quoted(text)} is not an ID`);
  return text;
};

export const ids: Parser<readonly string[]> = (text) => {
  const entries = text.split(',').map((entry) => entry.trim());
  const malformed = entries.find((entry) => !ID.test(entry));
  if (malformed === '') throw new Refusal('has an empty entry');
  if (malformed !== undefined) throw new Refusal(`the entry ${quoted(malformed)} is not an ID`);
  return [...new Set(entries)];
};

/**
 * Scheme, host and port. Other parts of a URL are refused, not dropped: a path would be ignored silently, and a password could be logged. The
 * message does not quote the text, which may hold a password.
 */
export const origin: Parser<string> = (text) => {
  const url = URL.parse(text);
  if (url === null || /\s/.test(text)) throw new Refusal('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Refusal('is neither an https nor an http URL');
  if (url.username !== '' || url.password !== '') throw new Refusal('has a user name or password in it');
  if (url.pathname !== '/') throw new Refusal('has a path');
  if (/[?#]/.test(text)) throw new Refusal('has a query or a fragment');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new Refusal('is not https, and its host is not this machine');
  return url.origin;
};

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

export const redisUrl: Parser<string> = (text) => {
  const url = URL.parse(text);
  if (url === null || /\s/.test(text)) throw new Refusal('is not a URL');
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw new Refusal('is neither a redis nor a rediss URL');
  if (url.hostname === '') throw new Refusal('has no host');
  if (!/^\/?\d{0,9}$/.test(url.pathname)) throw new Refusal('has a path that is no number of a database');
  if (!isDecodable(url.username + url.password)) throw new Refusal('has a user name or password with a % that encodes nothing');
  return text;
};

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The message does not quote the text, which may hold a password, or a key in its path. */
export const collectorUrl: Parser<string> = (text) => {
  const url = URL.parse(text);
  if (url === null || /\s/.test(text)) throw new Refusal('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Refusal('is neither an https nor an http URL');
  return text;
};

/** As OpenTelemetry reads a Boolean: `true` in any case is true, and anything else is false. */
export const openTelemetryBoolean: Parser<boolean> = (text, warn) => {
  const lower = text.trim().toLowerCase();
  if (lower !== 'true' && lower !== 'false') warn(`${quoted(text)} counts as false`);
  return lower === 'true';
};

/** As OpenTelemetry reads names: in any case, and unknown ones are ignored. */
export function openTelemetryNames<const Name extends string>(known: readonly Name[]): Parser<readonly Name[]> {
  return (text, warn) => {
    const entries = text.split(',').map((entry) => entry.trim().toLowerCase());
    const found = known.filter((name) => entries.includes(name));
    const unknown = entries.filter((entry) => !known.some((name) => name === entry));
    if (found.length === 0) throw new Refusal(`${quoted(text)} is not known`);
    if (unknown.length > 0) warn(`${quoted(unknown.join(','))} is not known`);
    return found;
  };
}

/** The same for a single name. */
export function openTelemetryName<const Name extends string>(known: readonly Name[]): Parser<Name> {
  return (text) => oneOf(known)(text.trim().toLowerCase(), () => {});
}

/** A proxy, as for curl: `http` when the scheme is missing. The message does not quote the text, which may hold a password. */
export const proxyUrl: Parser<string> = (text) => {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url === null || /\s/.test(text) || url.hostname === '') throw new Refusal('is not a URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Refusal('is neither an https nor an http URL');
  return url.href;
};

export const anyText: Parser<string> = (text) => text;

/** A secret that is sent in a header, so visible ASCII. */
export const headerSecret: Parser<string> = (text) => {
  if (!/^[!-~]+$/.test(text)) throw new Refusal('holds a character that no header can carry');
  return text;
};

/** A secret that is sent in a JSON body. */
export const bodySecret: Parser<string> = (text) => text;

export const routerSecrets: Parser<readonly string[]> = (text) => {
  const secrets = text.split(',').map((secret) => secret.trim());
  if (secrets.length > 2) throw new Refusal('holds more than two secrets');
  if (secrets.includes('')) throw new Refusal('has an empty entry');
  return secrets.map((secret) => headerSecret(secret, () => {}));
};

/** Quoted with JSON escapes, so that a message stays on one line. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
