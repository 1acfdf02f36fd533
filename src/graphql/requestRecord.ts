import type { ApolloServerPlugin, HTTPGraphQLRequest } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import { ClientGoneError } from '../errors/ClientGoneError.ts';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Logger } from '../observability/logger.ts';
import type { Context } from '../operation/context.ts';
import { isUnexpected } from './formatError.ts';

/** What is logged of a GraphQL request besides HTTP. */
export interface RequestRecord {
  /** The log with the request's ID. */
  log(): RequestLog;
  operationType?: string;
  operationName?: string;
  /** The number of errors in the answer, by code. */
  readonly errorCodes: Map<string, number>;
  /** The first error of the answer, as the client saw it. */
  firstError?: GraphQLFormattedError;
}

export type RequestLog = Pick<Logger, 'error' | 'warn'>;

/** Apollo Server passes this object on to plugins. Its context is a copy, so it could not carry the record. */
export interface RecordedRequest extends HTTPGraphQLRequest {
  readonly record: RequestRecord;
}

/** An operation name may be as long as a body: it is cut for the log. */
const MAX_NAME_LENGTH = 100;

/** Records the result of each operation, and logs defects with their stack. `log` is used when the request is not known. */
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

/** Failures that were logged. One failure may be the error of many fields and operations: a refused login is, for minutes. */
const logged = new WeakSet<SubgraphError>();

/** Logs an error for operators: a defect with its stack, and a failure of the upstream with its cause, which clients do not see. */
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

/** The operation that was chosen from the document, if one was. */
interface Ran {
  readonly type: string | undefined;
  readonly name: string | null | undefined;
}

/** `errors`: as clients see them. */
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

/** Undefined: the request did not come over HTTP. */
export function recordOf(request: HTTPGraphQLRequest | undefined): RequestRecord | undefined {
  return (request as Partial<RecordedRequest> | undefined)?.record;
}
