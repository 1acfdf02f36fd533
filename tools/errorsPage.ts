import { type CatalogueEntry, errorCatalogue } from '../src/errors/catalogue.ts';
import { type ProtocolError, protocolErrors } from '../src/graphql/protocolErrors.ts';

/** `docs/errors.md`: every code that a client can see, from the tables that the code itself uses. */
export function printErrorsPage(): string {
  return `# Errors

<!-- Printed by \`npm run generate\` from src/errors/catalogue.ts and src/graphql/protocolErrors.ts. Edit those. -->

A client can act on \`extensions\` alone: \`code\` says what happened, \`retryable\` whether sending the same operation again can
help. The message is for people and may change.

\`\`\`json
{
  "message": "ROMA Connect does not allow this with these credentials.",
  "path": ["certificates"],
  "extensions": {
    "code": "FORBIDDEN",
    "retryable": false,
    "upstream": {
      "status": 403,
      "errorCode": "APIG.1005",
      "errorMessage": "No permissions to request this method",
      "requestId": "7c1a6f9e0d3b4c5a8e2f",
      "instanceId": "0f8b3a52-6c1d-4d0e-9a57-2f4c1be0d7a3"
    }
  }
}
\`\`\`

\`upstream\` is what ROMA Connect said, as far as it said it: never a URL, a header or a body. \`retryAfterMs\` is there when ROMA
Connect told how long to wait.

## While an operation runs

The HTTP status is 200, \`path\` is exact (the index of \`_entities\` included), and what did resolve is delivered. What goes beyond a limit is
refused at its own path, and the rest is answered. \`BAD_USER_INPUT\` without a path is a variable that does not fit its type, which is a
request error as below. \`UNAUTHENTICATED\` comes with 401 when the \`Router-Authorization\` header is not the expected one.

| code | retryable | meaning | what to do |
| --- | --- | --- | --- |
${Object.entries<CatalogueEntry>(errorCatalogue).map(toRow).join('\n')}

## Before an operation runs

Request errors (the document or its variables are wrong) have status 200 with \`Accept: application/json\`, and 400 with
\`application/graphql-response+json\`.

| code | HTTP status | retryable | meaning |
| --- | --- | --- | --- |
${Object.entries<ProtocolError>(protocolErrors).map(toProtocolRow).join('\n')}
`;
}

function toRow([code, { retryable, retryableWhen, meaning, action }]: [string, CatalogueEntry]): string {
  return `| \`${code}\` | ${retryableWhen ?? toYesOrNo(retryable)} | ${meaning} | ${action} |`;
}

function toProtocolRow([code, { status, retryable, meaning }]: [string, ProtocolError]): string {
  return `| \`${code}\` | ${status} | ${toYesOrNo(retryable)} | ${meaning} |`;
}

function toYesOrNo(retryable: boolean): string {
  return retryable ? 'yes' : 'no';
}
