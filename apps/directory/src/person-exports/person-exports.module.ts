import { Module } from '@nestjs/common';
import { ExportPerson } from './export-person.js';
import { PersonData } from './person-data.pg.js';
import { PersonExportsRpc } from './person-exports.rpc.js';

/** All that is held of a person, given to whoever may ask for it (RGPD art. 15). */
@Module({ controllers: [PersonExportsRpc], providers: [ExportPerson, PersonData] })
export class PersonExportsModule {}
