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

/** A token is renewed after this part of its lifetime. The old one stays valid ("a new one does not end the old one"). */
const RENEW_AT = 0.8;

/** When a token is refused that was not accepted before, a new one will probably be refused, too. So it is fetched only this often. */
const DOUBT_PAUSE_MS = 30_000;

/** How long to wait for another replica's login, and how often to check whether it is over. */
const CLAIM_MS = 2_000;
const CLAIM_POLL_MS = 50;

export interface IamTokenOptions {
  readonly user: IamUser;
  readonly projectId: string;
  /** Asks IAM. */
  readonly exchange: Exchange;
  /** The text of an answer that may be shown, with secrets removed. */
  readonly describe: (answer: HttpAnswer, secrets: readonly string[]) => AnswerDetails;
  /** What replicas share about refused logins. Default: nothing. */
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
 * One token for all operations. It is fetched when the first operation needs it, renewed while the old one is still valid, and fetched once
 * more when ROMA Connect refuses it: a change of user, password or permissions ends a token within 30 minutes, before its stated
 * expiry (IAM API reference, "Obtaining a User Token Through Password Authentication").
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
    tokenAgeMs: () => (current === undefined || now() >= current.endsAtMs ? undefined : now() - current.issuedAtMs),
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
   * Waits while another replica logs in, so that one refused login is enough for all of them. Throws a refusal that is still in force,
   * whichever replica got it.
   */
  async function othersLogin(shared: SharedRefusals, signal: EndSignal): Promise<void> {
    for (let waitedMs = 0; ; waitedMs += CLAIM_POLL_MS) {
      const isMine = await shared.claim(CLAIM_MS);
      // Read after the claim: the replica that had it before has noted a refusal by now.
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
      // No operation waits any more. That is not a failure of IAM.
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
        // Another call has already replaced the token.
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
