import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, wholeOrNothing } from '#libs/testing';
import {
  changeEntries,
  prepareSlapd,
  readerOf,
  slapdArguments,
  slapdEnv,
} from './prepare-slapd.js';

const staff = join('test', 'support', 'slapd', 'staff.ldif');
const suffix = 'dc=academie,dc=test';

export type Slapd = {
  readonly port: number;
  readonly tlsPort: number;
  /** Where the certificates, secrets and settings of a test may lie. */
  readonly folder: string;
  /** The authority that signed the server's certificate (for `localhost`), and one that did not. */
  readonly caFile: string;
  readonly otherCaFile: string;
  readonly bindDn: string;
  readonly passwordFile: string;
  /** Changes entries as the academy would, with LDIF. */
  modify(ldif: string): void;
  /** Adds entries that bear their own stamps, as a replica would. */
  add(ldif: string): void;
  stop(): Promise<void>;
};

/** A real OpenLDAP of its own, with the invented staff and what `ldif` adds. `limits`: of all searches; `stamps`: whether entries tell when they were changed. */
export const startSlapd = (options: Options = {}): Promise<Slapd> =>
  wholeOrNothing((begun) => start(options, begun));

type Options = { readonly ldif?: string; readonly limits?: string; readonly stamps?: boolean };

async function start(
  { ldif = '', limits = 'unlimited', stamps = true }: Options,
  begun: (end: () => unknown) => void,
): Promise<Slapd> {
  const folder = mkdtempSync(join(tmpdir(), 'slapd-'));
  begun(() => rmSync(folder, { recursive: true, force: true }));
  prepareSlapd({ folder, limits, stamps, ldif: `${readFileSync(staff, 'utf8')}\n${ldif}` });
  const [port, tlsPort] = [await freePort(), await freePort()];
  const args = slapdArguments(folder, { port, tlsPort });
  const server = spawn('slapd', args, { env: slapdEnv, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const stop = async () => {
    server.kill();
    await ended;
  };
  begun(stop);
  await listening(port, () => server.exitCode !== null);
  return {
    ...{ port, tlsPort, folder, ...readerOf(folder) },
    otherCaFile: join(folder, 'other.pem'),
    modify: (changes) => changeEntries('ldapmodify', port, changes),
    add: (entries) => changeEntries('ldapadd', port, entries, '-e', '!relax'),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Entries of teachers in numbers, from 0. */
export function teachers(count: number): string {
  return Array.from({ length: count }, (_, n) =>
    [
      `dn: uid=prof${n},ou=people,${suffix}`,
      'objectClass: ENTPerson',
      'objectClass: ENTAuxEnseignant',
      `uid: prof${n}`,
      `cn: Prof ${n}`,
      `sn: Nom${n}`,
      `givenName: Prof`,
      `ENTPersonJointure: AC-TEST$${100_000 + n}`,
      'ENTPersonStructRattach: 0440290B',
      '',
    ].join('\n'),
  ).join('\n');
}

/** Waits until it answers; patience for a loaded machine. */
async function listening(port: number, hasEnded: () => boolean): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && !hasEnded()) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('slapd did not start');
}
