import { Module } from '@nestjs/common';
import { AccountLooks } from './account-looks.js';
import { DecideAccount } from './decide-account.js';
import { DoublesSeen } from './doubles-seen.js';
import { FindSchools } from './find-schools.js';
import { SearchPeople } from './search-people.js';
import { ShowAccountHistory } from './show-account-history.js';
import { ShowAccountSides } from './show-account-sides.js';
import { ShowDouble } from './show-double.js';
import { ShowHandMadeUsers } from './show-hand-made-users.js';
import { ShowLetterRequests } from './show-letter-requests.js';
import { ShowPerson } from './show-person.js';
import { ShowSchool } from './show-school.js';
import { ShowSchoolPeople } from './show-school-people.js';
import { LettersController } from './letters.controller.js';
import { SupportController } from './support.controller.js';

export { DoublesSeen };
export { fullName } from './domain/masking.js';

@Module({
  controllers: [SupportController, LettersController],
  providers: [
    AccountLooks,
    SearchPeople,
    ShowDouble,
    ShowPerson,
    DoublesSeen,
    ShowAccountHistory,
    ShowAccountSides,
    DecideAccount,
    FindSchools,
    ShowSchool,
    ShowSchoolPeople,
    ShowHandMadeUsers,
    ShowLetterRequests,
  ],
  exports: [DoublesSeen],
})
export class SupportModule {}
