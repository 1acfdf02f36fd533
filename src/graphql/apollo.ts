import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from '../observability/logger.ts';
import type { Context } from '../operation/context.ts';
import { cacheControl, type ReusePolicy } from './cacheControl.ts';
import { createDocumentStore } from './documentStore.ts';
import { formatError, withoutSuggestions } from './formatError.ts';
import { admitOperations, type RequestLimits } from './limits/admission.ts';
import { documentLimits, documentLimitsRule } from './limits/documentLimits.ts';
import { limitVariables } from './limits/variableLimits.ts';
import { createPersistedQueries, type SharedBytes } from './persistedQueries.ts';
import type { Plans } from './plans/plans.ts';
import { runByPlans, stringifyResult } from './plans/runByPlans.ts';
import { queriesOnly } from './queriesOnly.ts';
import { recordRequests } from './requestRecord.ts';

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly production: boolean;
  readonly limits: RequestLimits;
  readonly reuse: ReusePolicy;
  readonly log: Logger;
  /** The store in which replicas share persisted queries. Default: each replica has its own. */
  readonly shared?: SharedBytes | undefined;
  /** Null: graphql-js runs all operations, and there is no express lane. */
  readonly plans: Plans | null;
  /** The page that browsers get. */
  readonly landingPage: ApolloServerPlugin | null;
}

/** Apollo Server with the settings of this service. Defaults that read the environment or call other servers are replaced. */
export function createApollo({
  schema,
  production,
  limits,
  reuse,
  log,
  shared,
  plans,
  landingPage,
}: ApolloOptions): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    nodeEnv: production ? 'production' : 'development',
    introspection: !production,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    logger: toApolloLogger(log),
    formatError: production ? withoutSuggestions(formatError) : formatError,
    stringifyResult,
    persistedQueries: { cache: createPersistedQueries(shared) },
    documentStore: createDocumentStore(),
    parseOptions: { maxTokens: documentLimits.tokens },
    // With this set, Apollo Server runs the other rules only on documents that are valid and within this limit.
    maxRecursiveSelections: documentLimits.recursiveSelections,
    validationRules: [queriesOnly, documentLimitsRule],
    plugins: [
      recordRequests(log),
      limitVariables,
      admitOperations(limits),
      cacheControl(reuse),
      ...(plans === null ? [] : [plans.learn, runByPlans(plans)]),
      landingPage ?? ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

/** Apollo Server logs text only. {@link recordRequests} logs errors, with their stack. */
function toApolloLogger(log: Logger): Pick<Logger, 'debug' | 'info' | 'warn' | 'error'> {
  return {
    debug: (message: string) => log.debug(message),
    info: (message: string) => log.debug(message),
    warn: (message: string) => log.warn(message),
    error: (message: string) => log.error(message),
  };
}
