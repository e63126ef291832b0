import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cuttingProxy } from '../../../../../test/support/slapd/cutting-proxy.js';
import { type Slapd, startSlapd, teachers } from '../../../../../test/support/slapd/slapd.js';
import { outcomeOf, sourceAt } from '../../../test/ldap.test-support.js';

/** Goal: an academy's staff come in whole, or there is an incident and nobody counts as gone. Method: a real slapd. */
describe('the staff of an academy, from its LDAP', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd();
  }, 120_000);
  afterAll(() => slapd.stop());

  test('a server that does not start leaves nothing behind', async () => {
    // A folder for its folders: those of other files come and go meanwhile.
    const [usual, own] = [process.env['TMPDIR'], mkdtempSync(join(tmpdir(), 'started-'))];
    process.env['TMPDIR'] = own;
    try {
      await expect(startSlapd({ ldif: 'no entry' })).rejects.toThrow('slapadd');
      expect(readdirSync(own)).toEqual([]);
    } finally {
      if (usual === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = usual;
      rmSync(own, { recursive: true });
    }
  });

  test('comes with its identifier, and schools named by DN, UAI or SIRET', async () => {
    const { records, cause } = await outcomeOf(sourceAt(slapd));
    expect(cause).toBe('COMPLETE');
    const staff = records.filter((record) => record.kind === 'staff');
    expect(
      staff.map(({ sourceKey, academicIdentifier, isTeacher, structureKeys, headOf }) => ({
        ...{ sourceKey, academicIdentifier, isTeacher, structureKeys, headOf },
      })),
    ).toEqual([
      {
        sourceKey: '1001',
        academicIdentifier: 'mbrume',
        isTeacher: true,
        structureKeys: ['0440290B', '0440358A'],
        headOf: ['0440358A'],
      },
      {
        sourceKey: '1002',
        academicIdentifier: 'sbrume2',
        isTeacher: false,
        structureKeys: ['0440290B', '0440358A'],
        headOf: [],
      },
      {
        sourceKey: '1003',
        academicIdentifier: 'commune',
        isTeacher: false,
        structureKeys: [],
        headOf: [],
      },
      ...['1005', '1006'].map((sourceKey, at) => ({
        sourceKey,
        academicIdentifier: ['octets', 'nul'][at],
        isTeacher: false,
        structureKeys: ['0440290B'],
        headOf: [],
      })),
    ]);
    expect(
      records.filter((record) => record.kind === 'structure').map(({ uai, name }) => [uai, name]),
    ).toEqual([
      ['0440290B', 'Pierre Imaginaire'],
      ['0440358A', 'École des Songes'],
    ]);
    const remarks = records.filter((record) => record.kind === 'remark');
    expect(remarks.map(({ code, subject }) => `${code} ${subject}`).sort()).toEqual([
      'ACCOUNT_MADE_BY_HAND ENTPersonJointure',
      'ACCOUNT_MADE_BY_HAND ENTPersonJointure',
      'DATE_MALFORMED 1001',
      'KEY_MISSING ENTPersonJointure',
      'SIREN_MALFORMED ENTStructureUAI',
      'STRUCTURE_AMBIGUOUS 1003',
      'STRUCTURE_UNKNOWN 1003',
      'UAI_INVALID ENTStructureUAI',
      'VALUE_MALFORMED 1002',
    ]);
  });

  test('comes over StartTLS as over LDAPS', async () => {
    const other = { url: `ldap://localhost:${slapd.port}` };
    expect(await outcomeOf(sourceAt(slapd, other))).toEqual(await outcomeOf(sourceAt(slapd)));
  });

  test('leaves out a value that is no text, with a remark, and keeps its neighbours', async () => {
    const source = sourceAt(slapd, { attributes: { firstName: 'ENTPersonAlias' } });
    const { records } = await outcomeOf(source);
    const said = records.filter((record) => record.kind === 'remark');
    expect(said.map(({ code, subject }) => `${code} ${subject}`)).toEqual(
      expect.arrayContaining([
        'VALUE_NOT_UTF8 1005',
        'NAME_MISSING 1005',
        'CONTROL_CHARACTER 1006',
      ]),
    );
    // What nobody sees is gone from a name, as in every format.
    const seen = records.find((record) => record.kind === 'staff' && record.sourceKey === '1006');
    expect(seen).toMatchObject({ firstName: 'nul' });
  });

  test('DIR-2, DIR-3: a key with a sign that nobody sees is none, and nobody leaves for it', async () => {
    const other = await startSlapd();
    try {
      const key = Buffer.from('AC-TEST$10\u200b06').toString('base64');
      other.modify(
        `dn: uid=nul,ou=people,dc=academie,dc=test\nchangetype: modify\nreplace: ENTPersonJointure\nENTPersonJointure:: ${key}\n`,
      );
      expect((await outcomeOf(sourceAt(other))).cause).toBe('KEY_UNREADABLE');
    } finally {
      await other.stop();
    }
  });

  test.each(['ldaps', 'ldap'])(
    'refuses a certificate of another authority (%s)',
    async (scheme) => {
      const url = `${scheme}://localhost:${scheme === 'ldaps' ? slapd.tlsPort : slapd.port}`;
      const outcome = await outcomeOf(sourceAt(slapd, { url, caFile: slapd.otherCaFile }));
      expect(outcome).toEqual({ records: [], cause: 'CERTIFICATE' });
    },
  );

  test.each(['ldaps', 'ldap'])('refuses a certificate of another name (%s)', async (scheme) => {
    const url = `${scheme}://127.0.0.1:${scheme === 'ldaps' ? slapd.tlsPort : slapd.port}`;
    expect(await outcomeOf(sourceAt(slapd, { url }))).toEqual({
      records: [],
      cause: 'CERTIFICATE',
    });
  });

  test.each([
    ['wrong', 'CREDENTIALS'],
    ['', 'SETTINGS'],
  ])('takes the password « %s » for an incident', async (password, cause) => {
    const passwordFile = join(slapd.folder, 'other-password');
    writeFileSync(passwordFile, password);
    expect(await outcomeOf(sourceAt(slapd, { passwordFile }))).toEqual({ records: [], cause });
  });

  test.each([
    [{ peopleDn: 'ou=vide,dc=academie,dc=test' }, 'EMPTY'],
    [{ structuresDn: 'ou=vide,dc=academie,dc=test' }, 'EMPTY'],
    [{ peopleDn: 'ou=absent,dc=academie,dc=test' }, 'BASE_UNKNOWN'],
    [{ peopleDn: 'ou=renvoi,dc=academie,dc=test', peopleFilter: '(objectClass=*)' }, 'REFERRAL'],
    [{ peopleMax: 3 }, 'TOO_MANY'],
    [{ url: 'ldaps://localhost:1' }, 'UNREACHABLE'],
  ])('takes %j for an incident', async (other, cause) => {
    const outcome = await outcomeOf(sourceAt(slapd, other));
    expect(outcome.cause).toBe(cause);
    expect(outcome.records.filter(({ kind }) => kind === 'staff')).toEqual([]);
  });

  // Written by hand from the reference. The last one, since the entries stay.
  test('DIR-5: inspectors, advisers and what teachers teach come as they are written beside the entries', async () => {
    const golden = join(import.meta.dirname, '../../../test/goldens/ldap-inspection');
    const before = await outcomeOf(sourceAt(slapd));
    slapd.add(readFileSync(join(golden, 'academy.ldif'), 'utf8'));
    const { records, cause } = await outcomeOf(sourceAt(slapd));
    expect(cause).toBe('COMPLETE');
    const known = new Set(before.records.map((one) => ('sourceKey' in one ? one.sourceKey : '')));
    const staff = records.flatMap((one) => {
      if (one.kind !== 'staff' || known.has(one.sourceKey)) return [];
      const { kind: _kind, file: _file, line: _line, ...said } = one;
      return [said];
    });
    const remarks = records.flatMap((one) =>
      one.kind === 'remark' && /^11/.test(one.subject) ? [`${one.code} ${one.subject}`] : [],
    );
    expect({ staff, remarks: remarks.sort() }).toEqual(
      JSON.parse(readFileSync(join(golden, 'records.json'), 'utf8')),
    );
    // A service is no school.
    const schools = records.flatMap((one) => (one.kind === 'structure' ? [one.uai] : []));
    expect(schools).toEqual(['0440290B', '0440358A', '0440001M']);
  });
});

describe('a directory of 5,000', () => {
  let slapd: Slapd;
  beforeAll(async () => {
    const limits = 'size.soft=500 size.hard=500 size.pr=1000 size.prtotal=unlimited time=unlimited';
    slapd = await startSlapd({ ldif: teachers(5_000), limits });
  }, 180_000);
  afterAll(() => slapd.stop());

  test('is read by pages where a search may have 500 answers', async () => {
    const { records, cause } = await outcomeOf(sourceAt(slapd));
    expect(cause).toBe('COMPLETE');
    const keys = new Set(records.flatMap((one) => (one.kind === 'staff' ? [one.sourceKey] : [])));
    expect(keys.size).toBe(5_005);
  }, 120_000);

  // `npm run prove -- directory`: 20.
  const places = process.env['PROVE'] === '1' ? 20 : 6;
  test(`is an incident at ${places} places where the connection is cut, never a departure`, async () => {
    const whole = await cuttingProxy(slapd.tlsPort);
    const url = (port: number) => ({ url: `ldaps://localhost:${port}`, answerTimeoutMs: 20_000 });
    expect((await outcomeOf(sourceAt(slapd, url(whole.port)))).cause).toBe('COMPLETE');
    const total = whole.passed();
    await whole.close();
    const causes: unknown[] = [];
    // The last place is within the last answer: what TLS and slapd say in farewell comes after it.
    for (let place = 0; place < places; place += 1) {
      const cut = await cuttingProxy(slapd.tlsPort, Math.floor(((place + 0.5) * total) / places));
      causes.push((await outcomeOf(sourceAt(slapd, url(cut.port)))).cause);
      await cut.close();
    }
    expect(causes.every((cause) => cause === 'CONNECTION_LOST' || cause === 'UNREACHABLE')).toBe(
      true,
    );
  }, 300_000);

  test('is an incident when the limit also counts the pages', async () => {
    const capped = await startSlapd({ ldif: teachers(600), limits: 'size=500' });
    try {
      const { cause } = await outcomeOf(sourceAt(capped));
      expect(cause).toBe('LIMIT');
    } finally {
      await capped.stop();
    }
  }, 120_000);
});
