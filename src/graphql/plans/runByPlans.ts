import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Context } from '../../operation/context.ts';
import { recordOf, reportError } from '../requestRecord.ts';
import { toShown } from './failures.ts';
import type { Plans } from './plans.ts';

/** Has Apollo Server run operations by their plans, the first time too, so that none of them holds up the event loop. */
export function runByPlans(plans: Plans): ApolloServerPlugin<Context> {
  return {
    async requestDidStart({ request: { http, operationName, variables = {} } }) {
      const record = recordOf(http);
      if (record === undefined) return;
      return {
        async responseForOperation({ source, contextValue }) {
          const run = plans.find(source, operationName)?.prepare(variables);
          if (run === undefined) return null;
          const { data, failures } = await run(contextValue);
          const errors = toShown(failures, (error) => reportError(error, record.log()));
          const singleResult = { ...(errors.length > 0 && { errors }), data: new WrittenData(data) };
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
        },
      };
    },
  };
}

/** Data that is text already. Apollo Server takes data for an object with any keys. */
class WrittenData {
  readonly [key: string]: unknown;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The text of an answer, whoever made it. */
export function stringifyResult(result: FormattedExecutionResult): string {
  const { data, errors } = result;
  return data instanceof WrittenData ? toBody(data.text, errors) : JSON.stringify(result);
}

/** `data`: as JSON text. */
export function toBody(data: string, errors: readonly GraphQLFormattedError[] | undefined): string {
  return errors === undefined ? `{"data":${data}}` : `{"errors":${JSON.stringify(errors)},"data":${data}}`;
}
