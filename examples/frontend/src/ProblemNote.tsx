import type { Problem } from './problem.ts';
import { Sign } from './Sign.tsx';

interface Props {
  readonly problem: Problem;
  nameOf?(instanceId: string): string;
  onRetry(): Promise<void>;
}

/** What went wrong, in the service's own words, and what to do. */
export function ProblemNote({ problem, nameOf = (id) => id, onRetry }: Props) {
  const { code, message, advice, retryable, requestId, causes } = problem;
  return (
    <div className="note" role="alert" data-severity="expired">
      <Sign severity="expired" />
      <p>
        <strong>{message}</strong>
      </p>
      <ul>
        {causes.map((cause) => (
          <li key={cause.instanceId}>
            <b>{nameOf(cause.instanceId)}</b>
            {cause.upstream?.errorMessage !== undefined && `: ${cause.upstream.errorMessage}`} <code>{cause.code}</code>
          </li>
        ))}
      </ul>
      <p>{advice}</p>
      <p>
        <code>
          {code}
          {requestId !== undefined && ` · request ID ${requestId}`}
        </code>
      </p>
      {retryable && (
        <button type="button" onClick={() => void onRetry()}>
          {code === 'CURSOR_STALE' ? 'Load anew' : 'Try again'}
        </button>
      )}
    </div>
  );
}
