import type { MembershipWorld } from './membership-world.js';

/** What the database says to SQL of the service's role; empty: it was done. */
export const saidTo = ({ database }: MembershipWorld, sql: string): Promise<string> =>
  database.query(sql).then(
    () => '',
    (error: Error) => error.message,
  );

/** One query of several statements is one transaction. */
export const together = (...statements: string[]) => statements.join('; ');
