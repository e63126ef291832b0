import { randomUUID } from 'node:crypto';
import { timeOrderedId } from '#libs/identifiers';

/** The id of a row of a table that grows without end: its indexes grow at one side. */
export const newRowId = (): string => timeOrderedId(Date.now(), randomUUID());
