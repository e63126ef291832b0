const part = encodeURIComponent;

export const plansPath = '/api/support/ent-plans';
export const planPath = (planId: string) => `${plansPath}/${part(planId)}`;

export const plansPage = '/plans-ent';
export const planPage = (planId: string) => `${plansPage}/${part(planId)}`;
