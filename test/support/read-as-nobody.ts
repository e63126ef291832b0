import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canReach } from '../../deploy/local/unprivileged.mjs';

/** A shell opens each of the files that it is given, a line each, and prints those that it could open. */
const openEach = 'while IFS= read -r file; do true <"$file" && printf "%s\\n" "$file"; done';

/** All files below a folder, through no link. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Those of the files that this process can open. */
export const readableByUs = (files: readonly string[]) => opened(files, {});

/**
 * Those of the files that `nobody` can open. Only root becomes another user: elsewhere the modes of the file and of the
 * folders above it are judged.
 */
export function readableByNobody(files: readonly string[]): string[] {
  const [uid, gid] = ['-u', '-g'].map((which) =>
    Number(execFileSync('id', [which, 'nobody'], { encoding: 'utf8' })),
  );
  if (process.getuid?.() === 0) return opened(files, { uid, gid });
  return files.filter(
    (file) => (statSync(file).mode & 0o004) !== 0 && canReach(dirname(file), { uid, gid }),
  );
}

const opened = (files: readonly string[], user: { uid?: number; gid?: number }): string[] =>
  execFileSync('/bin/sh', ['-c', `${openEach}; true`], {
    ...{ cwd: '/', env: {}, encoding: 'utf8', input: files.map((file) => `${file}\n`).join('') },
    ...{ stdio: ['pipe', 'pipe', 'ignore'], ...user },
  })
    .split('\n')
    .filter(Boolean);
