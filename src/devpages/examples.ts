/** What examples ask about: things that exist, as far as any are known, so that each answers something when one presses play. */
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
const LIST_AND_PAGE = `# The first certificates that one ROMA Connect instance lists: press play.
#
# Next page: add "after" with the value of pageInfo.endCursor.
# Other orders: orderBy: { field: NOT_AFTER } lists what expires first.
# Conditions: filter: { coversHost: "www.example.com" }, and more; see the documentation of CertificateFilter.
#
# Callers of a real ROMA Connect send their token in the header X-Auth-Token. The embedded emulator needs none.
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

const EXPIRING_SOON = `# What ends within 30 days, in any instance, soonest first.
#
# Dates, search and hosts filter alike: { search: "example.com" }, { coversHost: "www.example.com" }, { expired: true }.
# One instance alone: instanceId. Next page: "after" with the value of pageInfo.endCursor.
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

const ONE_CERTIFICATE = `# All that ROMA Connect knows of one certificate. "details" and "boundDomains" take a call each for every certificate, made only when
# they are selected: on a page of 20, that is up to 40 calls more.
#
# When ROMA Connect does not allow one of them, or fails, that field is null with an error of its own, and the rest is there.
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
  return `# What a gateway sends when another subgraph refers to certificates, by either key. One walk through each list serves all
# references of an operation.
#
# With "id" alone all configured instances are searched; with "instanceId" only that one. A certificate that is nowhere is null.
# Clients of a supergraph never write this: they select Domain.certificate, say. To look one up by hand: certificate(id: "…").
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
  return `# What a gateway sends when another subgraph returns ROMA Connect instances: their certificates are joined on, with all
# arguments that Query.certificates has. Several instances in one operation are read side by side.
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
