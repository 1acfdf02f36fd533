import { graphql } from './gql/index.ts';

// `partial`: one instance that cannot be read does not hide the others. `unread` names it.
export const CertificatesQuery = graphql(`
  query Certificates($instanceId: ID, $filter: CertificateFilter, $orderBy: CertificateOrder, $first: Int, $after: String) {
    certificates(
      instanceId: $instanceId
      filter: $filter
      orderBy: $orderBy
      first: $first
      after: $after
      partial: true
    ) {
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
          instance {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      unread {
        instance {
          id
          name
        }
        code
        retryable
        message
      }
    }
  }
`);

// One operation: the service reads each list once, however many counts are made of it.
export const CountsQuery = graphql(`
  query Counts(
    $valid: CertificateFilter
    $expired: CertificateFilter
    $week: CertificateFilter
    $month: CertificateFilter
    $quarter: CertificateFilter
    $all: CertificateFilter
  ) {
    valid: certificates(filter: $valid, first: 0, partial: true) {
      totalCount
    }
    expired: certificates(filter: $expired, first: 0, partial: true) {
      totalCount
    }
    week: certificates(filter: $week, first: 0, partial: true) {
      totalCount
    }
    month: certificates(filter: $month, first: 0, partial: true) {
      totalCount
    }
    quarter: certificates(filter: $quarter, first: 0, partial: true) {
      totalCount
    }
    all: certificates(filter: $all, first: 0, partial: true) {
      totalCount
    }
    instances {
      id
      name
      status
      valid: certificates(filter: $valid, first: 0) {
        totalCount
      }
      expired: certificates(filter: $expired, first: 0) {
        totalCount
      }
      week: certificates(filter: $week, first: 0) {
        totalCount
      }
      month: certificates(filter: $month, first: 0) {
        totalCount
      }
      quarter: certificates(filter: $quarter, first: 0) {
        totalCount
      }
      all: certificates(filter: $all, first: 0) {
        totalCount
      }
    }
  }
`);

// An operation of its own: details and bound domains cost a call each, so they are asked for one certificate at a time.
export const CertificateQuery = graphql(`
  query Certificate($id: ID!) {
    certificate(id: $id) {
      id
      name
      scope
      commonName
      subjectAlternativeNames
      signatureAlgorithm
      algorithmType
      notAfter
      expired
      daysUntilExpiry
      instance {
        id
        name
      }
      details {
        issuer
        serialNumber
        notBefore
        organization
      }
      boundDomains {
        id
        name
        status
        minTlsVersion
        apiGroupName
      }
    }
  }
`);
