import type { GraphQLResolveInfo } from 'graphql';
import { type Certificate, COMMON_INSTANCE_ID, type RomaInstance } from '../../certificates/certificate.ts';
import { readId } from '../../certificates/id.ts';
import { badUserInput } from '../../errors/SubgraphError.ts';
import type { Context } from '../../operation/context.ts';
import { admitField, responseKeyOf } from './admitField.ts';

type Entity = Certificate | RomaInstance;
type Representation = Readonly<Record<string, unknown>>;

/**
 * Resolves each representation of `Query._entities` by itself: a bad one is an error at its own index. The resolver of @apollo/subgraph fails
 * all of them when one has an unknown `__typename`.
 */
export async function entities(
  _root: unknown,
  args: { representations: readonly unknown[] },
  context: Context,
  info: GraphQLResolveInfo,
): Promise<(Entity | null | Error)[]> {
  admitField(context, info);
  const { admission } = context;
  const answered = admission?.entities(responseKeyOf(info)) ?? Number.POSITIVE_INFINITY;
  return Promise.all(
    args.representations.map((representation, index) =>
      index < answered
        ? resolveReference(representation, context).catch((error: unknown) => error as Error)
        : (admission?.beyond ?? null),
    ),
  );
}

/** The name of an entity's type: the answer to `_Entity.__resolveType`. */
export function typeOfEntity(entity: Entity): string {
  return 'subjectAlternativeNames' in entity ? 'Certificate' : 'RomaInstance';
}

async function resolveReference(representation: unknown, { loaders }: Context): Promise<Entity | null> {
  const { __typename: type, id, instanceId } = readRepresentation(representation);
  switch (type) {
    case 'Certificate':
      return loaders.certificate({
        id: readId('Certificate.id', id),
        instanceId: instanceId == null ? null : readId('Certificate.instanceId', instanceId),
      });
    case 'RomaInstance':
      // `common` is not an instance: global certificates have it in place of one.
      return readId('RomaInstance.id', id) === COMMON_INSTANCE_ID ? null : { id: id as string };
    default:
      throw badUserInput('A representation needs a "__typename" of "Certificate" or "RomaInstance".');
  }
}

function readRepresentation(value: unknown): Representation {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Representation;
  throw badUserInput('A representation must be an object with "__typename" and the fields of a key.');
}
