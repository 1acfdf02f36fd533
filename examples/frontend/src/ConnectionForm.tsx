import { type FormEvent, useId } from 'react';

export interface Connection {
  readonly instanceId: string;
  /** Kept in memory only. Empty: the embedded emulator takes its own. */
  readonly token: string;
}

interface Props {
  readonly connection: Connection;
  onChange(connection: Connection): void;
}

export function ConnectionForm({ connection, onChange }: Props) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    onChange({ instanceId: String(form.get('instance')).trim(), token: String(form.get('token')).trim() });
  };
  return (
    <details className="connection">
      <summary>Connection</summary>
      <form onSubmit={submit}>
        <label htmlFor={`${id}-instance`}>Instance ID</label>
        <input
          id={`${id}-instance`}
          name="instance"
          defaultValue={connection.instanceId}
          required
          maxLength={64}
          spellCheck={false}
          autoComplete="off"
        />
        <label htmlFor={`${id}-token`}>IAM token</label>
        <input
          id={`${id}-token`}
          name="token"
          type="password"
          defaultValue={connection.token}
          autoComplete="off"
          aria-describedby={`${id}-hint`}
        />
        <p id={`${id}-hint`}>Sent as X-Auth-Token and kept until you leave the page. The emulator needs none.</p>
        <button type="submit" className="connect">
          Connect
        </button>
      </form>
    </details>
  );
}
