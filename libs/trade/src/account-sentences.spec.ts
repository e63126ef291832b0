import { accountSentences, accountStatesInSentences } from './account-sentences.js';

const ways = ['LOCAL', 'ACADEMIC_SSO', 'EDUCONNECT', ''];
const next = (state: string, wayIn = '', wayInGap = '') =>
  accountSentences({ state, wayIn, wayInGap }).nextStep;

test('PRV-3: has plain sentences for each of the nine states, by each way in, and for one that it does not know', () => {
  expect(accountStatesInSentences).toHaveLength(9);
  for (const state of accountStatesInSentences)
    for (const wayIn of ways) {
      const { inWords, nextStep } = accountSentences({ state, wayIn });
      expect([inWords, nextStep].join(' ')).toMatch(/^\p{Lu}.*\.$/u);
      expect([inWords, nextStep].join(' ')).not.toMatch(/undefined|courrier/);
      // A letter is promised only where one is printed (apps/provisioning/src/letters).
      if (wayIn !== 'LOCAL' && wayIn !== '') expect(nextStep).not.toMatch(/lettre/i);
    }
  expect(next('NEW_STATE')).toMatch(/niveau 2/);
});

test('AUT-1: a code is spoken of only where there is one, and a password where it is kept', () => {
  expect(next('PROVISIONED', 'LOCAL')).toMatch(/en imprime une autre, avec le même code/);
  expect(next('ACTIVATED', 'LOCAL')).toMatch(/une lettre avec un code de renouvellement/);
  for (const wayIn of ['ACADEMIC_SSO', 'EDUCONNECT']) {
    expect(next('PROVISIONED', wayIn)).toMatch(/il n’y a pas de code/);
    expect(next('PROVISIONED', wayIn)).not.toMatch(/imprime/);
    expect(next('ACTIVATED', wayIn)).toMatch(/et non dans l’ENT/);
  }
});

test('AUT-1: says whom a federated way in cannot recognise and who mends it, of open accounts alone', () => {
  for (const gap of ['KEY_MISSING', 'KEY_SHARED', 'KEY_LATE']) {
    expect(next('PROVISIONED', 'EDUCONNECT', gap)).toMatch(/^ÉduConnect ne peut pas .* niveau 2/);
    expect(next('ACTIVATED', 'ACADEMIC_SSO', gap)).toMatch(/^Le guichet de l’académie ne peut pas/);
    expect(next('CLOSING', 'EDUCONNECT', gap)).toBe(next('CLOSING', 'EDUCONNECT'));
  }
  expect(next('ACTIVATED', 'EDUCONNECT', 'KEY_LATE')).toMatch(/l’exploitant de l’ENT/);
});

test('PRV-4: what got no answer is not called refused', () => {
  const failed = (failureCode: string) => accountSentences({ state: 'FAILED', failureCode });
  expect(failed('ENT_TIMEOUT_PERSISTS').inWords).toMatch(/n’a pas répondu/);
  expect(failed('ENT_IDENTIFIER_TAKEN').inWords).toMatch(/déjà portée/);
  expect(failed('ENT_REFUSED').inWords).toMatch(/^L’ENT a refusé de créer ce compte\.$/);
});

test.each([
  ['ENT_BIRTH_DATE_MISSING', /niveau 2, qui fait corriger la fiche à la source/],
  ['ENT_NAME_MISSING', /niveau 2, qui fait corriger la fiche à la source/],
  ['ENT_IDENTIFIER_TAKEN', /niveau 2 : l’autre compte est à retrouver dans l’ENT/],
  ['ENT_REFUSED', /niveau 3, qui demande à l’exploitant de l’ENT/],
  ['ENT_PROFILE_REFUSED', /niveau 3, qui demande à l’exploitant de l’ENT/],
  ['ENT_SCHOOL_REFUSED', /niveau 3, qui demande à l’exploitant de l’ENT/],
  ['ENT_CLASS_REFUSED', /niveau 3, qui demande à l’exploitant de l’ENT/],
  ['ENT_RIGHT_MISSING', /niveau 3, qui fait rétablir l’accès du compte technique/],
  ['ENT_TIMEOUT_PERSISTS', /niveau 3, qui peut relancer/],
])('SUP-1: an account that failed by %s is passed on to who can mend it', (failureCode, next) => {
  expect(accountSentences({ state: 'FAILED', failureCode }).nextStep).toMatch(next);
});

test('SUP-1: of an account that closes nobody is told that it is blocked while that may wait', () => {
  expect(accountSentences({ state: 'CLOSING' }).inWords).toMatch(/aussitôt ou après un accord/);
});

test('SUP-1, PRV-4: of whom the ENT refuses to block or to let in, it is said what the person can do, and to level 3', () => {
  const said = (state: string) => accountSentences({ state, failureCode: 'ENT_BLOCK_REFUSED' });
  for (const state of ['SUSPENDED', 'CLOSING', 'WAITING_SEAT'])
    expect(said(state).inWords).toMatch(/refuse de le bloquer : la personne peut encore y entrer/);
  for (const state of ['PROVISIONED', 'ACTIVATED'])
    expect(said(state).inWords).toMatch(/refuse de le débloquer : la personne ne peut pas/);
  expect(said('SUSPENDED').nextStep).toMatch(/niveau 3/);
  // Another refusal says nothing of who comes in.
  for (const failureCode of ['ENT_MOVE_REFUSED', 'ENT_NAMES_REFUSED'])
    expect(accountSentences({ state: 'ACTIVATED', failureCode })).toEqual(
      accountSentences({ state: 'ACTIVATED' }),
    );
});
