import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Certificate as CertificateModel, RomaInstance as RomaInstanceModel } from '../certificates/certificate.ts';
import type { CertificateDetails as CertificateDetailsModel, BoundDomain as BoundDomainModel } from '../certificates/details.ts';
import type { Connection as ConnectionModel, Edge as EdgeModel, UnreadInstance as UnreadInstanceModel, PageInfo as PageInfoModel } from '../certificates/connection.ts';
import type { Context } from '../operation/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * An instant as RFC 3339 text in UTC, for example `2027-04-26T09:03:30Z`. The fraction digits that ROMA Connect sent are kept
   * (0 to 9). As an argument any offset is accepted, for example `2027-04-26T11:03:30+02:00`.
   */
  DateTime: { input: unknown; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** A domain name of an API group that is served with a certificate. */
export type BoundDomain = {
  __typename?: 'BoundDomain';
  /** The API group that the domain belongs to. */
  apiGroupId?: Maybe<Scalars['ID']['output']>;
  /** The name of the API group. */
  apiGroupName?: Maybe<Scalars['String']['output']>;
  /** The ID that ROMA Connect gave the domain. */
  id: Scalars['ID']['output'];
  /** The instance that serves the domain. */
  instance?: Maybe<RomaInstance>;
  /** The lowest version of TLS that is accepted, as ROMA Connect spells it, for example `TLSv1.2`. */
  minTlsVersion?: Maybe<Scalars['String']['output']>;
  /** The domain name. */
  name?: Maybe<Scalars['String']['output']>;
  /** Whether HTTP is redirected to HTTPS. */
  redirectsHttpToHttps: Scalars['Boolean']['output'];
  /** How far the domain's CNAME record is resolved. Null when ROMA Connect does not say, or says what this schema does not know. */
  status?: Maybe<BoundDomainStatus>;
  /** Whether clients have to show a certificate, too. */
  verifiesClientCertificate: Scalars['Boolean']['output'];
};

/** How far the CNAME record of a domain is resolved. */
export type BoundDomainStatus =
  /** The resolution failed. */
  | 'FAILED'
  /** Resolved. */
  | 'RESOLVED'
  /** Being resolved. */
  | 'RESOLVING'
  /** Not resolved. */
  | 'UNRESOLVED';

export type CacheControlScope =
  | 'PRIVATE'
  | 'PUBLIC';

/**
 * An SSL certificate that is stored in ROMA Connect. Keys and PEM text are never part of it.
 *
 * Other subgraphs refer to it by `id` alone, or by `id` and `instanceId`: then only that instance is searched.
 */
export type Certificate = {
  __typename?: 'Certificate';
  /** The kind of its key. Null when ROMA Connect does not say, or names a kind that this schema does not know. */
  algorithmType?: Maybe<CertificateAlgorithmType>;
  /**
   * The domains of APIs that the certificate is bound to. One call to ROMA Connect for each certificate, and for each 500 domains, made only
   * when selected. Null as `details` is.
   */
  boundDomains?: Maybe<Array<BoundDomain>>;
  /** The subject's common name (CN). Clients of today ignore it when there is a subject alternative name. */
  commonName?: Maybe<Scalars['String']['output']>;
  /** When the certificate was stored in ROMA Connect. */
  createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whole days until `notAfter`, rounded down; negative once expired. Null when `notAfter` is unknown. */
  daysUntilExpiry?: Maybe<Scalars['Int']['output']>;
  /**
   * What a list does not say: issuer, serial number, subject, the begin of the validity period. One call to ROMA Connect for each
   * certificate, made only when selected.
   *
   * Null, without an error, when the certificate is gone meanwhile; null with an error at this path when ROMA Connect could not be asked,
   * or does not allow it: the permission for details is another one than that for lists.
   */
  details?: Maybe<CertificateDetails>;
  /** Whether the validity period is over. Null when `notAfter` is unknown. */
  expired?: Maybe<Scalars['Boolean']['output']>;
  /** Whether a trusted root certificate (CA), used to verify clients, is bound to the certificate. */
  hasTrustedRootCa: Scalars['Boolean']['output'];
  /** The ID that ROMA Connect gave the certificate. */
  id: Scalars['ID']['output'];
  /** The instance that owns the certificate. Null for a global one, which belongs to all. */
  instance?: Maybe<RomaInstance>;
  /** The instance that owns the certificate, or `common` for a global one. */
  instanceId: Scalars['ID']['output'];
  /** The name given by the person who stored the certificate. Names need not be unique. */
  name?: Maybe<Scalars['String']['output']>;
  /** The end of the validity period. */
  notAfter?: Maybe<Scalars['DateTime']['output']>;
  /** The Huawei Cloud project that the certificate belongs to. */
  projectId?: Maybe<Scalars['ID']['output']>;
  /** Whether all instances of the account see the certificate, or only one. */
  scope?: Maybe<CertificateScope>;
  /** How the certificate was signed, as ROMA Connect spells it, for example `SHA256-RSA`. */
  signatureAlgorithm?: Maybe<Scalars['String']['output']>;
  /** The DNS names and IP addresses that the certificate is valid for. `*` stands for one whole left-most label. */
  subjectAlternativeNames: Array<Scalars['String']['output']>;
  /** When the stored certificate was last changed. */
  updatedAt?: Maybe<Scalars['DateTime']['output']>;
};

/** The kind of a certificate's key. */
export type CertificateAlgorithmType =
  /** Elliptic curve (ECDSA). */
  | 'ECC'
  | 'RSA'
  /** The Chinese national standard GB/T 32918. Such a certificate comes with a second pair for encryption. */
  | 'SM2';

/** One page of a list of certificates. */
export type CertificateConnection = {
  __typename?: 'CertificateConnection';
  /** When the oldest part of the answer was read from ROMA Connect. A reused answer keeps the time of its reading. */
  asOf: Scalars['DateTime']['output'];
  /** The certificates of this page with their cursors. */
  edges: Array<CertificateEdge>;
  /** The certificates of this page. */
  nodes: Array<Certificate>;
  /** Where this page lies in the list, and how to go on. */
  pageInfo: PageInfo;
  /** The number of certificates in the whole list, after filtering. */
  totalCount: Scalars['Int']['output'];
  /** Instances that are missing from this answer: none, unless `partial` was asked for. */
  unread: Array<UnreadInstance>;
};

/** What ROMA Connect says of a certificate beyond its lists. Names of subject and issuer are lists, as in X.509. */
export type CertificateDetails = {
  __typename?: 'CertificateDetails';
  /** Countries (C) of the subject, as two letters. */
  country: Array<Scalars['String']['output']>;
  /** Who issued the certificate. */
  issuer: Array<Scalars['String']['output']>;
  /** Localities (L) of the subject. */
  locality: Array<Scalars['String']['output']>;
  /** The begin of the validity period. */
  notBefore?: Maybe<Scalars['DateTime']['output']>;
  /** Organizations (O) of the subject. */
  organization: Array<Scalars['String']['output']>;
  /** Organizational units (OU) of the subject. */
  organizationalUnit: Array<Scalars['String']['output']>;
  /** The serial number as ROMA Connect spells it: it does not say whether in decimal or hexadecimal digits. */
  serialNumber?: Maybe<Scalars['String']['output']>;
  /** States or provinces (ST) of the subject. */
  state: Array<Scalars['String']['output']>;
  /** The version of X.509, 3 in practice. */
  version?: Maybe<Scalars['Int']['output']>;
};

/** A certificate and its place in the list. */
export type CertificateEdge = {
  __typename?: 'CertificateEdge';
  /** An opaque position in this very list: pass it as `after` or `before` with the same instance, filter and order. */
  cursor: Scalars['String']['output'];
  /** The certificate. */
  node: Certificate;
};

/**
 * Conditions, all of which must hold. The first five are ROMA Connect's own and cost nothing extra; with one of the others the
 * instance's whole list is read and filtered here.
 */
export type CertificateFilter = {
  /** Only certificates with this kind of key. Those of which ROMA Connect does not say the kind do not match. */
  algorithmType?: InputMaybe<CertificateAlgorithmType>;
  /** Common name, matched as ROMA Connect does (exact or part of the name: it does not document which). */
  commonName?: InputMaybe<Scalars['String']['input']>;
  /**
   * Only certificates valid for this host name or IP address by RFC 9525: `*` stands for the whole left-most label, and the common
   * name counts only when there is no subject alternative name at all.
   */
  coversHost?: InputMaybe<Scalars['String']['input']>;
  /** Only certificates whose validity is over (true), or is not (false). Those without a known end do not match. */
  expired?: InputMaybe<Scalars['Boolean']['input']>;
  /** Only certificates that end at this instant or later (inclusive). Those without a known end do not match. */
  expiresAfter?: InputMaybe<Scalars['DateTime']['input']>;
  /** Only certificates that end before this instant (exclusive). Those without a known end do not match. */
  expiresBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /**
   * Only certificates that have not ended, and end within so many days from now: 0 to 36500. The same text means another instant each time, so a
   * poll or a persisted query need not change.
   */
  expiresWithinDays?: InputMaybe<Scalars['Int']['input']>;
  /** Certificate name, matched as ROMA Connect does (exact or part of the name: it does not document which). */
  name?: InputMaybe<Scalars['String']['input']>;
  /** Only global certificates, or only the instance's own. */
  scope?: InputMaybe<CertificateScope>;
  /**
   * Only certificates with this text in their name, common name or a subject alternative name: 1 to 200 characters, without regard to case (by
   * Unicode's simple case folding).
   */
  search?: InputMaybe<Scalars['String']['input']>;
  /** Signature algorithm as ROMA Connect spells it, for example `SHA256-RSA`. */
  signatureAlgorithm?: InputMaybe<Scalars['String']['input']>;
};

/** How to sort. Equal values go by `id` ascending, and unknown values come last, in both directions. */
export type CertificateOrder = {
  /** The direction, ascending unless sent. */
  direction: CertificateOrderDirection;
  /** What to sort by. */
  field: CertificateOrderField;
};

/** The direction of a sort. */
export type CertificateOrderDirection =
  /** Earliest, or smallest, first. */
  | 'ASC'
  /** Latest, or largest, first. */
  | 'DESC';

/** What certificates can be sorted by. */
export type CertificateOrderField =
  /** When it was stored. */
  | 'CREATED_AT'
  /** The name, by Unicode code point. */
  | 'NAME'
  /** The end of the validity period. */
  | 'NOT_AFTER'
  /** When it was last changed. */
  | 'UPDATED_AT';

/** Who sees a certificate. */
export type CertificateScope =
  /** All instances of the account. */
  | 'GLOBAL'
  /** The instance that owns it, and no other. */
  | 'INSTANCE';

/** Where a page lies in its list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last row, null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether there is more behind this page. */
  hasNextPage: Scalars['Boolean']['output'];
  /** Whether there is more before this page. */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** The cursor of the first row, null on an empty page. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

export type Query = {
  __typename?: 'Query';
  /**
   * One certificate, looked for in all instances that this service is configured with.
   *
   * Null means that every one of them was searched whole and it is not there. When one could not be searched, the error
   * `LOOKUP_INCOMPLETE` names it.
   */
  certificate?: Maybe<Certificate>;
  /**
   * The SSL certificates that one ROMA Connect instance lists: its own and the global ones of the account. Without `instanceId`, those of all
   * instances as one list: each certificate once, the global ones too, sorted by `orderBy`, or else by the end of their validity.
   *
   * Pages follow the Relay cursor connections specification: `first`/`after` forwards, `last`/`before` backwards, 20 rows when
   * neither size is sent, at most 500. With `instanceId` and without `orderBy` the order is ROMA Connect's own.
   *
   * Null, with an error that names the cause in `extensions.code`, when the instance could not be read, or, as `LIST_INCOMPLETE`, one of all.
   */
  certificates?: Maybe<CertificateConnection>;
  /**
   * The instances that this service looks into: those that it is configured with, or those that ROMA Connect lists to the caller, in its order,
   * without those that are being created or deleted.
   */
  instances?: Maybe<Array<RomaInstance>>;
};


export type QueryCertificateArgs = {
  id: Scalars['ID']['input'];
};


export type QueryCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CertificateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  instanceId?: InputMaybe<Scalars['ID']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CertificateOrder>;
  partial: Scalars['Boolean']['input'];
};

/** A ROMA Connect instance. Other subgraphs own and extend it; here it carries its certificates. */
export type RomaInstance = {
  __typename?: 'RomaInstance';
  /** The certificates that this instance lists: as `Query.certificates`, with the same arguments, defaults and errors. */
  certificates?: Maybe<CertificateConnection>;
  /** The instance ID. */
  id: Scalars['ID']['output'];
  /** Its name, as ROMA Connect lists it; asked for only when selected. Null when it is not listed. */
  name?: Maybe<Scalars['String']['output']>;
  /** Its state, as ROMA Connect lists it, for example `RUNNING`; asked for only when selected. Null when it is not listed. */
  status?: Maybe<Scalars['String']['output']>;
};


/** A ROMA Connect instance. Other subgraphs own and extend it; here it carries its certificates. */
export type RomaInstanceCertificatesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<CertificateFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<CertificateOrder>;
};

/** An instance that could not be read, and why. */
export type UnreadInstance = {
  __typename?: 'UnreadInstance';
  /** The code that an error would have. */
  code: Scalars['String']['output'];
  /** The instance that is missing. */
  instance: RomaInstance;
  /** What happened, in words. */
  message: Scalars['String']['output'];
  /** Whether asking again can help. */
  retryable: Scalars['Boolean']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Certificate: Certificate;
  RomaInstance: RomaInstance;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Certificate:
    ( { __typename: 'Certificate' }
    & ( GraphQLRecursivePick<FederationTypes['Certificate'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Certificate'], {"id":true,"instanceId":true}> ) );
  RomaInstance:
    ( { __typename: 'RomaInstance' }
    & GraphQLRecursivePick<FederationTypes['RomaInstance'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  BoundDomain: ResolverTypeWrapper<BoundDomainModel>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  BoundDomainStatus: BoundDomainStatus;
  CacheControlScope: CacheControlScope;
  Certificate: ResolverTypeWrapper<CertificateModel>;
  CertificateAlgorithmType: CertificateAlgorithmType;
  CertificateConnection: ResolverTypeWrapper<ConnectionModel>;
  CertificateDetails: ResolverTypeWrapper<CertificateDetailsModel>;
  CertificateEdge: ResolverTypeWrapper<EdgeModel>;
  CertificateFilter: CertificateFilter;
  CertificateOrder: CertificateOrder;
  CertificateOrderDirection: CertificateOrderDirection;
  CertificateOrderField: CertificateOrderField;
  CertificateScope: CertificateScope;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  PageInfo: ResolverTypeWrapper<PageInfoModel>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RomaInstance: ResolverTypeWrapper<RomaInstanceModel>;
  UnreadInstance: ResolverTypeWrapper<UnreadInstanceModel>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  BoundDomain: BoundDomainModel;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Certificate: CertificateModel;
  CertificateConnection: ConnectionModel;
  CertificateDetails: CertificateDetailsModel;
  CertificateEdge: EdgeModel;
  CertificateFilter: CertificateFilter;
  CertificateOrder: CertificateOrder;
  DateTime: Scalars['DateTime']['output'];
  PageInfo: PageInfoModel;
  Query: Record<PropertyKey, never>;
  RomaInstance: RomaInstanceModel;
  UnreadInstance: UnreadInstanceModel;
  Boolean: Scalars['Boolean']['output'];
  Int: Scalars['Int']['output'];
};

export type CacheControlDirectiveArgs = {
  inheritMaxAge?: Maybe<Scalars['Boolean']['input']>;
  maxAge?: Maybe<Scalars['Int']['input']>;
  scope?: Maybe<CacheControlScope>;
};

export type CacheControlDirectiveResolver<Result, Parent, ContextType = Context, Args = CacheControlDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type BoundDomainResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BoundDomain'] = ResolversParentTypes['BoundDomain']> = {
  apiGroupId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  apiGroupName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  instance?: Resolver<Maybe<ResolversTypes['RomaInstance']>, ParentType, ContextType>;
  minTlsVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  redirectsHttpToHttps?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['BoundDomainStatus']>, ParentType, ContextType>;
  verifiesClientCertificate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type CertificateResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Certificate'] = ResolversParentTypes['Certificate'], FederationReferenceType extends FederationReferenceTypes['Certificate'] = FederationReferenceTypes['Certificate']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Certificate']> | FederationReferenceType, FederationReferenceType, ContextType>;
  algorithmType?: Resolver<Maybe<ResolversTypes['CertificateAlgorithmType']>, ParentType, ContextType>;
  boundDomains?: Resolver<Maybe<Array<ResolversTypes['BoundDomain']>>, ParentType, ContextType>;
  commonName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  daysUntilExpiry?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  details?: Resolver<Maybe<ResolversTypes['CertificateDetails']>, ParentType, ContextType>;
  expired?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  hasTrustedRootCa?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  instance?: Resolver<Maybe<ResolversTypes['RomaInstance']>, ParentType, ContextType>;
  instanceId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  notAfter?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  projectId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  scope?: Resolver<Maybe<ResolversTypes['CertificateScope']>, ParentType, ContextType>;
  signatureAlgorithm?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subjectAlternativeNames?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
};

export type CertificateConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CertificateConnection'] = ResolversParentTypes['CertificateConnection']> = {
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['CertificateEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Certificate']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  unread?: Resolver<Array<ResolversTypes['UnreadInstance']>, ParentType, ContextType>;
};

export type CertificateDetailsResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CertificateDetails'] = ResolversParentTypes['CertificateDetails']> = {
  country?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  issuer?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  locality?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  notBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  organization?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  organizationalUnit?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  serialNumber?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  state?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
};

export type CertificateEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['CertificateEdge'] = ResolversParentTypes['CertificateEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Certificate'], ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  certificate?: Resolver<Maybe<ResolversTypes['Certificate']>, ParentType, ContextType, RequireFields<QueryCertificateArgs, 'id'>>;
  certificates?: Resolver<Maybe<ResolversTypes['CertificateConnection']>, ParentType, ContextType, RequireFields<QueryCertificatesArgs, 'partial'>>;
  instances?: Resolver<Maybe<Array<ResolversTypes['RomaInstance']>>, ParentType, ContextType>;
};

export type RomaInstanceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RomaInstance'] = ResolversParentTypes['RomaInstance'], FederationReferenceType extends FederationReferenceTypes['RomaInstance'] = FederationReferenceTypes['RomaInstance']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['RomaInstance']> | FederationReferenceType, FederationReferenceType, ContextType>;
  certificates?: Resolver<Maybe<ResolversTypes['CertificateConnection']>, ParentType, ContextType, Partial<RomaInstanceCertificatesArgs>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type UnreadInstanceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['UnreadInstance'] = ResolversParentTypes['UnreadInstance']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  instance?: Resolver<ResolversTypes['RomaInstance'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  retryable?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  BoundDomain?: BoundDomainResolvers<ContextType>;
  Certificate?: CertificateResolvers<ContextType>;
  CertificateConnection?: CertificateConnectionResolvers<ContextType>;
  CertificateDetails?: CertificateDetailsResolvers<ContextType>;
  CertificateEdge?: CertificateEdgeResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RomaInstance?: RomaInstanceResolvers<ContextType>;
  UnreadInstance?: UnreadInstanceResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  cacheControl?: CacheControlDirectiveResolver<any, any, ContextType>;
};
