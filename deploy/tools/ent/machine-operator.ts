import { userInfo } from 'node:os';

/** Who acts while services are stopped and nobody can be logged in: the account of the machine is all that is known. */
export const machineOperator = (): string => `operator:${userInfo().username}`;
