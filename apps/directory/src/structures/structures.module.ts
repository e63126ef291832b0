import { Module } from '@nestjs/common';
import { ReadSchools } from './read-schools.js';
import { Schools } from './schools.pg.js';
import { StructuresRpc } from './structures.rpc.js';

@Module({
  controllers: [StructuresRpc],
  providers: [ReadSchools, Schools],
})
export class StructuresModule {}
