/** The instance and the certificate that the examples ask about. Undefined: none is known, so the example says what to put there. */
export interface ExampleFacts {
  readonly instanceId: string | undefined;
  readonly certificateId: string | undefined;
}

/** An operation to start from, as the explorers and `docs/operations.md` show it. */
export interface Example {
  /** Part of an address: `/?example=expiring-soon`. */
  readonly name: string;
  readonly title: string;
  /** Begins with comments that explain it. */
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The first is what the explorers show at first. */
export type Examples = readonly [Example, ...Example[]];

export function toExamples({ instanceId = UNKNOWN_INSTANCE, certificateId = UNKNOWN_CERTIFICATE }: ExampleFacts): Examples {
  // Entities are asked for by literals: a reader sees what a gateway sends without looking elsewhere.
  return [
    { name: 'expiring-soon', title: 'What ends soon, anywhere', document: EXPIRING_SOON, variables: { days: 30 } },
    { name: 'list-and-page', title: 'List and page', document: LIST_AND_PAGE, variables: { instanceId, first: 10 } },
    {
      name: 'one-certificate',
      title: 'Everything about one certificate',
      document: ONE_CERTIFICATE,
      variables: { id: certificateId },
    },
    { name: 'join-by-id', title: 'Join by ID', document: joinById(certificateId, instanceId), variables: {} },
    { name: 'instance-entity', title: 'Instance entity', document: instanceEntity(instanceId), variables: {} },
  ];
}

const UNKNOWN_INSTANCE = 'the ID of your ROMA Connect instance';
const UNKNOWN_CERTIFICATE = 'the ID of a certificate';
const LIST_AND_PAGE = `# The certificates of one instance.
#
# Next page: send endCursor as "after".
# Soonest first: orderBy: { field: NOT_AFTER }
# For a host: filter: { coversHost: "…" }
#
# A real ROMA Connect wants your token in the
# header X-Auth-Token; the emulator, none.
query FirstCertificates($instanceId: ID!, $first: Int, $after: String) {
  certificates(instanceId: $instanceId, first: $first, after: $after) {
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

const EXPIRING_SOON = `# What ends soon, in any instance.
#
# Try filter: { search: "example" }
# or: { coversHost: "www.example.com" }
# Next page: send endCursor as "after".
query ExpiringSoon($days: Int) {
  certificates(filter: { expiresWithinDays: $days }, first: 50, partial: true) {
    totalCount
    asOf
    nodes {
      name
      commonName
      daysUntilExpiry
      instance {
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    unread {
      message
    }
  }
}
`;

const ONE_CERTIFICATE = `# Everything about one certificate.
#
# "details" and "boundDomains" each take one
# call for each certificate, when selected.
# If one fails, it is null with an error.
query OneCertificate($id: ID!) {
  certificate(id: $id) {
    id
    name
    scope
    commonName
    subjectAlternativeNames
    algorithmType
    signatureAlgorithm
    notAfter
    daysUntilExpiry
    hasTrustedRootCa
    instance {
      id
    }
    details {
      issuer
      serialNumber
      version
      notBefore
      organization
      organizationalUnit
      locality
      state
      country
    }
    boundDomains {
      name
      status
      minTlsVersion
      redirectsHttpToHttps
      verifiesClientCertificate
      apiGroupName
      instance {
        id
      }
    }
  }
}
`;

function joinById(certificateId: string, instanceId: string): string {
  return `# What a gateway sends for references to
# certificates, by either key.
#
# "id" alone: all instances are searched.
# With "instanceId": that one only.
# By hand, ask certificate(id: "…") instead.
query JoinById {
  _entities(
    representations: [
      { __typename: "Certificate", id: "${certificateId}" }
      { __typename: "Certificate", id: "${certificateId}", instanceId: "${instanceId}" }
    ]
  ) {
    ... on Certificate {
      id
      name
      commonName
      notAfter
      expired
      instance {
        id
      }
    }
  }
}
`;
}

function instanceEntity(instanceId: string): string {
  return `# What a gateway sends for instances that
# another subgraph returns. All arguments of
# Query.certificates work here.
query InstanceEntity {
  _entities(representations: [{ __typename: "RomaInstance", id: "${instanceId}" }]) {
    ... on RomaInstance {
      id
      certificates(first: 5, filter: { scope: INSTANCE }) {
        totalCount
        nodes {
          name
          notAfter
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
}
`;
}
