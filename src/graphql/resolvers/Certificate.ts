import { COMMON_INSTANCE_ID } from '../../certificates/certificate.ts';
import { toEpochMs } from '../../certificates/dateTime.ts';
import type { CertificateResolvers } from '../../generated/resolvers.ts';

const DAY_MS = 86_400_000;

export const Certificate: CertificateResolvers = {
  instance: ({ instanceId }) => (instanceId === COMMON_INSTANCE_ID ? null : { id: instanceId }),
  details: async ({ id, instanceId }, _args, { loaders }) => (await loaders.details({ id, instanceId }))?.details ?? null,
  boundDomains: ({ id, instanceId }, _args, { loaders }) => loaders.boundDomains({ id, instanceId }),
  // RFC 5280 counts the instant `notAfter` itself as valid.
  expired: ({ notAfter }, _args, { nowMs }) => (notAfter === null ? null : toEpochMs(notAfter) < nowMs),
  daysUntilExpiry: ({ notAfter }, _args, { nowMs }) =>
    notAfter === null ? null : Math.floor((toEpochMs(notAfter) - nowMs) / DAY_MS),
};
