import type { Problem } from './problem.ts';

interface Props {
  readonly problem: Problem;
  onRetry(): Promise<void>;
}

export function ProblemNote({ problem: { code, title, advice, retryable, requestId }, onRetry }: Props) {
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{title}</strong>
      </p>
      <p>{advice}</p>
      {retryable && (
        <button type="button" onClick={() => void onRetry()}>
          {code === 'CURSOR_STALE' ? 'Load anew' : 'Try again'}
        </button>
      )}
      <p className="code">
        {code}
        {requestId !== undefined && ` · request ID ${requestId}`}
      </p>
    </div>
  );
}
