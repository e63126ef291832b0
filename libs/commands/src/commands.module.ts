import { Global, Module } from '@nestjs/common';
import { Commands } from './commands.js';

/** The frame of commands, for every feature of a service. Needs PersistenceModule and MessagingModule. */
@Global()
@Module({ providers: [Commands], exports: [Commands] })
export class CommandsModule {}
