import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const libs = fileURLToPath(new URL('../../../libs/', import.meta.url));

export default defineConfig({
  plugins: [react()],
  // The kernel libraries are shared as source: one way to write an amount or a date.
  resolve: { alias: [{ find: /^#libs\/([a-z]+)$/, replacement: `${libs}$1/src/index.ts` }] },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1_000 },
});
