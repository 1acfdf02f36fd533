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
        contextType: '../context/context.ts#Context',
        mappers: {
          Certificate: '../certificates/certificate.ts#Certificate',
          RomaInstance: '../certificates/certificate.ts#RomaInstance',
          CertificateConnection: '../certificates/connection.ts#Connection',
          CertificateEdge: '../certificates/connection.ts#Edge',
          PageInfo: '../certificates/connection.ts#PageInfo',
        },
        scalars: {
          DateTime: 'string',
          _FieldSet: 'string',
          ID: { input: 'string', output: 'string' },
        },
      },
    },
  },
};

export default config;
