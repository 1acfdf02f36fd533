import {
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql';

/** Fields of a CertificateConnection that need no row. */
const COUNT_FIELDS: ReadonlySet<string> = new Set(['totalCount', 'asOf', 'unread', '__typename']);

/** Whether an operation selects only fields of a connection that need no rows, so that no page has to be read. */
export function isCountOnly(info: GraphQLResolveInfo): boolean {
  return info.fieldNodes.every((node) => node.selectionSet?.selections.every(needsNoRow) ?? false);

  function needsNoRow(selection: SelectionNode): boolean {
    if (isLeftOut(selection)) return true;
    if (selection.kind === Kind.FIELD) return COUNT_FIELDS.has(selection.name.value);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? info.fragments[selection.name.value] : selection;
    return fragment?.selectionSet.selections.every(needsNoRow) ?? false;
  }

  function isLeftOut(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return false;
    return (
      getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.['if'] === true ||
      getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.['if'] === false
    );
  }
}
