import { execute, parse } from 'graphql';
import { buildSchema } from './schema.ts';

/** Prints the subgraph's SDL, the very text that `_service { sdl }` answers: what composition takes. */
const { data } = await execute({ schema: buildSchema(), document: parse('{ _service { sdl } }') });
const { _service: service } = data as { _service: { sdl: string } };
process.stdout.write(`${service.sdl}\n`);
