import { admit, checkAcceptable, type Judged, refuse } from './application-decision.js';

const document = { kind: 'DECISION', title: '', sha256: '', datedOn: '2022-01-20' };
const late: Judged = {
  status: 'APPLIED',
  timeliness: { verdict: 'COORDINATOR_DECIDES', reasons: ['Reçue le 16 (convention, art. 6).'] },
  missing: [],
  isAdmitted: false,
};
const inTime: Judged = { ...late, timeliness: { verdict: 'IN_TIME', reasons: [] } };

test('ADH-3: only a letter that left in time and came late awaits a decision', () => {
  expect(admit(late, 'SENT_IN_TIME')).toMatch('art. 2');
  expect(() => admit(inTime, 'SENT_IN_TIME')).toThrow('n’attend pas de décision');
  expect(() => admit({ ...late, status: 'ACCEPTED' }, 'POSTAL_DELAY')).toThrow();
});

test('ADH-3: a late letter is acceptable once the coordinator has let it in, and decided once', () => {
  expect(() => checkAcceptable(late)).toThrow('Enregistrez d’abord cette décision');
  expect(() => checkAcceptable({ ...late, isAdmitted: true })).not.toThrow();
  expect(() => checkAcceptable({ ...late, isAdmitted: true, missing: ['Il manque…'] })).toThrow(
    'incomplet',
  );
  expect(() => admit({ ...late, isAdmitted: true }, 'SENT_IN_TIME')).toThrow('déjà prise');
  expect(() => checkAcceptable(inTime)).not.toThrow();
  const tooLate = { verdict: 'LATE', reasons: ['Trop tard (convention, art. 2).'] } as const;
  expect(() => checkAcceptable({ ...inTime, timeliness: tooLate })).toThrow('art. 2');
});

test('ADH-3: a refusal for lateness cites both articles and rests on a document', () => {
  const reasons = refuse(late, 'RECEIVED_LATE', { note: 'Décision du 20 janvier.', document });
  expect(reasons.join(' ')).toMatch(/art\. 6.*art\. 2.*Reçue le 16.*Décision du 20 janvier/);
  expect(() => refuse(late, 'RECEIVED_LATE', { note: '' })).toThrow('Joignez le document');
  expect(() => refuse(inTime, 'RECEIVED_LATE', { note: '', document })).toThrow(
    'ne correspond pas',
  );
});

test('ADH-2: a refusal as incomplete says what the letter did not contain, and is refused where nothing is missing', () => {
  const missing = ['Il manque la délibération (convention, art. 2 et annexe 1).'];
  expect(refuse({ ...inTime, missing }, 'INCOMPLETE', { note: '' })).toEqual([
    expect.stringContaining('art. 2'),
    ...missing,
  ]);
  expect(() => refuse(inTime, 'INCOMPLETE', { note: '' })).toThrow('ne correspond pas');
});

test('ADH-6: what is accepted is not refused any more', () => {
  for (const status of ['ACCEPTED', 'ACTIVE', 'ENDED', 'REFUSED'] as const) {
    expect(() => refuse({ ...inTime, status }, 'GIVEN_UP', { note: '' })).toThrow('déjà tranchée');
  }
});
