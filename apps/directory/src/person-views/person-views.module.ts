import { Module } from '@nestjs/common';
import { AttributeSources } from './attribute-sources.pg.js';
import { GetPerson } from './get-person.js';
import { PersonViewsRpc } from './person-views.rpc.js';

// The door: which sources have given what is held of somebody.
export { AttributeSources };

/** One person as whoever asks may see it (SUP-1, SUP-3). */
@Module({
  controllers: [PersonViewsRpc],
  providers: [AttributeSources, GetPerson],
  exports: [AttributeSources],
})
export class PersonViewsModule {}
