import { adhesions } from './adhesions.js';
import { award } from './award.js';
import { ends } from './ends.js';
import { governance } from './governance.js';
import { orders } from './orders.js';
import { schools } from './schools.js';
import type { Step } from './step.js';

/** From the invitation to the judge: every RPC that changes anything, in an order in which each is accepted. */
export const life: readonly Step[] = [
  ...adhesions,
  ...award,
  ...orders,
  ...schools,
  ...governance,
  ...ends,
];
