import { cuttingProxy } from '../../../../../test/support/slapd/cutting-proxy.js';
import { type Slapd, startSlapd, teachers } from '../../../../../test/support/slapd/slapd.js';
import { causeOf, sourceAt } from '../../../test/ldap.test-support.js';
import type { AcademyLdapSource } from './academy.ldap-source.js';
import { fromGeneralizedTime } from './ldap-timestamps.js';

const people = 'ou=people,dc=academie,dc=test';
const stampedAt = (text: string) => fromGeneralizedTime(text)!;

/** Goal: no change is missed, and where that cannot be known it is said. Method: a real slapd whose entries bear stamps written by hand. */
describe('changes in the LDAP of an academy', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    const stamps = ['20260901100000Z', '20260901100000Z', '20260901095500Z', '20260801100000Z'];
    const stamped = stamps.map(
      (stamp, at) => `${teacher(at)}modifyTimestamp: ${stamp}\ncreateTimestamp: ${stamp}\n`,
    );
    slapd = await startSlapd({ ldif: stamped.join('\n') });
  }, 120_000);
  afterAll(() => slapd.stop());

  test('are those of the same second, and those stamped shortly before', async () => {
    const { keys } = await changesSince(source(), stampedAt('20260901100000Z'));
    expect(keys).toEqual(['100000', '100001', '100002']);
  });

  test('begin again where the last one was stamped, so an equal stamp that comes later is seen', async () => {
    const first = await changesSince(source(), stampedAt('20260901000000Z'));
    expect(first.upTo).toEqual(stampedAt('20260901100000Z'));
    slapd.add(`${teacher(4)}modifyTimestamp: 20260901100000Z\n`);
    const second = await changesSince(source(), first.upTo!);
    expect(second.keys).toContain('100004');
  });

  test('are not hidden by a server whose clock is ahead', async () => {
    const startedAt = stampedAt('20260901093000Z');
    const { upTo } = await changesSince(source(), stampedAt('20260801000000Z'), startedAt);
    expect(upTo).toEqual(startedAt);
  });

  test('never tell who was removed, and that whoever bore the latest stamp is no more', async () => {
    const since = stampedAt('20260901100000Z');
    for (const uid of ['prof0', 'prof1', 'prof2', 'prof4'])
      slapd.modify(`dn: uid=${uid},${people}\nchangetype: delete\n`);
    expect(await changesSince(source(), since)).toEqual({ keys: [], upTo: undefined });
  });

  test('keep their beginning when the connection is cut between two pages', async () => {
    const many = await startSlapd({ ldif: teachers(600) });
    try {
      const since = stampedAt('20200101000000Z');
      const whole = await cuttingProxy(many.tlsPort);
      const url = (port: number) => ({ url: `ldaps://localhost:${port}`, pageSize: 100 });
      await changesSince(sourceAt(many, url(whole.port)), since);
      const half = await cuttingProxy(many.tlsPort, Math.floor(whole.passed() * 0.7));
      const watermarks: (Date | undefined)[] = [];
      const reading = async () => {
        const pages = sourceAt(many, url(half.port)).readChanges(since, new Date());
        for await (const { upTo } of pages) watermarks.push(upTo);
      };
      expect(await reading().catch(causeOf)).toBe('CONNECTION_LOST');
      expect(watermarks.length).toBeGreaterThan(0);
      expect(watermarks.every((one) => one?.getTime() === since.getTime())).toBe(true);
      await whole.close();
      await half.close();
    } finally {
      await many.stop();
    }
  }, 120_000);

  const source = (other = {}) => sourceAt(slapd, { peopleFilter: '(uid=prof*)', ...other });
});

const teacher = (at: number) =>
  teachers(at + 1)
    .split('\n\n')
    .pop()!
    .trimEnd()
    .concat('\n');

async function changesSince(
  source: AcademyLdapSource,
  since: Date,
  startedAt = stampedAt('20270101000000Z'),
) {
  const keys: string[] = [];
  let upTo: Date | undefined;
  for await (const reading of source.readChanges(since, startedAt)) {
    upTo = reading.upTo;
    for (const record of reading.records) if (record.kind === 'staff') keys.push(record.sourceKey);
  }
  return { keys: keys.sort(), upTo };
}
