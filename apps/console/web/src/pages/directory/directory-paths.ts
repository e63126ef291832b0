const importsPath = '/api/support/imports';
export const importPath = (importId: string) => `${importsPath}/${encodeURIComponent(importId)}`;
export const planPath = (planId: string) => `/api/support/plans/${encodeURIComponent(planId)}`;
export const importPage = (importId: string) => `/annuaire/imports/${encodeURIComponent(importId)}`;

export const directoryPage = '/annuaire';
export const schoolPeoplePage = '/annuaire/personnes';
export const schoolPath = (uai: string) => `/api/support/schools/${encodeURIComponent(uai)}`;
export const doublesPage = '/annuaire/doublons';
export const doublePage = (pairId: string) => `${doublesPage}/${encodeURIComponent(pairId)}`;
export const doublePath = (pairId: string) => `/api/support/doubles/${encodeURIComponent(pairId)}`;
