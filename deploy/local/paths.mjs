// Where things are. Plain Node: loaded before anything is installed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '');
export const localDir = join(root, '.local');
export const pinnedNode = join(root, 'node_modules/.bin/node');

/** @param {...string} parts @returns an absolute path inside the repository */
export const inRoot = (...parts) => join(root, ...parts);
