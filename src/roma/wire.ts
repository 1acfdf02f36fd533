/**
 * What ROMA Connect puts on the wire, in its own spelling: its "Obtaining SSL Certificates" (`GET /v2/{project_id}/apic/certificates`) and
 * the endpoints beside it. Types only: the client and the emulator share them, but neither shares code, so that one mistake cannot make both
 * sides agree.
 */

/** 200. The Go SDK v3 holds `certs` optional; a nil Go slice prints as null. */
export interface ListCertificatesAnswer {
  /** Rows on this page ("Length of the returned resource list"). */
  readonly size: number;
  /** Matches of the query, a 64-bit number. */
  readonly total: number;
  readonly certs?: readonly CertBase[] | null;
}

/** One row. The Go SDK v3 holds every field optional. */
export interface CertBase {
  /** 32 hex digits in the documented example. */
  readonly id?: string;
  readonly name?: string;
  /** `global` or `instance`; an open set. */
  readonly type?: string;
  /** The owner's ID, or `common` for a global certificate. */
  readonly instance_id?: string;
  readonly project_id?: string;
  readonly common_name?: string;
  readonly san?: readonly string[] | null;
  /** RFC 3339 with 0 to 9 fraction digits, as are the other times. */
  readonly not_after?: string;
  readonly signature_algorithm?: string;
  readonly create_time?: string;
  readonly update_time?: string;
  /** `RSA`, `ECC` or `SM2`; an open set; not sent by every site. */
  readonly algorithm_type?: string;
  /** Not in the documented example; absent means false. */
  readonly is_has_trusted_root_ca?: boolean;
}

/**
 * "Viewing Certificate Details" (`GET /v2/{project_id}/apic/certificates/{certificate_id}`), 200: all that a list says of a certificate,
 * and more. The Go SDK v3 holds every field optional, and the documented example lacks `type`, `instance_id` and `project_id`.
 */
export interface CertificateDetailResp extends CertBase {
  /** Of X.509: 3 in the documented example. */
  readonly version?: number;
  readonly organization?: readonly string[] | null;
  readonly organizational_unit?: readonly string[] | null;
  readonly locality?: readonly string[] | null;
  readonly state?: readonly string[] | null;
  readonly country?: readonly string[] | null;
  readonly issuer?: readonly string[] | null;
  readonly not_before?: string;
  /** `13010` in the documented example: whether decimal or hexadecimal is not said. */
  readonly serial_number?: string;
}

/** "Obtaining Domain Names Bound to an SSL Certificate" (`GET …/certificates/{certificate_id}/attached-domains`), 200. */
export interface ListAttachedDomainsAnswer {
  readonly size: number;
  readonly total: number;
  readonly bound_domains?: readonly UrlDomainRefInfo[] | null;
}

/** A domain that a certificate is bound to. */
export interface UrlDomainRefInfo {
  readonly url_domain?: string;
  readonly id?: string;
  /** CNAME resolution: 1 not resolved, 2 resolving, 3 resolved, 4 failed. */
  readonly status?: number;
  /** The lowest version of TLS, for example `TLSv1.1`. */
  readonly min_ssl_version?: string;
  /** Absent means false. */
  readonly is_http_redirect_to_https?: boolean;
  readonly verified_client_certificate_enabled?: boolean;
  readonly ssl_id?: string;
  readonly ssl_name?: string;
  readonly api_group_id?: string;
  readonly api_group_name?: string;
  readonly instance_id?: string;
}

/** "Querying the Instance List" (CheckRomaInstanceListV2, `GET /v2/{project_id}/instances`), 200. At most 100 instances. */
export interface ListInstancesAnswer {
  readonly total: number;
  readonly size: number;
  readonly instances?: readonly RomaInstanceInfo[] | null;
}

export interface RomaInstanceInfo {
  readonly id?: string;
  readonly name?: string;
  readonly flavor_id?: string;
  readonly flavor_type?: string;
  /** `CREATING`, `RUNNING`, `DELETE_FALIED` (sic) and others: an open set. */
  readonly status?: string;
  readonly project_id?: string;
  readonly create_time?: string;
  readonly update_time?: string;
}

/** 4xx and 5xx. The gateway in front adds `request_id`. */
export interface ErrorBody {
  readonly error_code: string;
  readonly error_msg: string;
  readonly request_id?: string;
}
