import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema, print } from 'graphql';

/** What in `current` breaks clients or compositions that work with `released`, one line each. */
export async function findBreakingChanges(released: string, current: string): Promise<string[]> {
  const [before, after] = [toSchema(released), toSchema(current)];
  const changes = (await diff(before, after)).filter(isBreaking).map(({ message }) => `${message}.`);
  const keys = new Set(keysOf(after));
  const lostKeys = keysOf(before).filter((key) => !keys.has(key));
  return [...changes, ...lostKeys.map((key) => `${key} was removed.`)].sort();
}

/** Whether a version may break what worked with another: a higher first number; before 1.0.0, a higher second one. */
export function mayBreak(released: string, current: string): boolean {
  const [[major = 0, minor = 0], [nextMajor = 0, nextMinor = 0]] = [toNumbers(released), toNumbers(current)];
  return nextMajor > major || (major === 0 && nextMajor === 0 && nextMinor > minor);
}

function toNumbers(version: string): number[] {
  return version.split('.').map(Number);
}

/** Directives of federation are used without being defined. */
function toSchema(text: string): GraphQLSchema {
  return buildSchema(text, { assumeValid: true, assumeValidSDL: true });
}

/**
 * GraphQL Inspector rates changed defaults and directives as dangerous, not as breaking. A changed default gives clients another answer;
 * a composition fails without `@shareable`, and loses what becomes `@inaccessible`.
 */
function isBreaking({ criticality, type, path = '' }: Change): boolean {
  if (criticality.level === CriticalityLevel.NonBreaking) return false;
  const isLost = type.endsWith('_REMOVED') && path.endsWith('.@shareable');
  const isHidden = type.endsWith('_ADDED') && path.endsWith('.@inaccessible');
  return criticality.level === CriticalityLevel.Breaking || isLost || isHidden || /_DEFAULT_(VALUE_)?CHANGED$/.test(type);
}

/**
 * `Type @key(…)`, one for each key. GraphQL Inspector names the type, but not which of its keys changed, and it accepts a key that gets
 * `resolvable: false`.
 */
function keysOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap(({ name, astNode, extensionASTNodes }) => {
    const directives = [astNode, ...extensionASTNodes].flatMap((node) => node?.directives ?? []);
    return directives.filter((directive) => directive.name.value === 'key').map((key) => `${name} ${print(key)}`);
  });
}
