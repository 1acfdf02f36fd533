import { COMMON_INSTANCE_ID } from '../../certificates/certificate.ts';
import { DAY_MS, isExpired, toEpochMs } from '../../certificates/dateTime.ts';
import type { CertificateResolvers } from '../../generated/resolvers.ts';

export const Certificate: CertificateResolvers = {
  instance: ({ instanceId }) => (instanceId === COMMON_INSTANCE_ID ? null : { id: instanceId }),
  details: async ({ id, instanceId }, _args, { loaders }) => (await loaders.details({ id, instanceId }))?.details ?? null,
  boundDomains: ({ id, instanceId }, _args, { loaders }) => loaders.boundDomains({ id, instanceId }),
  expired: ({ notAfter }, _args, { nowMs }) => (notAfter === null ? null : isExpired(notAfter, nowMs)),
  daysUntilExpiry: ({ notAfter }, _args, { nowMs }) =>
    notAfter === null ? null : Math.floor((toEpochMs(notAfter) - nowMs) / DAY_MS),
};
