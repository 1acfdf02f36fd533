import { useQuery } from '@apollo/client/react';
import { type MouseEvent, useLayoutEffect, useRef } from 'react';
import { CertificateFacts } from './CertificateFacts.tsx';
import { ProblemNote } from './ProblemNote.tsx';
import { errorsOf, fromService, type Problem, toProblem } from './problem.ts';
import { CertificateQuery } from './queries.ts';
import { go } from './view.ts';

interface Props {
  readonly id: string;
  nameOf(instanceId: string): string;
}

const close = (): void => go({ certificate: '' });

/** One certificate, beside the list. The browser keeps the focus inside, closes it with Escape, and gives the focus back. */
export function CertificateDialog({ id, nameOf }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Before it leaves the page: else the focus would not return to where it was.
    return () => element?.close();
  }, []);

  // Details or domains that fail leave the rest as it is.
  const options = { variables: { id }, errorPolicy: 'all', fetchPolicy: 'cache-and-network' } as const;
  const { data, error, loading, refetch } = useQuery(CertificateQuery, options);
  const retry = async (): Promise<void> => {
    await refetch();
  };
  const certificate = data?.certificate;
  /** What happened to one field of the certificate. */
  const problemOf = (field: string): Problem | undefined => {
    const said = errorsOf(error).find(({ path }) => path?.[1] === field);
    return said && fromService(said);
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has Escape, and the button
    <dialog
      ref={dialog}
      aria-labelledby="certificate-name"
      aria-busy={loading}
      onClick={closeOnBackdrop}
      // When the browser has closed it. Not when it is open again by then, as after the check that React makes in development.
      onClose={() => dialog.current?.open === false && close()}
    >
      <div className="panel">
        <div className="panel-head">
          <h2 id="certificate-name">{certificate?.name ?? 'Certificate'}</h2>
          <button type="button" onClick={close}>
            Close
          </button>
        </div>
        {certificate && <CertificateFacts certificate={certificate} problemOf={problemOf} onRetry={retry} />}
        {!certificate && loading && <p role="status">Loading…</p>}
        {!certificate && error && <ProblemNote problem={toProblem(error)} nameOf={nameOf} onRetry={retry} />}
        {!certificate && !loading && !error && <p role="status">There is no certificate with this ID in any instance.</p>}
      </div>
    </dialog>
  );
}

/** The panel fills the dialog: a click on the dialog itself is one beside the panel. */
function closeOnBackdrop({ target, currentTarget }: MouseEvent<HTMLDialogElement>): void {
  if (target === currentTarget) close();
}
