// What a stack keeps holds names of children: nobody else of the machine reads it.
import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  lstatSync,
  openSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';

/** Anything beyond lies in a folder that was closed before. */
const entriesMax = 200_000;
const others = 0o077;

/**
 * Closes what an earlier start left open, folder by folder from the top. Follows no link, and leaves alone what another
 * user owns (PostgreSQL as root: its folder is closed by `own` of unprivileged.mjs) and the folder of another stack, which
 * may be running: PostgreSQL must get through to its data there.
 */
export function closeToOthers(dir, most = entriesMax) {
  const folders = [dir];
  let left = most;
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (left-- === 0) return;
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (isFolder ? existsSync(join(path, 'run.json')) : !entry.isFile()) continue;
      if (close(path) && isFolder) folders.push(path);
    }
  }
}

/** False where it is not ours, or gone meanwhile. */
function close(path) {
  const { mode, uid } = lstatSync(path, { throwIfNoEntry: false }) ?? {};
  if (uid === undefined || uid !== process.getuid?.()) return false;
  if ((mode & others) === 0) return true;
  // A link that was put in its place meanwhile is refused.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    fchmodSync(file, mode & 0o7777 & ~others);
  } finally {
    closeSync(file);
  }
  return true;
}

/**
 * Runs `start`, which starts a process, whose files nobody else of the machine reads. The mask is inherited in that moment:
 * this process itself goes on with its own.
 */
export function withPrivateFiles(start) {
  const own = process.umask(others);
  try {
    return start();
  } finally {
    process.umask(own);
  }
}
