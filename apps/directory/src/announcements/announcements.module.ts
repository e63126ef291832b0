import { Module } from '@nestjs/common';
import { ImportTurn } from '../synchronisation/synchronisation.module.js';
import { AnnounceAgain } from './announce-again.js';
import { StatesToAnnounce } from './announcement.pg.js';
import { AnnouncementsRpc } from './announcements.rpc.js';

@Module({
  controllers: [AnnouncementsRpc],
  providers: [AnnounceAgain, ImportTurn, StatesToAnnounce],
})
export class AnnouncementsModule {}
