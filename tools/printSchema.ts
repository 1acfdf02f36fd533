import { execute, parse } from 'graphql';
import { buildSchema } from '../src/graphql/schema.ts';

/** Prints the subgraph's SDL, which composition takes: what `_service { sdl }` answers, with the cache hints of the defaults. */
const { data } = await execute({ schema: buildSchema(), document: parse('{ _service { sdl } }') });
const { _service: service } = data as { _service: { sdl: string } };
process.stdout.write(`${service.sdl}\n`);
