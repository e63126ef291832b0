import { cuttingProxy } from '../../../../../test/support/slapd/cutting-proxy.js';
import { type Slapd, startSlapd, teachers } from '../../../../../test/support/slapd/slapd.js';
import { causeOf, sourceAt } from '../../../test/ldap.test-support.js';
import type { AcademyLdapSource } from './academy.ldap-source.js';
import { fromGeneralizedTime } from './ldap-timestamps.js';

const people = 'ou=people,dc=academie,dc=test';
const stampedAt = (text: string) => fromGeneralizedTime(text)!;

/** Goal: no change is missed and no removal is made up. Method: a real slapd whose entries bear stamps written by hand. */
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

  it('are those of the same second, and those stamped shortly before', async () => {
    const { keys } = await changesSince(source(), stampedAt('20260901100000Z'));
    expect(keys).toEqual(['100000', '100001', '100002']);
  });

  it('begin again where the last one was stamped, so an equal stamp that comes later is seen', async () => {
    const first = await changesSince(source(), stampedAt('20260901000000Z'));
    expect(first.watermark).toEqual(stampedAt('20260901100000Z'));
    slapd.add(`${teacher(4)}modifyTimestamp: 20260901100000Z\n`);
    const second = await changesSince(source(), first.watermark);
    expect(second.keys).toContain('100004');
  });

  it('are not hidden by a server whose clock is ahead', async () => {
    const startedAt = stampedAt('20260901093000Z');
    const { watermark } = await changesSince(source(), stampedAt('20260801000000Z'), startedAt);
    expect(watermark).toEqual(startedAt);
  });

  it('tell who was removed only by a full comparison', async () => {
    const held = new Set(['100000', '100001', '100003', 'GONE']);
    slapd.modify(`dn: uid=prof3,${people}\nchangetype: delete\n`);
    const since = await changesSince(source(), stampedAt('20260101000000Z'));
    expect(since.keys).not.toContain('100003');
    const removals = await source().readRemovals(held);
    expect(removals.map(({ sourceKey, change }) => `${change} ${sourceKey}`)).toEqual([
      'DELETE 100003',
      'DELETE GONE',
    ]);
  });

  it('remove nobody when the list comes back empty, or a key cannot be read', async () => {
    const held = new Set(['100000']);
    const empty = source({ peopleDn: 'ou=vide,dc=academie,dc=test' });
    expect(await empty.readRemovals(held).catch(causeOf)).toBe('EMPTY');
    const unreadable = source({ peopleFilter: '(sn=*)', attributes: { key: 'ENTPersonAlias' } });
    expect(await unreadable.readRemovals(held).catch(causeOf)).toBe('KEY_UNREADABLE');
  });

  it('keep their beginning when the connection is cut between two pages', async () => {
    const many = await startSlapd({ ldif: teachers(600) });
    try {
      const since = stampedAt('20200101000000Z');
      const whole = await cuttingProxy(many.tlsPort);
      const url = (port: number) => ({ url: `ldaps://localhost:${port}`, pageSize: 100 });
      await changesSince(sourceAt(many, url(whole.port)), since);
      const half = await cuttingProxy(many.tlsPort, Math.floor(whole.passed() * 0.7));
      const watermarks: Date[] = [];
      const reading = async () => {
        const pages = sourceAt(many, url(half.port)).readChanges(since, new Date());
        for await (const { watermark } of pages) watermarks.push(watermark);
      };
      expect(await reading().catch(causeOf)).toBe('CONNECTION_LOST');
      expect(watermarks.length).toBeGreaterThan(0);
      expect(watermarks.every((one) => one.getTime() === since.getTime())).toBe(true);
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
  let watermark = since;
  for await (const changes of source.readChanges(since, startedAt)) {
    watermark = changes.watermark;
    for (const record of changes.records) if (record.kind === 'change') keys.push(record.sourceKey);
  }
  return { keys: keys.sort(), watermark };
}
