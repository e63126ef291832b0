import { parseInseeCode, parseSiren } from '#libs/identifiers';
import { Communes } from '../communes.js';
import { type Organisation, organisationIdOf } from './organisation.js';
import { checkedOnTerritory } from './territory.js';

// The real list, as it is committed.
const territory = new Communes().territory();
const code = (text: string) => parseInseeCode(text);

const organisation = (over: Partial<Organisation>, siren = '214401093'): Organisation => ({
  organisationId: organisationIdOf(parseSiren(siren)),
  name: 'Nantes',
  siren: parseSiren(siren),
  kind: 'COMMUNE',
  insee: code('44109'),
  communes: [],
  address: '',
  chorusPro: { recipientSiret: '', serviceCode: '', purchaseOrderNumber: '', marketNumber: '' },
  ...over,
});
const checked = (over: Partial<Organisation>, siren?: string) =>
  checkedOnTerritory(organisation(over, siren), territory);
const problem = (name: string) => expect.objectContaining({ code: name });

test('ADH-1: a commune exists, and its SIREN is its own', () => {
  expect(checked({})).toEqual(organisation({}));
  expect(() => checked({ insee: code('44999') })).toThrow(problem('COMMUNE_UNKNOWN'));
  expect(() => checked({ insee: code('44110') }, '214401093')).toThrow('44110');
  expect(() => checked({ insee: code('44003') })).toThrow(problem('SIREN_CONTRADICTED'));
});

test('ADH-1: every unknown commune of a composition is named at once', () => {
  const composed = { kind: 'SYNDICAT', insee: '', communes: ['44109', '44997', '44998'] } as const;
  expect(() => checked({ ...composed, communes: composed.communes.map(code) })).toThrow(
    '44997, 44998',
  );
});

test('ADH-1: a commune nouvelle has its new SIREN, or that of the commune whose code it kept', () => {
  // Terval, from 2022 on; La Tardière had the code 85289 before.
  expect(() => checked({ insee: code('85289') }, '200099489')).not.toThrow();
  expect(() => checked({ insee: code('85289') }, '218502896')).not.toThrow();
  expect(() => checked({ insee: code('85289') }, '214401093')).toThrow('85289 (200099489)');
});

test('ADH-1: a commune that has gone since is known by its code', () => {
  // Breuil-Barret, now of Terval.
  expect(territory.communeOf('85037')).toMatchObject({ successor: '85289' });
  expect(() => checked({ insee: code('85037') }, '218500379')).not.toThrow();
  expect(() => checked({ insee: code('85037') })).toThrow(problem('SIREN_CONTRADICTED'));
});

test('ADH-1: the composition of an EPCI is the official one where the list knows it', () => {
  const ccNozay = { kind: 'EPCI', insee: '' } as const;
  const filled = checked(ccNozay, '244400537');
  expect(filled.communes).toContain('44001');
  expect(filled.communes.length).toBeGreaterThan(4);
  expect(checked({ ...ccNozay, communes: [code('44001')] }, '244400537').communes).toEqual([
    '44001',
  ]);
  expect(() => checked({ ...ccNozay, communes: [code('44109')] }, '244400537')).toThrow(
    problem('COMPOSITION_CONTRADICTED'),
  );
});

test('ADH-1: a grouping that the list does not know has the composition of its statutes', () => {
  const syndicat = {
    kind: 'SYNDICAT',
    insee: '',
    communes: [code('85061'), code('85193')],
  } as const;
  expect(checked(syndicat, '999000037').communes).toEqual(['85061', '85193']);
});

test('the list holds the communes of France, overseas and Corsica too', () => {
  expect(territory.communeOf('2A004')).toMatchObject({ siren: '212000046' });
  expect(territory.communeOf('97411')).toMatchObject({ siren: '219740115' });
  expect(territory.communeOf('')).toBeUndefined();
});
