import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:http';
import type { Emulator } from '../../src/emulator/startEmulator.ts';
import type { CertBase, ErrorBody, ListCertificatesAnswer } from '../../src/roma/wire.ts';

/** What came back, whatever it was. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Wish {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A plain request on a connection of its own, the path sent as it is; rejects when the answer does not arrive whole. */
export function ask(origin: string, path: string, { method = 'GET', headers = {}, body }: Wish = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(origin, { path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The path of the list, with the parameters encoded as ROMA Connect wants them. */
export function listPath(projectId: string, parameters: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return `/v2/${projectId}/apic/certificates?${pairs.join('&')}`;
}

/** Lists with the emulator's own token. */
export function list(
  roma: Emulator,
  parameters: Readonly<Record<string, string | number>>,
  token = roma.token,
): Promise<Reply> {
  return ask(roma.origin, listPath(roma.projectId, parameters), { headers: { 'x-auth-token': token } });
}

export function readPage({ text }: Reply): ListCertificatesAnswer & { readonly certs: readonly CertBase[] } {
  return JSON.parse(text) as ListCertificatesAnswer & { readonly certs: readonly CertBase[] };
}

/** The IDs on the page, in their order. */
export function idsOn(reply: Reply): (string | undefined)[] {
  return readPage(reply).certs.map(({ id }) => id);
}

export function readError({ text }: Reply): ErrorBody {
  return JSON.parse(text) as ErrorBody;
}
