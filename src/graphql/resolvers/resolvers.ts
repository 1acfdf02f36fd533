import type { Resolvers } from '../../generated/resolvers.ts';
import { BoundDomain } from './BoundDomain.ts';
import { Certificate } from './Certificate.ts';
import { DateTime } from './DateTime.ts';
import { Query } from './Query.ts';
import { RomaInstance } from './RomaInstance.ts';
import { UnreadInstance } from './UnreadInstance.ts';

export const resolvers: Resolvers = { BoundDomain, Certificate, DateTime, Query, RomaInstance, UnreadInstance };
