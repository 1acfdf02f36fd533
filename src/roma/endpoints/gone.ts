/** "The certificate does not exist" (ROMA Connect, "Error Codes of Service Integration APIs"; API Gateway, "Error Codes"). */
const CODES: ReadonlySet<string | undefined> = new Set(['APIG.3021', 'APIG.3025']);

/** Whether a refusal says that the certificate is not there, which is an answer to who asked about it. */
export function isGone(errorCode: string | undefined): boolean {
  return CODES.has(errorCode);
}
