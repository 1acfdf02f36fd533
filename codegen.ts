import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: 'schema.graphql',
  generates: {
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        strictScalars: true,
        enumsAsTypes: true,
        // An argument with a default always arrives.
        avoidOptionals: { defaultValue: true },
        inputMaybeValue: 'T | null | undefined',
        contextType: '../operation/context.ts#Context',
        mappers: {
          Certificate: '../certificates/certificate.ts#Certificate as CertificateModel',
          CertificateDetails: '../certificates/details.ts#CertificateDetails as CertificateDetailsModel',
          BoundDomain: '../certificates/details.ts#BoundDomain as BoundDomainModel',
          RomaInstance: '../certificates/certificate.ts#RomaInstance as RomaInstanceModel',
          CertificateConnection: '../certificates/connection.ts#Connection as ConnectionModel',
          CertificateEdge: '../certificates/connection.ts#Edge as EdgeModel',
          UnreadInstance: '../certificates/connection.ts#UnreadInstance as UnreadInstanceModel',
          PageInfo: '../certificates/connection.ts#PageInfo as PageInfoModel',
        },
        scalars: {
          // Judged where it is used.
          DateTime: { input: 'unknown', output: 'string' },
          _FieldSet: 'string',
          ID: { input: 'string', output: 'string' },
        },
      },
    },
  },
};

export default config;
