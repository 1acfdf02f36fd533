import {
  buildASTSchema,
  type ConstDirectiveNode,
  type DocumentNode,
  findBreakingChanges as findInGraphql,
  parse,
  print,
  visit,
} from 'graphql';

/**
 * What in `current` breaks clients or compositions that work with `released`, one line each. Clients are graphql-js's business; it knows
 * nothing of federation, where a composition breaks that uses a key or shares a type.
 */
export function findBreakingChanges(released: string, current: string): string[] {
  const [before, after] = [parse(released), parse(current)];
  const changes = findInGraphql(toSchema(before), toSchema(after)).map(({ description }) => description.replace(/\.?$/, '.'));
  const [had, has] = [usesOf(before), usesOf(after)];
  // To graphql-js a default that changed is no more than dangerous.
  const lost = [...had].filter((use) => /@(key|shareable)\b|^[\w.]+ = /.test(use) && !has.has(use));
  const hidden = [...has].filter((use) => use.includes('@inaccessible') && !had.has(use));
  return [...changes, ...lost.map((use) => `${use} was removed.`), ...hidden.map((use) => `${use} was added.`)].sort();
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
function toSchema(document: DocumentNode) {
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}

/** `Type @directive(…)`, `Type.field @directive(…)` and `Type.field = default`, each that is written. */
function usesOf(document: DocumentNode): Set<string> {
  const uses = new Set<string>();
  const note = (place: string, directives: readonly ConstDirectiveNode[] = []): void => {
    for (const directive of directives) uses.add(`${place} ${print(directive)}`);
  };
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue;
    const type = definition.name.value;
    if ('directives' in definition) note(type, definition.directives as readonly ConstDirectiveNode[]);
    visit(definition, {
      FieldDefinition({ name, directives }) {
        note(`${type}.${name.value}`, directives);
      },
      InputValueDefinition({ name, directives, defaultValue }) {
        note(`${type}.${name.value}`, directives);
        if (defaultValue !== undefined) uses.add(`${type}.${name.value} = ${print(defaultValue)}`);
      },
      EnumValueDefinition({ name, directives }) {
        note(`${type}.${name.value}`, directives);
      },
    });
  }
  return uses;
}
