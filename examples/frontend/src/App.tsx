import { ApolloProvider } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { Certificates } from './Certificates.tsx';
import { type Connection, ConnectionForm } from './ConnectionForm.tsx';
import { createClient } from './client.ts';
import { FIRST_SEARCH, type Search } from './search.ts';

/** The emulator's first instance, for a first look. */
const FIRST_INSTANCE = 'f0fa1789-3b76-433b-a787-9892951c620e';

export function App() {
  const [connection, setConnection] = useState<Connection>({ instanceId: instanceOfPage(), token: '' });
  const { instanceId, token } = connection;
  const client = useMemo(() => createClient(token), [token]);
  // Outlives a token that ended.
  const [search, setSearch] = useState<Search>(FIRST_SEARCH);
  const connect = (next: Connection): void => {
    history.replaceState(null, '', `?instance=${encodeURIComponent(next.instanceId)}`);
    setConnection(next);
  };
  return (
    <>
      <a className="skip" href="#certificates">
        Skip to the certificates
      </a>
      <header>
        <div className="heading">
          <h1>Certificates</h1>
          <p className="quiet instance">Instance {instanceId}</p>
        </div>
        <ConnectionForm connection={connection} onChange={connect} />
      </header>
      <ApolloProvider client={client}>
        {/* Begins anew with each of both: what was found before stays on the page while the next is on its way. */}
        <Certificates key={`${instanceId} ${token}`} instanceId={instanceId} search={search} onSearch={setSearch} />
      </ApolloProvider>
    </>
  );
}

/** `?instance=…`, so that a list has an address. A token never is in one. */
function instanceOfPage(): string {
  return new URLSearchParams(location.search).get('instance') ?? FIRST_INSTANCE;
}
