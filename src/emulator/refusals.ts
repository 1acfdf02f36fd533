import type { ErrorBody } from '../roma/wire.ts';

/**
 * An answer with an error, as ROMA Connect or a layer in front of it words it. The sources, by tag: [D] the page "Obtaining SSL
 * Certificates"; [R] "Error Codes of Service Integration APIs" and sibling pages of the ROMA Connect API Reference; [G] "Error
 * Codes" of the API Gateway API Reference; [P] "Error Codes" of the API Request Signing Guide; [A] assumed.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The gateway adds the request ID to the body [P]; the service behind it does not [D]. */
  toBody(requestId: string): ErrorBody {
    const body = { error_code: this.code, error_msg: this.message };
    return this.code.startsWith('APIGW.') ? { ...body, request_id: requestId } : body;
  }
}

const seeDocumentation = 'Please refer to the support documentation';

export const refusals = {
  /** [D] The one documented 400. */
  badParameter: (name: string) =>
    new Refusal(400, 'APIG.2012', `Invalid parameter value,parameterName:${name}. ${seeDocumentation}`),
  /** [R] */
  malformedQuery: (cause: string) => new Refusal(400, 'APIG.2000', `Parameter error: ${cause}`),

  /** [R] 400, [G] 401. */
  tokenMissing: (status: 400 | 401) => new Refusal(status, 'APIG.1000', 'The token is missing.'),
  /** [D] Unknown, expired and revoked tokens look the same. */
  tokenWrong: () => new Refusal(401, 'APIG.1002', 'Incorrect token or token resolution failed'),
  /** [G] A token that lacks the project; the wording is assumed [A]. */
  tokenOfOtherProject: () => new Refusal(401, 'APIG.1003', 'The token does not contain the project information'),
  /** [D] */
  notPermitted: () => new Refusal(403, 'APIG.1005', 'No permissions to request this method'),
  /** [G] */
  instanceOfOtherTenant: () => new Refusal(403, 'APIG.1136', 'No permissions to perform operations on this instance'),
  /** [R] On sibling pages; missing from this endpoint's own list of statuses. */
  instanceUnknown: (instanceId: string) => new Refusal(404, 'APIG.3030', `The instance does not exist;id:${instanceId}`),

  /** [R, G] Also seen as APIG.3025. */
  certificateUnknown: (certificateId: string) =>
    new Refusal(404, 'APIG.3021', `The certificate does not exist;id:${certificateId}`),

  /** [P] Wrong host, region, path or method. */
  pathUnknown: () => new Refusal(404, 'APIGW.0101', 'The API does not exist or has not been published in the environment'),
  /** [P] Over 12 MB. */
  bodyTooLarge: () => new Refusal(413, 'APIGW.0201', 'Request entity too large.'),
  /** [P] Over 32 KB. */
  uriTooLarge: () => new Refusal(414, 'APIGW.0201', 'Request URI too large.'),
  /** [P] One header over 32 KB, or all over 128 KB. 494 is not a registered status. */
  headersTooLarge: () => new Refusal(494, 'APIGW.0201', 'Request headers too large.'),
  /** [P] Causes: an unknown access key, a wrong signature, a locked access key. */
  signatureRefused: (cause: string) => new Refusal(401, 'APIGW.0301', `Incorrect IAM authentication information: ${cause}`),
  /** [P] `X-Sdk-Date` is more than 15 minutes away from the gateway's clock. */
  signatureExpired: (signedAt: string, serverTime: string) =>
    new Refusal(
      401,
      'APIGW.0303',
      `Incorrect app authentication information: signature expired, signature time:${signedAt},server time:${serverTime}`,
    ),
  /** [P] */
  throttled: (perSecond: number, headers: Readonly<Record<string, string>>) =>
    new Refusal(
      429,
      'APIGW.0308',
      `The throttling threshold has been reached: policy user over ratelimit,limit:${perSecond},time:1 second`,
      headers,
    ),
} as const;
