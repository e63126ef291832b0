import { parseInseeCode, parseUai } from '#libs/identifiers';
import { schoolFrom } from './school.js';

const uai = parseUai('0440437L');
const here = parseInseeCode('44003');
const elsewhere = parseInseeCode('44109');
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('SCH-1: the directory says where a school stands and whether it is public, with or without a statement', () => {
  const told = { insee: here, isPublic: false };
  const known = { uai, insee: here, isPublic: false };
  expect(schoolFrom(uai, told, { isTrusted: false })).toEqual(known);
  expect(schoolFrom(uai, told, { insee: here, isTrusted: false })).toEqual(known);
});

test('SCH-1: nobody contradicts the directory', () => {
  const told = { insee: here, isPublic: true };
  expect(codeOf(() => schoolFrom(uai, told, { insee: elsewhere, isTrusted: true }))).toBe(
    'SCHOOL_INSEE_CONTRADICTED',
  );
});

test('SCH-1: before the directory has spoken, only somebody trusted states the commune', () => {
  expect(schoolFrom(uai, undefined, { insee: here, isTrusted: true })).toEqual({
    uai,
    insee: here,
    isPublic: true,
  });
  expect(schoolFrom(uai, { isPublic: false }, { insee: here, isTrusted: true })).toEqual({
    uai,
    insee: here,
    isPublic: false,
  });
  expect(codeOf(() => schoolFrom(uai, undefined, { insee: here, isTrusted: false }))).toBe(
    'SCHOOL_COMMUNE_UNKNOWN',
  );
  expect(codeOf(() => schoolFrom(uai, undefined, { isTrusted: true }))).toBe(
    'SCHOOL_COMMUNE_UNKNOWN',
  );
});
