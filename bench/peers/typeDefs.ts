/** The part of the schema that the workloads ask for. */
export const typeDefs = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

  type Query {
    certificates(instanceId: ID!, first: Int, after: String): CertificateConnection
  }

  type CertificateConnection {
    totalCount: Int!
    nodes: [Certificate!]!
  }

  type Certificate @key(fields: "id instanceId") {
    id: ID!
    instanceId: ID!
    projectId: ID
    name: String
    scope: CertificateScope
    commonName: String
    subjectAlternativeNames: [String!]!
    signatureAlgorithm: String
    algorithmType: CertificateAlgorithmType
    notAfter: String
    createdAt: String
    updatedAt: String
    hasTrustedRootCa: Boolean!
  }

  enum CertificateScope { GLOBAL INSTANCE }
  enum CertificateAlgorithmType { RSA ECC SM2 }
`;
