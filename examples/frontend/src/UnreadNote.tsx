import { toAdvice } from './problem.ts';
import { Sign } from './Sign.tsx';
import type { CertificatePage } from './useCertificates.ts';

interface Props {
  readonly unread: CertificatePage['unread'];
  onRetry(): Promise<void>;
}

/** The instances that are missing from list and counts, why, and what to do. */
export function UnreadNote({ unread, onRetry }: Props) {
  return (
    <div className="note" role="alert" data-severity="urgent">
      <Sign severity="urgent" />
      <p>
        <strong>{unread.length === 1 ? 'One instance is missing' : `${unread.length} instances are missing`}</strong> from what
        is shown.
      </p>
      <ul>
        {unread.map(({ instance, code, message, retryable }) => (
          <li key={instance.id}>
            <b>{instance.name ?? instance.id}</b>: {message} {toAdvice(code, retryable)} <code>{code}</code>
          </li>
        ))}
      </ul>
      {unread.some(({ retryable }) => retryable) && (
        <button type="button" onClick={() => void onRetry()}>
          Try again
        </button>
      )}
    </div>
  );
}
