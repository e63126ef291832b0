import { Module } from '@nestjs/common';
import { ReadSchools } from './read-schools.js';
import { PgSchools } from './structures.pg-repository.js';
import { Schools } from './structures.repository.js';
import { StructuresRpc } from './structures.rpc.js';

@Module({
  controllers: [StructuresRpc],
  providers: [ReadSchools, { provide: Schools, useClass: PgSchools }],
})
export class StructuresModule {}
