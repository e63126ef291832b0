import { randomUUID } from 'node:crypto';
import type { DirectoryService } from '#libs/contracts';
import type { Role } from '#libs/identity';
import { academySource, pairId, personId, uai } from './rights-bed.test-support.js';

export type Door = {
  readonly request: object;
  readonly rightful: Role;
  /** What the rightful caller gets: the door is open, even where nothing is behind it. */
  readonly answer:
    | 'SEEN'
    | 'FOLDER_UNKNOWN'
    | 'IMPORT_UNKNOWN'
    | 'NOT_ERASED'
    | 'UPLOAD_UNKNOWN'
    | 'NOT_FOUND'
    | 'DOUBLE_UNKNOWN'
    | 'MERGE_UNKNOWN';
  /** What a coordinator gets, where it is not the same answer. */
  readonly coordinator?: 'NOT_ALLOWED';
  /** What a head gets who has nothing to do with it. */
  readonly otherSchool:
    | 'NOT_ALLOWED'
    | 'NOT_FOUND'
    | 'PERSON_UNKNOWN'
    | 'SCHOOL_UNKNOWN'
    | 'IMPORT_UNKNOWN'
    | 'UPLOAD_UNKNOWN'
    | 'NO_SOURCE'
    | 'NO_IMPORT'
    | 'NOTHING'
    | 'DOUBLE_UNKNOWN'
    | 'MERGE_UNKNOWN'
    | 'EMPTY';
};

/** Of nothing that is here. */
export const importId = randomUUID();
/** Whom each door answers; a new one needs its line here. */
export const doors: Record<keyof typeof DirectoryService.method, Door> = {
  startImport: {
    request: { folder: 'absent', source: 'aaf1d-nantes' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'FOLDER_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  declareSource: {
    request: academySource,
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listSources: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'NO_SOURCE' },
  getImport: {
    request: { importId },
    rightful: 'admin',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listImports: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'NO_IMPORT' },
  beginUpload: {
    request: { source: 'aaf1d-nantes' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_FOUND',
  },
  sendUpload: {
    request: { uploadId: importId, fileName: 'a.zip', content: new Uint8Array(1) },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  completeUpload: {
    request: { uploadId: importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  cancelUpload: {
    request: { uploadId: importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'UPLOAD_UNKNOWN',
    otherSchool: 'UPLOAD_UNKNOWN',
  },
  listDropArea: {
    request: {},
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listRemarkLines: {
    request: { importId },
    rightful: 'player',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  readRemarksFile: {
    request: { importId },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  approveImport: {
    request: { importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  rejectImport: {
    request: { importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  retryImport: {
    request: { importId },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  listPlanSchools: {
    request: { planId: importId },
    rightful: 'admin',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listPlanChanges: {
    request: { planId: importId },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'NOT_ALLOWED',
  },
  approvePlan: {
    request: { planId: importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  rejectPlan: {
    request: { planId: importId, reason: 'AUTRE' },
    rightful: 'support-2',
    coordinator: 'NOT_ALLOWED',
    answer: 'IMPORT_UNKNOWN',
    otherSchool: 'IMPORT_UNKNOWN',
  },
  listDoubles: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'EMPTY' },
  getDouble: {
    request: { pairId },
    rightful: 'player',
    answer: 'SEEN',
    otherSchool: 'DOUBLE_UNKNOWN',
  },
  decideDouble: {
    request: { pairId: importId, answer: 'SAME' },
    rightful: 'admin',
    answer: 'DOUBLE_UNKNOWN',
    otherSchool: 'DOUBLE_UNKNOWN',
  },
  listMerges: { request: {}, rightful: 'admin', answer: 'SEEN', otherSchool: 'EMPTY' },
  undoMerge: {
    request: { mergeId: importId },
    rightful: 'admin',
    answer: 'MERGE_UNKNOWN',
    otherSchool: 'MERGE_UNKNOWN',
  },
  announceAgain: {
    request: { reason: 'KAFKA_PERDU', cursor: '' },
    rightful: 'admin',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  listErasures: {
    request: {},
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'SEEN',
    otherSchool: 'NOT_ALLOWED',
  },
  proveErasure: {
    request: { personId },
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'NOT_ERASED',
    otherSchool: 'NOT_ALLOWED',
  },
  exportPerson: {
    request: { personId: randomUUID(), reason: 'DEMANDE_PERSONNE' },
    rightful: 'dpo',
    coordinator: 'NOT_ALLOWED',
    answer: 'NOT_FOUND',
    otherSchool: 'NOT_ALLOWED',
  },
  getPerson: {
    request: { personId },
    // No service of ours asks for people: the contract names none.
    rightful: 'player',
    answer: 'SEEN',
    otherSchool: 'PERSON_UNKNOWN',
  },
  listSchools: { request: {}, rightful: 'coordinator', answer: 'SEEN', otherSchool: 'NOTHING' },
  getSchool: {
    request: { uai },
    rightful: 'coordinator',
    answer: 'SEEN',
    otherSchool: 'SCHOOL_UNKNOWN',
  },
  countPeople: { request: {}, rightful: 'coordinator', answer: 'SEEN', otherSchool: 'NOT_ALLOWED' },
};

export const isAboutImports = (rpc: string) =>
  /(Imports?|Sources?|Plan|Plan(Schools|Changes)|Remark(Lines|sFile)|Upload|DropArea)$/.test(rpc);

export const isAboutDoubles = (rpc: string) => /(Doubles?|Merges?)$/.test(rpc);
