import { type FormEvent, useId } from 'react';

interface Props {
  readonly token: string;
  onChange(token: string): void;
}

export function TokenForm({ token, onChange }: Props) {
  const id = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onChange(String(new FormData(event.currentTarget).get('token')).trim());
  };
  return (
    <details className="token">
      <summary>Token</summary>
      <form onSubmit={submit}>
        <label htmlFor={id}>IAM token</label>
        <input id={id} name="token" type="password" defaultValue={token} autoComplete="off" aria-describedby={`${id}-hint`} />
        <button type="submit">Use this token</button>
        <p id={`${id}-hint`} className="quiet">
          Sent as X-Auth-Token and kept until you leave the page. The emulator needs none.
        </p>
      </form>
    </details>
  );
}
