import { Injectable } from '@nestjs/common';

/** The real time, of sessions: no domain code reads it (MKT-4). */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}
