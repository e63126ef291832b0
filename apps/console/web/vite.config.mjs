import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './precompress.mjs';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const libs = path('../../../libs/');
const icons = path('../../../node_modules/@codegouvfr/react-dsfr/dsfr/icons');

/** Every icon of the design system: its own tool copies only those that its style sheets name. */
const allIcons = {
  name: 'all-icons',
  apply: 'build',
  closeBundle: () => cpSync(icons, path('dist/dsfr/icons'), { recursive: true }),
};

/** Last: what the plugins before it wrote is compressed too. */
const compressed = {
  name: 'compressed',
  apply: 'build',
  closeBundle: { order: 'post', sequential: true, handler: () => precompress(path('dist')) },
};

export default defineConfig({
  plugins: [react(), allIcons, compressed],
  // The kernel libraries are shared as source: one way to write an amount or a date.
  resolve: { alias: [{ find: /^#libs\/([a-z]+)$/, replacement: `${libs}$1/src/index.ts` }] },
  build: { outDir: 'dist', emptyOutDir: true, chunkSizeWarningLimit: 1_000 },
});
