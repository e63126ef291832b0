import { Module } from '@nestjs/common';
import { ReadSchools } from './read-schools.js';
import { Schools } from './schools.pg.js';
import { StructuresRpc } from './structures.rpc.js';

// The door: what siblings tell of schools.
export {
  structureState as STRUCTURE_STATE,
  structureFacts,
  type StructureRow,
  toStructureChanged,
} from './structure-facts.pg.js';

@Module({
  controllers: [StructuresRpc],
  providers: [ReadSchools, Schools],
})
export class StructuresModule {}
