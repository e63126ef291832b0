export { type Uai, UaiInvalid, parseUai, isUai, uaiCheckLetter, departmentOfUai } from './uai.js';
export { type Siren, SirenInvalid, parseSiren, isSiren } from './siren.js';
export { type Siret, SiretInvalid, parseSiret, isSiret, sirenOf } from './siret.js';
export {
  type InseeCode,
  InseeCodeInvalid,
  parseInseeCode,
  isInseeCode,
  inseeCodeOfSiren,
  departmentOf,
} from './insee-code.js';
export { type Ine, IneInvalid, parseIne, isIne } from './ine.js';
export { type VatNumber, VatNumberInvalid, parseVatNumber, vatNumberOf } from './vat-number.js';
export { type Iban, IbanInvalid, parseIban, isIban, formatIban } from './iban.js';
export { inGroups } from './in-groups.js';
export { passesLuhn } from './luhn.js';
export { timeOrderedId } from './time-ordered-id.js';
