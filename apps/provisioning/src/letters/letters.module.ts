import { type DynamicModule, Module } from '@nestjs/common';
import { LetterPeople } from './letter-people.pg.js';
import { LetterRequests } from './letter-requests.pg.js';
import { LettersRpc } from './letters.rpc.js';
import { EntAddressForPeople, PrintLetters } from './print-letters.js';
import { RequestLetter } from './request-letter.js';

export { LetterRequests };

/** How somebody comes in, on paper: codes are read from the ENT, printed and kept nowhere (AUT-1). */
@Module({})
export class LettersModule {
  static with(address: EntAddressForPeople): DynamicModule {
    return {
      module: LettersModule,
      global: true,
      controllers: [LettersRpc],
      providers: [
        LetterPeople,
        LetterRequests,
        PrintLetters,
        RequestLetter,
        { provide: EntAddressForPeople, useValue: address },
      ],
      exports: [LetterRequests],
    };
  }
}
