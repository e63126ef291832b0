import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { createLogger, Health } from '#libs/observability';
import { RemoteProblem } from '#libs/rpc';
import { ldapAccountDn } from '#libs/trade';
import { localCertificate } from '../../../deploy/local/certificate.mjs';
import { type LdapLogin, ldapsearch } from '../../../test/support/ldapsearch.js';
import { AnswerSearch } from '../src/ldaps/answer-search.js';
import { BindAccount } from '../src/ldaps/bind-account.js';
import type { StaffMember } from '../src/ldaps/domain/entry.js';
import { LdapsDoor } from '../src/ldaps/ldaps-door.js';
import { LdapsSettings } from '../src/ldaps/ldaps-settings.js';
import { SearchTree } from '../src/ldaps/search-tree.js';
import type { LooksGateway } from '../src/clients/looks.grpc-gateway.js';
import type { MembersGateway } from '../src/clients/members.grpc-gateway.js';
import type { StaffGateway } from '../src/clients/staff.grpc-gateway.js';

export type Member = {
  readonly membershipId: string;
  secret: string;
  readonly uais: readonly string[];
};

/** What the three services would say; what they really say is told by their own tests and by the members-apart scenario. */
export class Services {
  readonly members = new Map<string, Member>();
  readonly staff: StaffMember[] = [];
  readonly looks: { membershipId: string; question: string; personIds: readonly string[] }[] = [];
  /** Set: the journal cannot be written. */
  journalFails = false;

  readonly membersGateway = {
    bind: (membershipId: string, secret: string) =>
      this.members.get(membershipId)?.secret === secret
        ? Promise.resolve({ secretId: secret })
        : Promise.reject(refused()),
    scopeOf: (membershipId: string, secretId: string) => {
      const member = this.members.get(membershipId);
      return member?.secret === secretId ? Promise.resolve(member.uais) : Promise.reject(refused());
    },
  } as unknown as MembersGateway;

  readonly staffGateway = {
    page: ({ uais, atUais, after, personIds }: Parameters<StaffGateway['page']>[0]) => {
      const found = this.staff
        .filter(({ places }) => places.some(({ uai }) => atUais.includes(uai)))
        .map((one) => ({ ...one, places: one.places.filter(({ uai }) => uais.includes(uai)) }))
        .filter(({ places, personId }) => places.length > 0 && personId > after)
        .filter(({ personId }) => personIds.length === 0 || personIds.includes(personId))
        .sort((a, b) => (a.personId < b.personId ? -1 : 1));
      return Promise.resolve({ staff: found.slice(0, 500), isFull: found.length >= 500 });
    },
    schools: (uais: readonly string[]) =>
      Promise.resolve(
        uais.map((uai) => ({ uai, name: `École ${uai}`, commune: 'Ancenis', postalCode: '44150' })),
      ),
  } as unknown as StaffGateway;

  readonly looksGateway = {
    record: (look: (typeof this.looks)[number]) => {
      if (this.journalFails) return Promise.reject(new Error('no journal'));
      this.looks.push(look);
      return Promise.resolve();
    },
  } as unknown as LooksGateway;
}

const refused = () =>
  new RemoteProblem({ code: 'LDAP_ACCOUNT_REFUSED', kind: 'forbidden', message: '', details: {} });

export type Ldaps = {
  readonly services: Services;
  readonly door: LdapsDoor;
  readonly certificateFile: string;
  readonly stop: () => Promise<void>;
};

/** The LDAPS door on a port of its own, over what the services would say. */
export async function startLdaps(
  over: { connections?: number; perAddress?: number; perAccount?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'ldaps-'));
  const { certificateFile, keyFile } = localCertificate(folder);
  const services = new Services();
  const settings = new LdapsSettings(
    ...(['127.0.0.1', 0, certificateFile, keyFile] as const),
    ...([over.connections ?? 100, over.perAddress ?? 100, over.perAccount ?? 100] as const),
    10_000,
  );
  const logger = createLogger('ldap', 'error');
  const door = new LdapsDoor(
    settings,
    new BindAccount(services.membersGateway),
    new AnswerSearch(
      services.membersGateway,
      new SearchTree(services.staffGateway, services.looksGateway),
      settings,
      logger,
    ),
    new Health(),
    logger,
  );
  await door.onApplicationBootstrap();
  const stop = async () => {
    await door.beforeApplicationShutdown();
    rmSync(folder, { recursive: true, force: true });
  };
  return { services, door, certificateFile, stop } satisfies Ldaps;
}

/** `ldapsearch` as a member's service account, or as whoever is named. */
export const search = (
  { door, certificateFile }: Ldaps,
  who: LdapLogin | Member,
  ...args: string[]
) =>
  ldapsearch(
    { port: door.port, certificateFile },
    'membershipId' in who ? { dn: ldapAccountDn(who.membershipId), secret: who.secret } : who,
    ...args,
  );

/** A connection of a client that sends what it likes. */
export function rawClient(
  { door }: Pick<Ldaps, 'door'>,
  localAddress = '127.0.0.1',
): Promise<TLSSocket> {
  const to = { host: '127.0.0.1', port: door.port, localAddress, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const socket = connect(to, () => resolve(socket));
    socket.once('error', reject);
  });
}

/** All that comes until the other side ends. */
export function untilClosed(socket: TLSSocket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(Buffer.concat(chunks)));
  });
}

export function tlv(tag: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const value = Buffer.concat(parts.map((part) => Buffer.from(part)));
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([Buffer.from([tag, 0x84]), length, value]);
}
const int = (value: number, tag = 0x02) => tlv(tag, Buffer.from([value]));
export const message = (id: number, operation: Buffer): Buffer => tlv(0x30, int(id), operation);
export const bindMessage = (dn: string, secret: string): Buffer =>
  message(1, tlv(0x60, int(3), tlv(0x04, dn), tlv(0x80, secret)));
export const searchMessage = (base: string, filter: Buffer): Buffer => {
  const [subtree, never] = [int(2, 0x0a), int(0, 0x0a)];
  const limits = [int(0), int(0), tlv(0x01, Buffer.from([0]))];
  return message(2, tlv(0x63, tlv(0x04, base), subtree, never, ...limits, filter, tlv(0x30)));
};
export const present = (name: string): Buffer => tlv(0x87, name);
