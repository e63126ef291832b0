import { Module } from '@nestjs/common';
import { SchoolNames } from './school-names.pg.js';
import { SchoolsConsumer } from './schools.consumer.js';

// The door to the names of schools.
export { SchoolNames };

@Module({ controllers: [SchoolsConsumer], providers: [SchoolNames], exports: [SchoolNames] })
export class SchoolsModule {}
