import { createServer } from 'node:http';
import { createYoga } from 'graphql-yoga';
import { type Context, createContext, schema } from './subgraph.ts';

const yoga = createYoga<object, Context>({ schema, context: createContext, logging: false });
createServer(yoga as never).listen(Number(process.env['PORT']), '127.0.0.1');
