import type { Case } from '../case.js';
import { deletionCases, purgeCases } from './deletion-cases.js';
import { fedCases, importerCases } from './fed-cases.js';
import { classCases, listCases, newSchoolCases, transitionCases } from './school-cases.js';
import { codeCases, renewalCases } from './letter-cases.js';
import { operatorCases, sessionCases } from './session-cases.js';
import { tieCases } from './tie-cases.js';
import { creationCases } from './user-cases.js';
import { checkCases, mappingCases } from './wizard-check-cases.js';
import { importCases, predeleteCases } from './wizard-import-cases.js';
import { wizardSchoolCases } from './wizard-school-cases.js';

const comingIn = sessionCases.filter(({ id }) => id !== 'structures-list');
const listOfStructures = sessionCases.filter(({ id }) => id === 'structures-list');

/** Who has come in may lose the password; then is deleted. */
const firstUseEnds = deletionCases.findIndex(({ id }) => id === 'login-of-blocked');

/** In the order in which they are run: each may rest on what those before it made. */
export const allCases: readonly Case[] = [
  ...comingIn,
  ...newSchoolCases,
  ...listOfStructures,
  ...listCases,
  ...classCases,
  ...creationCases,
  ...codeCases,
  ...tieCases,
  ...deletionCases.slice(0, firstUseEnds),
  ...renewalCases,
  ...deletionCases.slice(firstUseEnds),
  ...mappingCases,
  ...importCases,
  ...checkCases,
  ...predeleteCases,
  ...wizardSchoolCases,
  ...importerCases,
  ...fedCases,
  ...purgeCases,
  ...transitionCases,
  ...operatorCases,
];
