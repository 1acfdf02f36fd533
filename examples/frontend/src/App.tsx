import { ApolloProvider } from '@apollo/client/react';
import { useMemo, useState } from 'react';
import { createClient } from './client.ts';
import { Dashboard } from './Dashboard.tsx';

export function App() {
  // Kept in memory only, and never in an address. Empty: the embedded emulator takes its own.
  const [token, setToken] = useState('');
  const client = useMemo(() => createClient(token), [token]);
  return (
    <ApolloProvider client={client}>
      {/* Begins anew with each token: what another one may see is not shown to this one, not even for a moment. */}
      <Dashboard key={token} token={token} onToken={setToken} />
    </ApolloProvider>
  );
}
