/** What is the matter with Redis, in words for its operators. Hosts and passwords stay out: errors quote them. */
export interface StoreTrouble {
  readonly reason: string;
  /** `primary`: it became a replica, and its name may lead elsewhere by now. `cluster`: no use of it is possible. */
  readonly kind: 'primary' | 'cluster' | 'other';
}

/** The first word of a Redis error reply, which is its code. */
const REPLY = /^([A-Z]{2,})(?: |$)/;

const REPLIES: Readonly<Record<string, string>> = {
  WRONGPASS: 'the user name or password in REDIS_URL is wrong',
  NOAUTH: 'REDIS_URL has no password, and one is needed',
  NOPERM: 'the user in REDIS_URL may not do what is needed: GET and SET, and SELECT where REDIS_URL names a database',
  OOM: 'its memory is full',
  LOADING: 'it is starting',
  READONLY: 'it is a replica, which takes no writes',
  MASTERDOWN: 'it is a replica whose primary is gone',
  MOVED: 'it is a Redis Cluster, which is not supported: use one Redis or Valkey, behind a stable name',
};

export function describeTrouble(error: unknown): StoreTrouble {
  const { message, code }: NodeJS.ErrnoException = error instanceof Error ? error : new Error(String(error));
  const reply = REPLY.exec(message)?.[1];
  if (reply !== undefined && Object.hasOwn(REPLIES, reply)) {
    const kind = reply === 'READONLY' ? 'primary' : reply === 'MOVED' ? 'cluster' : 'other';
    return { reason: `${reply}: ${REPLIES[reply]}`, kind };
  }
  // The codes of sockets, of the resolver and of TLS say enough, and their messages name the host.
  if (typeof code === 'string') return { reason: code, kind: 'other' };
  return { reason: reply ?? (error instanceof Error ? error.constructor.name : 'unknown'), kind: 'other' };
}
