import type { ApolloServerPlugin, HTTPGraphQLRequest } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { ClientGoneError } from '../errors/ClientGoneError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Logger } from '../observability/logger.ts';
import type { Context } from '../operation/context.ts';
import { isUnexpected } from './formatError.ts';

/** What the log line of a GraphQL request says beyond HTTP. */
export interface RequestRecord {
  /** Knows the request's ID. */
  log(): RequestLog;
  operationType?: string;
  operationName?: string;
  /** How many errors of each code were answered. */
  readonly errorCodes: Map<string, number>;
  /** The first error of the answer, as the client saw it. */
  firstError?: GraphQLFormattedError;
}

export type RequestLog = Pick<Logger, 'error' | 'warn'>;

/** Apollo Server hands plugins the very object that it was called with, whereas its context is a copy. */
export interface RecordedRequest extends HTTPGraphQLRequest {
  readonly record: RequestRecord;
}

/** A name may be as long as a body; a log line may not. */
const MAX_NAME_LENGTH = 100;

/** Notes what became of each operation, and logs defects with their stack. `log` is for those of no known request. */
export function recordRequests(log: Logger): ApolloServerPlugin<Context> {
  return {
    async contextCreationDidFail({ error }) {
      reportError(error, log);
    },
    async unexpectedErrorProcessingRequest({ requestContext: { request }, error }) {
      reportError(error, recordOf(request.http)?.log() ?? log);
    },
    async requestDidStart({ request }) {
      const record = recordOf(request.http);
      if (record === undefined) return;
      return {
        async didEncounterErrors({ errors }) {
          for (const error of errors) reportError(error, record.log());
        },
        async willSendResponse({ operation, operationName, response: { body } }) {
          const ran = { type: operation?.operation, name: operationName };
          noteOutcome(record, ran, body.kind === 'single' ? body.singleResult.errors : undefined);
        },
      };
    },
  };
}

/** One failure may be the answer to many fields, and to many operations: a refused login is, for minutes. */
const logged = new WeakSet<SubgraphError>();

/** Logs what operators have to know of an error: a defect with its stack, and of trouble upstream the cause, which no client sees. */
export function reportError(error: Error, log: RequestLog): void {
  const original = unwrapResolverError(error);
  if (isUnexpected(error)) log.error({ err: original }, 'defect');
  if (!(original instanceof SubgraphError) || !original.code.startsWith('UPSTREAM_')) return;
  if (ClientGoneError.isBehind(original)) return;
  const failure = original.cause instanceof SubgraphError ? original.cause : original;
  if (logged.has(failure)) return;
  logged.add(failure);
  const cause = failure.cause instanceof Error ? failure.cause : undefined;
  const reason = cause && ((cause as NodeJS.ErrnoException).code ?? cause.message);
  log.warn({ code: original.code, upstream: original.extensions.upstream, reason }, 'ROMA Connect or IAM could not be used');
}

/** The operation of a document that was chosen, as far as it came to that. */
interface Ran {
  readonly type: string | undefined;
  readonly name: string | null | undefined;
}

/** `errors` as they are shown. */
export function noteOutcome(record: RequestRecord, { type, name }: Ran, errors: readonly GraphQLFormattedError[] = []): void {
  if (type !== undefined) record.operationType = type;
  if (name) record.operationName = name.slice(0, MAX_NAME_LENGTH);
  const { errorCodes } = record;
  const [first] = errors;
  if (first !== undefined) record.firstError = first;
  for (const { extensions } of errors) {
    const code = String(extensions?.['code']);
    errorCodes.set(code, (errorCodes.get(code) ?? 0) + 1);
  }
}

/** Undefined: a request that came over no HTTP. */
export function recordOf(request: HTTPGraphQLRequest | undefined): RequestRecord | undefined {
  return (request as Partial<RecordedRequest> | undefined)?.record;
}
