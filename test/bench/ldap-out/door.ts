import 'reflect-metadata';
import { Database } from '#libs/persistence';
import { createLogger, Health } from '#libs/observability';
import { Staff } from '../../../apps/directory/src/staff/staff.pg.js';
import type { LooksGateway } from '../../../apps/ldap/src/clients/looks.grpc-gateway.js';
import type { MembersGateway } from '../../../apps/ldap/src/clients/members.grpc-gateway.js';
import type { StaffGateway } from '../../../apps/ldap/src/clients/staff.grpc-gateway.js';
import { AnswerSearch } from '../../../apps/ldap/src/ldaps/answer-search.js';
import { BindAccount } from '../../../apps/ldap/src/ldaps/bind-account.js';
import { LdapsDoor } from '../../../apps/ldap/src/ldaps/ldaps-door.js';
import { LdapsSettings } from '../../../apps/ldap/src/ldaps/ldaps-settings.js';
import { SearchTree } from '../../../apps/ldap/src/ldaps/search-tree.js';

/**
 * The door in a process of its own, so that its memory is its own. The staff comes from the directory's own statements on
 * PostgreSQL, without the RPC between; every account is every school's, and the journal takes all at once. Certificate and key are those of the slapd beside it.
 */
const [, , url = '', certificateFile = '', keyFile = ''] = process.argv;
const pageSize = 500;
const database = new Database({ url, poolMax: 10, applicationName: 'bench-ldap' });
const staff = new Staff(database);
const uais = await database.column<string>('select uai from structure order by uai');

const members = {
  bind: () => Promise.resolve({ secretId: 'only' }),
  scopeOf: () => Promise.resolve(uais),
} as unknown as MembersGateway;
const people = {
  page: async (asked: Parameters<StaffGateway['page']>[0]) => {
    const found = await staff.page({ ...asked, limit: pageSize });
    return {
      staff: found.map(({ places, ...person }) => ({
        ...person,
        places: places.map(({ uai, profile, head }) => ({
          ...{ uai, isTeacher: profile === 'TEACHER', isHead: head },
        })),
      })),
      isFull: found.length === pageSize,
    };
  },
  schools: (asked: readonly string[]) => staff.schools(asked),
} as unknown as StaffGateway;
const looks = { record: () => Promise.resolve() } as unknown as LooksGateway;

const settings = new LdapsSettings(
  '127.0.0.1',
  0,
  certificateFile,
  keyFile,
  100,
  100,
  100,
  1_000_000,
);
const logger = createLogger('ldap', 'error');
const search = new AnswerSearch(members, new SearchTree(people, looks), settings, logger);
const door = new LdapsDoor(settings, new BindAccount(members), search, new Health(), logger);
await door.onApplicationBootstrap();
process.send?.({ port: door.port });
process.on('message', () => {
  globalThis.gc!();
  process.send?.({ heapMb: Number((process.memoryUsage().heapUsed / 1_048_576).toFixed(1)) });
});
process.once('disconnect', () => void door.beforeApplicationShutdown().then(() => process.exit()));
