import { graphql } from './gql/index.ts';

export const CertificatesQuery = graphql(`
  query Certificates($instanceId: ID!, $filter: CertificateFilter, $orderBy: CertificateOrder, $after: String) {
    certificates(instanceId: $instanceId, filter: $filter, orderBy: $orderBy, first: 20, after: $after) {
      totalCount
      asOf
      edges {
        node {
          id
          name
          scope
          commonName
          subjectAlternativeNames
          algorithmType
          notAfter
          expired
          daysUntilExpiry
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

// All four in one operation: the server reads the list once.
export const CountsQuery = graphql(`
  query Counts(
    $instanceId: ID!
    $all: CertificateFilter
    $expired: CertificateFilter
    $week: CertificateFilter
    $month: CertificateFilter
  ) {
    all: certificates(instanceId: $instanceId, filter: $all) {
      totalCount
    }
    expired: certificates(instanceId: $instanceId, filter: $expired) {
      totalCount
    }
    week: certificates(instanceId: $instanceId, filter: $week) {
      totalCount
    }
    month: certificates(instanceId: $instanceId, filter: $month) {
      totalCount
    }
  }
`);
