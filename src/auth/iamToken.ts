import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Exchange, HttpAnswer } from '../net/Exchange.ts';
import type { EndSignal } from '../net/endSignal.ts';
import { createSingleFlight } from '../net/singleFlight.ts';
import type { Authorization, Credentials } from './Credentials.ts';
import { type AnswerDetails, toIamFailure } from './iamFailure.ts';
import { type IamUser, readIssuedToken, toTokenRequest } from './iamRequest.ts';
import { createPause } from './pause.ts';

/** A token is renewed when this part of its life is over; the old one stays valid ("a new one does not end the old one"). */
const RENEW_AT = 0.8;

/** A token that was refused before it was ever accepted says that something else is wrong: another one is tried this often only. */
const DOUBT_PAUSE_MS = 30_000;

export interface IamTokenOptions {
  readonly user: IamUser;
  readonly projectId: string;
  /** Asks IAM. */
  readonly exchange: Exchange;
  /** What of an answer may be shown, its secrets hidden. */
  readonly describe: (answer: HttpAnswer, secrets: readonly string[]) => AnswerDetails;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Token {
  readonly text: string;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
  accepted: boolean;
}

/**
 * One token for all operations. It is fetched when the first one needs it, renewed while the old one still serves, and fetched once more
 * when ROMA Connect refuses it: a token can die up to 30 minutes after a change of user, password or permissions, long before its stated
 * end (IAM API reference, "Obtaining a User Token Through Password Authentication").
 */
export function createIamToken({ user, projectId, exchange, describe, now = Date.now }: IamTokenOptions): Credentials {
  const secrets = [user.password, user.username, user.domainName];
  const request = toTokenRequest(user, projectId);
  const pause = createPause(now);
  const flight = createSingleFlight(fetchToken);
  let current: Token | undefined;
  let doubtUntilMs = 0;

  return {
    async authorize(_request, _caller, signal) {
      if (current !== undefined && now() < current.endsAtMs) {
        if (now() >= current.renewAtMs && pause.failure() === undefined) flight.ahead();
        return toAuthorization(current);
      }
      const failure = pause.failure();
      if (failure !== undefined) throw failure;
      return toAuthorization(await flight.join(signal));
    },
  };

  async function fetchToken(signal: EndSignal): Promise<Token> {
    try {
      const answer = await exchange(request, signal);
      const issued = readIssuedToken(answer);
      if (issued === undefined) throw toIamFailure(answer.status, describe(answer, secrets));
      pause.end();
      const { token: text, lifetimeMs } = issued;
      current = { text, renewAtMs: now() + lifetimeMs * RENEW_AT, endsAtMs: now() + lifetimeMs, accepted: false };
      return current;
    } catch (error) {
      // Nobody waits any more, which is no failure of IAM.
      if (signal.aborted || !(error instanceof SubgraphError)) throw error;
      throw pause.begin(error);
    }
  }

  function toAuthorization(token: Token): Authorization {
    return {
      headers: { 'x-auth-token': token.text },
      secrets: [token.text, ...secrets],
      accepted() {
        token.accepted = true;
        doubtUntilMs = 0;
      },
      refused() {
        // Somebody else's call found out first.
        if (current !== token) return true;
        if (!token.accepted) {
          if (now() < doubtUntilMs) return false;
          doubtUntilMs = now() + DOUBT_PAUSE_MS;
        }
        current = undefined;
        return true;
      },
    };
  }
}
