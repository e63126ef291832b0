// The keys by which each service proves that it wrote its facts (FCT-1): drawn once for an installation.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, pinnedNode, root } from './paths.mjs';
import { inherited, services } from './processes.mjs';
import { mustRun } from './run-once.mjs';

const entry = 'dist/libs/messaging/src/draw-fact-keys-main.js';

/** @param {string} dir of the stack */
export async function prepareFactKeys(dir) {
  const folder = join(dir, 'fact-keys');
  const files = ['ring.json', ...services.map((service) => `${service}/private.json`)];
  if (files.every((file) => existsSync(join(folder, file)))) return;
  await mustRun('Drawing the keys of the services', pinnedNode, [inRoot(entry), folder], {
    cwd: root,
    env: inherited(),
    log: join(dir, 'logs/draw-fact-keys.log'),
  });
}
