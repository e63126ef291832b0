import type {
  Amendment,
  DocumentReference,
  MarketChange,
  MarketSummary,
  MarketVersion,
  PlannedDay,
  ShowMarketResponse,
} from '#libs/contracts';

const toChange = ({ path, before, after }: MarketChange) => ({ path, before, after });

const toDocument = (document: DocumentReference | undefined) =>
  document
    ? {
        kind: document.kind,
        title: document.title,
        datedOn: document.datedOn,
        sha256: document.sha256,
      }
    : null;

const toPlanned = (day: PlannedDay | undefined) => ({
  planned: day?.planned ?? '',
  actual: day?.actual ?? '',
});

export const toChanges = (changes: readonly MarketChange[]) => changes.map(toChange);

export const toSummary = (summary: MarketSummary) => ({
  code: summary.code,
  title: summary.title,
  effectiveOn: summary.effectiveOn,
  endsOn: summary.endsOn,
  effectiveOnIsFixed: summary.effectiveOnIsFixed,
  version: summary.version,
  inForce: summary.inForce,
});

export const toMarket = (shown: ShowMarketResponse) => ({
  code: shown.market?.code ?? '',
  title: shown.market?.title ?? '',
  version: shown.market?.version ?? 0,
  sha256: shown.sha256,
  inForce: shown.inForce,
  notification: toPlanned(shown.notification),
  effective: toPlanned(shown.effective),
  endsOn: shown.market?.calendar?.endsOn ?? '',
  terms: JSON.parse(shown.terms || '{}') as Record<string, unknown>,
});

export const toVersion = (version: MarketVersion) => ({
  version: version.version,
  sha256: version.sha256,
  cause: version.cause,
  recordedBy: version.recordedBy,
  recordedOn: version.recordedOn,
  amendmentNumber: version.amendmentNumber,
  document: toDocument(version.restsOn),
  changes: version.changes.map(toChange),
});

export const toAmendment = (amendment: Amendment) => ({
  amendmentId: amendment.amendmentId,
  number: amendment.number,
  signedOn: amendment.signedOn,
  effectiveOn: amendment.effectiveOn,
  document: toDocument(amendment.document),
  changes: amendment.changes.map(toChange),
  recordedBy: amendment.recordedBy,
  recordedOn: amendment.recordedOn,
  version: amendment.version,
});
