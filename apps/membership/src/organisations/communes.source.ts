import type { Territory } from './domain/territory.js';

/** Where the official list of communes and EPCI comes from. */
export abstract class Communes {
  abstract territory(): Territory;
}
