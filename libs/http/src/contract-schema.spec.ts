import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import {
  DeclareSourceRequestSchema,
  HoldTrainingRequestSchema,
  ImportMarketRequestSchema,
  ListTrainingsRequestSchema,
  PlanTrainingRequestSchema,
  SignOrderRequestSchema,
} from '#libs/contracts';
import { z } from 'zod';
import { InputInvalid } from '#libs/problems';
import { checked, inputSchemaOf, messageSchemaOf, shapeOf } from './index.js';

const mistakesIn = (schema: z.ZodType, value: unknown) => {
  try {
    checked(schema, value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InputInvalid);
    return (error as InputInvalid).details['mistakes'] as { field: string; message: string }[];
  }
};

const plan = {
  kind: 'TRAINING',
  title: ' Prise en main ',
  scope: 'ACADEMY',
  plannedOn: '2022-11-09',
};

test('takes JSON with the bounds of the contract, trimmed and with what was left out', () => {
  const input = { marketCode: 'e-primo-2022', plan, idempotencyKey: 'k' };
  expect(checked(inputSchemaOf(PlanTrainingRequestSchema), input)).toMatchObject({
    marketCode: 'e-primo-2022',
    plan: { ...plan, title: 'Prise en main', audience: '', published: false },
  });
});

test('tells every mistake at its field, in French and by the name a person knows', () => {
  const input = {
    marketCode: 'e-primo-2022',
    plan: { ...plan, plannedOn: '2022-02-30', title: '' },
  };
  expect(
    mistakesIn(inputSchemaOf(PlanTrainingRequestSchema), { ...input, idempotencyKey: '' }),
  ).toEqual([
    { field: 'plan.title', message: 'Titre : à renseigner.' },
    {
      field: 'plan.plannedOn',
      message: 'Date prévue : une date sous la forme AAAA-MM-JJ est attendue.',
    },
  ]);
});

test('says of which line of a list it speaks', () => {
  const line = z.object({ delta: z.number().meta({ title: 'comptes' }) });
  expect(mistakesIn(z.object({ lines: z.array(line) }), { lines: [{ delta: 1 }, {}] })).toEqual([
    { field: 'lines.1.delta', message: 'Comptes (ligne 2) : à renseigner.' },
  ]);
});

test.each([
  [99_999_999, 'au plus 1\u202f000\u202f000'],
  [1.5, 'un nombre entier est attendu'],
  ['many', 'un nombre est attendu'],
  [undefined, 'à renseigner'],
  [0, 'ne peut pas être nul'],
])('says of the figure %p what is wrong with it', (delta, message) => {
  const schema = z.object(shapeOf([SignOrderRequestSchema.field.lines]));
  const lines = [{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2024-09-01', delta }];
  expect(mistakesIn(schema, { lines })).toEqual([
    { field: 'lines.0.delta', message: `Nombre de comptes (ligne 1) : ${message}.` },
  ]);
});

test('DIR-5: each mistake in a declaration of a source has its sentence at its field', () => {
  const declared = { sourceCode: 'aaf-44', kind: 'AAF_1D', title: 'AAF', priority: 1 };
  const wrong = {
    ...{ academyCode: 'Nantes', departments: ['44', 'Loire'], uais: ['0440001A'] },
    ...{ profiles: ['STUDENT', 'PUPIL'], priorities: [{ attribute: 'NAMES', priority: 0 }] },
  };
  expect(mistakesIn(inputSchemaOf(DeclareSourceRequestSchema), { ...declared, ...wrong })).toEqual([
    { field: 'academyCode', message: 'Académie : un code d’académie est attendu.' },
    {
      field: 'departments.1',
      message: 'Départements (ligne 2) : un numéro de département (« 44 ») est attendu.',
    },
    {
      field: 'uais.0',
      message: 'Écoles (ligne 1) : un code UAI est attendu, avec sa lettre de contrôle.',
    },
    {
      field: 'profiles.1',
      message: 'Profils (ligne 2) : choisissez l’une des valeurs proposées.',
    },
    { field: 'priorities.0.priority', message: 'Priorité (ligne 1) : au moins 1.' },
  ]);
});

test('tells a figure that is not given from one that is 0', () => {
  const schema = inputSchemaOf(HoldTrainingRequestSchema);
  const held = { trainingId: 't', expectedVersion: 1, heldOn: '2022-11-09' };
  expect(mistakesIn(schema, { ...held, participants: 0 })).toEqual([]);
  expect(mistakesIn(schema, held)).toMatchObject([{ field: 'participants' }]);
});

test('trims what people type, and never a file', () => {
  const content = '  code: e-primo-2022\n  title: x\n';
  const input = { content, idempotencyKey: ' k ' };
  expect(checked(inputSchemaOf(ImportMarketRequestSchema), input)).toMatchObject({
    content,
    idempotencyKey: 'k',
  });
  const message = create(ImportMarketRequestSchema, { content });
  expect(checked(messageSchemaOf(ImportMarketRequestSchema, true), message)).toMatchObject({
    content,
  });
});

test('holds a message to the same bounds', () => {
  const judge = <Desc extends DescMessage>(desc: Desc, init: MessageInitShape<Desc>) =>
    mistakesIn(messageSchemaOf(desc, true), create(desc, init)).map(({ field }) => field);
  expect(judge(PlanTrainingRequestSchema, { marketCode: 'm', plan })).toEqual([]);
  expect(judge(PlanTrainingRequestSchema, { marketCode: 'm' })).toEqual(['plan']);
  expect(judge(HoldTrainingRequestSchema, { heldOn: '2022-11-09' })).toEqual(['participants']);
  expect(judge(HoldTrainingRequestSchema, { heldOn: '2022-11-09', participants: -1 })).toEqual([
    'participants',
  ]);
});

test('reads figures of a query, 50 rows unless told, and never less than one', () => {
  const query = z.object(shapeOf(ListTrainingsRequestSchema.fields, 'query'));
  const asked = { marketCode: 'e-primo-2022' };
  expect(checked(query, { ...asked, limit: '7' })).toMatchObject({ limit: 7, cursor: '' });
  expect(checked(query, asked)).toMatchObject({ limit: 50 });
  for (const limit of ['0', '-5', '201', 'x'])
    expect(mistakesIn(query, { ...asked, limit })).toMatchObject([{ field: 'limit' }]);
});
