// PostgreSQL refuses to run as root; as root, it runs as a user who may do nothing else.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { freemem } from 'node:os';
import { dirname, join } from 'node:path';

/** @returns {{ uid?: number, gid?: number }} nothing unless this process is root */
export function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = ['postgres', 'nobody']
    .map((name) => users.find((u) => u[0] === name))
    .find(Boolean);
  if (!found) throw new Error('neither a user postgres nor nobody exists to run PostgreSQL as');
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/** Whether that user may go through every folder down to `path`. */
export function canReach(path, { uid, gid }) {
  if (uid === undefined) return true;
  for (let dir = path; ; dir = dirname(dir)) {
    const stat = statSync(dir, { throwIfNoEntry: false });
    if (stat) {
      const shift = stat.uid === uid ? 6 : stat.gid === gid ? 3 : 0;
      if (!((stat.mode >> shift) & 1)) return false;
    }
    if (dir === dirname(dir)) return true;
  }
}

/**
 * A folder that belongs to that user. Where the wanted place is closed to them (a clone below
 * /root), the data lies in /var/lib, and a link in the wanted place says where.
 */
export function reachableFolder(wanted, user, say = () => {}) {
  mkdirSync(dirname(wanted), { recursive: true });
  if (user.uid === undefined || canReach(dirname(wanted), user)) return own(wanted, user);
  return linked(wanted, '/var/lib', user, (elsewhere) =>
    say(`PostgreSQL may not enter ${dirname(wanted)}: its data is in ${elsewhere}`),
  );
}

/**
 * Where a folder lies in memory: for data that nobody keeps, of hundreds of databases made and removed. Undefined on a
 * machine that has not so many bytes to spare.
 */
export function memoryFor(bytes) {
  const shared = '/dev/shm';
  if (!existsSync(shared)) return undefined;
  const { type, bavail, bsize } = statfsSync(shared);
  const isMemory = type === tmpfs && bavail * bsize >= bytes;
  const limit = process.constrainedMemory?.() || Infinity;
  return isMemory && freemem() >= 2 * bytes && limit >= 4 * bytes ? shared : undefined;
}

/** As `statfs` says it. */
const tmpfs = 0x01021994;

/** A folder in `place` that belongs to that user; a link in the wanted place says where. */
export function folderIn(place, wanted, user) {
  mkdirSync(dirname(wanted), { recursive: true });
  return linked(wanted, place, user);
}

function linked(wanted, place, user, onLinked = () => {}) {
  const name = `ent-groupement-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`;
  const elsewhere = own(join(place, name), user);
  if (!lstatSync(wanted, { throwIfNoEntry: false })) {
    symlinkSync(elsewhere, wanted);
    onLinked(elsewhere);
  } else if (readlinkSync(wanted) !== elsewhere) {
    throw new Error(`${wanted} is not the link to ${elsewhere} that it should be`);
  }
  return elsewhere;
}

function own(dir, { uid, gid }) {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  if (uid !== undefined) chownSync(dir, uid, gid);
  chmodSync(dir, 0o700);
  return dir;
}
