/** "The certificate does not exist" (ROMA Connect, "Error Codes of Service Integration APIs"; API Gateway, "Error Codes"). */
const CODES: ReadonlySet<string | undefined> = new Set(['APIG.3021', 'APIG.3025']);

/** Whether an error says that the certificate does not exist, which is an answer about this certificate. */
export function isGone(errorCode: string | undefined): boolean {
  return CODES.has(errorCode);
}
