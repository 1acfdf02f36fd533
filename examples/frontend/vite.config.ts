import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  server: {
    // The page and GraphQL come from one origin, as they would behind a gateway: no CORS, no second address to configure.
    proxy: { '/graphql': process.env['CERTIFICATES_URL'] ?? 'http://127.0.0.1:4001' },
  },
});
