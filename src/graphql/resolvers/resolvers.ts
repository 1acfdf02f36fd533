import type { Resolvers } from '../../generated/resolvers.ts';
import { Certificate } from './Certificate.ts';
import { DateTime } from './DateTime.ts';
import { Query } from './Query.ts';
import { RomaInstance } from './RomaInstance.ts';

export const resolvers: Resolvers = { Certificate, DateTime, Query, RomaInstance };
