import { type CatalogueEntry, errorCatalogue } from '../src/errors/catalogue.ts';
import { type ProtocolError, protocolErrors } from '../src/graphql/protocolErrors.ts';

/** `docs/errors.md`: every code that a client can see, from the tables that the code itself uses. */
export function printErrorsPage(): string {
  return `# Errors

<!-- Printed by \`npm run generate\` from src/errors/catalogue.ts and src/graphql/protocolErrors.ts. Edit those. -->

A client needs only \`extensions\`: \`code\` says what happened, and \`retryable\` whether sending the same operation again can help. The
message is for people, and may change.

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

\`upstream\` holds what ROMA Connect answered: of these fields, those that it sent. It holds no URL, header or body. \`retryAfterMs\` is
present when ROMA Connect said how long to wait.

## While an operation runs

The HTTP status is 200. \`path\` names the field that failed (with its index in \`_entities\`), and the rest of the answer is delivered. So it
is with limits: the part beyond a limit is an error at its own path. \`BAD_USER_INPUT\` without a path means a variable that does not fit its
type, which is a request error as below. \`UNAUTHENTICATED\` has status 401 when the \`Router-Authorization\` header is missing or wrong.

| code | retryable | meaning | what to do |
| --- | --- | --- | --- |
${Object.entries<CatalogueEntry>(errorCatalogue).map(toRow).join('\n')}

## Before an operation runs

Request errors (the document or its variables are wrong) have HTTP status 200 with \`Accept: application/json\`, and 400 with
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
