const importsPath = '/api/support/imports';
export const importPath = (importId: string) => `${importsPath}/${encodeURIComponent(importId)}`;
export const planPath = (planId: string) => `/api/support/plans/${encodeURIComponent(planId)}`;
export const importPage = (importId: string) => `/annuaire/imports/${encodeURIComponent(importId)}`;
