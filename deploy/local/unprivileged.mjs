// PostgreSQL refuses to run as root; as root, it runs as a user who may do nothing else.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
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
  const name = `ent-groupement-${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`;
  const elsewhere = own(join('/var/lib', name), user);
  if (!lstatSync(wanted, { throwIfNoEntry: false })) {
    symlinkSync(elsewhere, wanted);
    say(`PostgreSQL may not enter ${dirname(wanted)}: its data is in ${elsewhere}`);
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
