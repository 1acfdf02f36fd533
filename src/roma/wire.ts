/**
 * What ROMA Connect's "Obtaining SSL Certificates" (`GET /v2/{project_id}/apic/certificates`) puts on the wire, in its own
 * spelling. Types only: the client and the emulator share them, but neither shares code, so that one mistake cannot make both
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

/** 4xx and 5xx. The gateway in front adds `request_id`. */
export interface ErrorBody {
  readonly error_code: string;
  readonly error_msg: string;
  readonly request_id?: string;
}
