import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { badUserInput } from '../errors/SubgraphError.ts';
import type { Certificate } from './certificate.ts';

/** A host as it is compared: a DNS name in lower-case ASCII without a trailing dot, or an IP address in canonical text. */
export interface Host {
  readonly kind: 'name' | 'address';
  readonly text: string;
}

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
const MAX_NAME_LENGTH = 253;

/** Reads the `coversHost` argument; the error says what to send instead. */
export function readHost(text: string): Host {
  // Of anything longer no name can be made, and to find that out would take long.
  const host = text.length > MAX_NAME_LENGTH + 1 ? null : toHost(text);
  if (host === null) {
    throw badUserInput(
      'filter.coversHost must be one host name or one IP address, such as "www.example.com" or "192.0.2.1": no scheme, port, path or "*", and at most 253 octets.',
    );
  }
  return host;
}

/**
 * Whether a client that connects to the host would accept the certificate, by RFC 9525: DNS names without regard to case, `*` for
 * exactly the whole left-most label, IP addresses literally. The common name, which RFC 9525 no longer allows, counts only when
 * there is no subject alternative name at all, for the old certificates that have none.
 */
export function coversHost(certificate: Certificate, host: Host): boolean {
  const { subjectAlternativeNames, commonName } = certificate;
  if (subjectAlternativeNames.length > 0) return subjectAlternativeNames.some((name) => covers(name, host));
  return commonName !== null && covers(commonName, host);
}

function covers(presented: string, host: Host): boolean {
  if (host.kind === 'address') return toAddress(presented) === host.text;
  if (!presented.startsWith('*.')) return toName(presented) === host.text;
  const parent = toName(presented.slice(2));
  const dot = host.text.indexOf('.');
  return parent !== null && dot !== -1 && host.text.slice(dot + 1) === parent;
}

function toHost(text: string): Host | null {
  const address = toAddress(text);
  if (address !== null) return { kind: 'address', text: address };
  const name = toName(text);
  return name === null ? null : { kind: 'name', text: name };
}

/** The canonical text of an IP address, so that `2001:DB8:0::1` is `2001:db8::1`; null when it is none. */
function toAddress(text: string): string | null {
  const absolute = withoutTrailingDot(text);
  const bare = absolute.startsWith('[') && absolute.endsWith(']') ? absolute.slice(1, -1) : absolute;
  const family = isIP(bare);
  if (family === 4) return bare;
  if (family === 6 && !bare.includes('%')) return new URL(`http://[${bare}]`).hostname.slice(1, -1);
  return null;
}

/** Lower-case ASCII (IDNA) without the trailing dot; null when it is no DNS name. */
function toName(text: string): string | null {
  const bare = withoutTrailingDot(text);
  const ascii = /^[\x21-\x7e]*$/.test(bare) ? bare.toLowerCase() : domainToASCII(bare);
  if (ascii.length === 0 || ascii.length > MAX_NAME_LENGTH || isIP(ascii) !== 0) return null;
  return ascii.split('.').every((label) => LABEL.test(label)) ? ascii : null;
}

function withoutTrailingDot(text: string): string {
  return text.endsWith('.') ? text.slice(0, -1) : text;
}
