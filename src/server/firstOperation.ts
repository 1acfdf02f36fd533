/** What the explorers show at first: an operation that answers something when one presses play. */
export interface FirstOperation {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FirstOperationOptions {
  /** An instance that exists, if one is known. */
  readonly instanceId: string | undefined;
  /** Whether callers send a token of their own. */
  readonly passthrough: boolean;
  /** Whether a router's secret is asked for. */
  readonly guarded: boolean;
}

export function firstOperation({ instanceId, passthrough, guarded }: FirstOperationOptions): FirstOperation {
  return {
    document: DOCUMENT,
    variables: { instanceId: instanceId ?? 'the ID of your ROMA Connect instance', first: 10 },
    // Rows to fill in. An empty token is as if none was sent: the embedded emulator then takes its own.
    headers: { ...(passthrough && { 'X-Auth-Token': '' }), ...(guarded && { 'Router-Authorization': '' }) },
  };
}

const DOCUMENT = `# The first certificates that one ROMA Connect instance lists: press play.
#
# Next page: add "after" with the value of pageInfo.endCursor.
# Other orders: orderBy: { field: NOT_AFTER } lists what expires first.
# Conditions: filter: { coversHost: "www.example.com" }, and more; see the documentation of CertificateFilter.
#
# Callers of a real ROMA Connect send their token in the header X-Auth-Token. The embedded emulator needs none.
query FirstCertificates($instanceId: ID!, $first: Int) {
  certificates(instanceId: $instanceId, first: $first) {
    totalCount
    nodes {
      id
      name
      scope
      commonName
      subjectAlternativeNames
      algorithmType
      notAfter
      daysUntilExpiry
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`;
