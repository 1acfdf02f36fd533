import { setTimeout as sleep } from 'node:timers/promises';
import { SubgraphError } from '../errors/SubgraphError.ts';
import type { Exchange, HttpAnswer } from '../net/Exchange.ts';
import { endOfOperation } from '../net/endOfOperation.ts';
import type { EndSignal } from '../net/endSignal.ts';
import { createSingleFlight } from '../net/singleFlight.ts';
import type { Authorization, Credentials } from './Credentials.ts';
import { type AnswerDetails, toIamFailure } from './iamFailure.ts';
import { type IamUser, readIssuedToken, toTokenRequest } from './iamRequest.ts';
import { createPause } from './pause.ts';
import type { SharedRefusals } from './refusals.ts';

/** A token is renewed when this part of its life is over; the old one stays valid ("a new one does not end the old one"). */
const RENEW_AT = 0.8;

/** A token that was refused before it was ever accepted says that something else is wrong: another one is tried this often only. */
const DOUBT_PAUSE_MS = 30_000;

/** How long another replica's login is waited for, and how often it is looked whether it is over. */
const CLAIM_MS = 2_000;
const CLAIM_POLL_MS = 50;

export interface IamTokenOptions {
  readonly user: IamUser;
  readonly projectId: string;
  /** Asks IAM. */
  readonly exchange: Exchange;
  /** What of an answer may be shown, its secrets hidden. */
  readonly describe: (answer: HttpAnswer, secrets: readonly string[]) => AnswerDetails;
  /** What replicas know of each other's logins. Default: nothing. */
  readonly shared?: SharedRefusals | undefined;
  /** A request to IAM ended. `outcome` is `ok`, an error code or `cancelled`. */
  readonly onOutcome?: (outcome: string) => void;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

interface Token {
  readonly text: string;
  readonly issuedAtMs: number;
  readonly renewAtMs: number;
  readonly endsAtMs: number;
  accepted: boolean;
}

/**
 * One token for all operations. It is fetched when the first one needs it, renewed while the old one still serves, and fetched once more
 * when ROMA Connect refuses it: a token can die up to 30 minutes after a change of user, password or permissions, long before its stated
 * end (IAM API reference, "Obtaining a User Token Through Password Authentication").
 */
export function createIamToken(options: IamTokenOptions): Credentials {
  const { user, projectId, exchange, describe, shared, onOutcome = () => {}, now = Date.now } = options;
  const secrets = [user.password, user.username, user.domainName];
  const request = toTokenRequest(user, projectId);
  const pause = createPause(now, shared);
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
    tokenAgeMs: () => (current === undefined ? undefined : now() - current.issuedAtMs),
  };

  async function fetchToken(signal: EndSignal): Promise<Token> {
    if (shared === undefined) return login(signal);
    await othersLogin(shared, signal);
    try {
      return await login(signal);
    } finally {
      shared.release();
    }
  }

  /**
   * Waits while another replica logs in: of one that is refused, the others learn without asking. Throws a refusal that stands, whoever met
   * it.
   */
  async function othersLogin(shared: SharedRefusals, signal: EndSignal): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += CLAIM_POLL_MS) {
      const isMine = await shared.claim(CLAIM_MS);
      // After the claim: whoever had it before has left word by now.
      const refusal = await pause.recall();
      if (refusal !== undefined) {
        if (isMine) shared.release();
        throw refusal;
      }
      if (isMine || waitedMs >= CLAIM_MS) return;
      await sleep(CLAIM_POLL_MS);
      if (signal.aborted) throw endOfOperation(signal);
    }
  }

  async function login(signal: EndSignal): Promise<Token> {
    try {
      const answer = await exchange(request, signal);
      const issued = readIssuedToken(answer);
      if (issued === undefined) throw toIamFailure(answer.status, describe(answer, secrets));
      onOutcome('ok');
      pause.end();
      const { token: text, lifetimeMs } = issued;
      const issuedAtMs = now();
      const [renewAtMs, endsAtMs] = [issuedAtMs + lifetimeMs * RENEW_AT, issuedAtMs + lifetimeMs];
      current = { text, issuedAtMs, renewAtMs, endsAtMs, accepted: false };
      return current;
    } catch (error) {
      // Nobody waits any more, which is no failure of IAM.
      onOutcome(signal.aborted ? 'cancelled' : error instanceof SubgraphError ? error.code : 'INTERNAL');
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
