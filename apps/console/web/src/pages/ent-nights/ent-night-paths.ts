const part = encodeURIComponent;

export const nightsPath = '/api/support/ent-nights';
export const nightPath = (day: string) => `${nightsPath}/${part(day)}`;
export const lookPath = (day: string, uai: string) => `${nightPath(day)}/schools/${part(uai)}`;

export const nightsPage = '/rapprochements';
export const nightPage = (day: string) => `${nightsPage}/${part(day)}`;
export const lookPage = (day: string, uai: string) => `${nightPage(day)}/${part(uai)}`;
/** What differs in one school, whatever the night. */
export const schoolDifferencesPage = (uai: string) => `/ecarts-ent/${part(uai)}`;
