import { buildSchema, execute, GraphQLError, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { SubgraphError } from '../../src/errors/SubgraphError.ts';
import { formatError, isUnexpected } from '../../src/graphql/formatError.ts';

const schema = buildSchema('type Query { field: Int, required: Int!, list: [Int] }');

/** The error that graphql-js makes of what a resolver throws. */
async function located(thrown: unknown): Promise<GraphQLError> {
  const rootValue = {
    field() {
      throw thrown;
    },
  };
  const { errors } = await execute({ schema, document: parse('{ alias: field }'), rootValue });
  return errors?.[0] as GraphQLError;
}

const shown = (error: GraphQLError) =>
  formatError({ ...error.toJSON(), extensions: { code: 'INTERNAL_SERVER_ERROR', ...error.extensions } }, error);

test('an error of ours keeps its message, its place and all of its extensions', async () => {
  const upstream = { status: 429, errorCode: 'APIG.0308', instanceId: 'i-1' };
  const error = await located(
    new SubgraphError('UPSTREAM_RATE_LIMITED', 'Slow down.', { retryAfterMs: 2_000, upstream, cause: 'x' }),
  );
  expect(shown(error)).toEqual({
    message: 'Slow down.',
    locations: [{ line: 1, column: 3 }],
    path: ['alias'],
    extensions: { code: 'UPSTREAM_RATE_LIMITED', retryable: true, retryAfterMs: 2_000, upstream },
  });
  expect(isUnexpected(error)).toBe(false);
});

describe.each<[name: string, thrown: unknown]>([
  ['an error', new TypeError('canary of undefined')],
  [
    'an error with a code of its own',
    Object.assign(new Error('canary'), { code: 'ECONNRESET', extensions: { code: 'BAD_THING' } }),
  ],
  ['a GraphQLError without a code', new GraphQLError('canary')],
  ['a text', 'canary'],
  ['nothing', undefined],
])('%s that a resolver throws', (_name, thrown) => {
  test('is a defect, of which a client learns only the place', async () => {
    const error = await located(thrown);
    expect(isUnexpected(error)).toBe(true);
    expect(shown(error)).toEqual({
      message: 'Internal server error',
      locations: [{ line: 1, column: 3 }],
      path: ['alias'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', retryable: false },
    });
  });
});

test('null for a non-null field is a defect', async () => {
  const { errors } = await execute({ schema, document: parse('{ required }'), rootValue: {} });
  expect(isUnexpected(errors?.[0])).toBe(true);
});

test.each(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_REQUEST', 'BAD_USER_INPUT', 'PERSISTED_QUERY_NOT_FOUND'])(
  'an error about the request itself keeps its message: %s',
  (code) => {
    const error = new GraphQLError('What is wrong.', { extensions: { code, stacktrace: ['canary'], exception: 'canary' } });
    expect(shown(error)).toEqual({ message: 'What is wrong.', extensions: { code, retryable: false } });
    expect(isUnexpected(error)).toBe(false);
  },
);

test('what is no error at all is masked', () => {
  expect(formatError({ message: 'canary' }, 'canary')).toMatchObject({ message: 'Internal server error' });
});
