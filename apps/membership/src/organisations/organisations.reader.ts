/** The door for sibling features: what an organisation is, and how it comes in and goes out. */
export type { Organisation } from './domain/organisation.js';
export { fromOrganisationMessage, toOrganisationMessage } from './organisations.dto.js';
