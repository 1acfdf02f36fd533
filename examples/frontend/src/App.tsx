import { ApolloProvider } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { Certificates } from './Certificates.tsx';
import { type Connection, ConnectionForm } from './ConnectionForm.tsx';
import { createClient } from './client.ts';

/** The emulator's first instance, for a first look. */
const FIRST_INSTANCE = 'f0fa1789-3b76-433b-a787-9892951c620e';

export function App() {
  const [connection, setConnection] = useState<Connection>({ instanceId: instanceOfPage(), token: '' });
  const client = useMemo(() => createClient(connection.token), [connection.token]);
  return (
    <>
      <a className="skip" href="#certificates">
        Skip to the certificates
      </a>
      <header>
        <h1>Certificates</h1>
        <ConnectionForm connection={connection} onChange={setConnection} />
      </header>
      <ApolloProvider client={client}>
        <Certificates key={connection.instanceId} instanceId={connection.instanceId} />
      </ApolloProvider>
    </>
  );
}

/** `?instance=…`, so that a list has an address. A token never is in one. */
function instanceOfPage(): string {
  return new URLSearchParams(location.search).get('instance') ?? FIRST_INSTANCE;
}
