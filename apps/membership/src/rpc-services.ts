import {
  Annexe2Service,
  AdhesionService,
  OrganisationService,
  InvitationService,
  DocumentService,
  MembershipService,
  ExclusionService,
  OrderLifeService,
  WithdrawalService,
  ActivityService,
  AwardsService,
  CommitteesService,
  ExecutionDocumentsService,
  TrainingsService,
} from '#libs/contracts';

/** The gRPC services of this process, one per feature from documents on; a new one is added here. */
export const rpcServices = [
  InvitationService,
  OrganisationService,
  AdhesionService,
  MembershipService,
  Annexe2Service,
  DocumentService,
  WithdrawalService,
  ExclusionService,
  OrderLifeService,
  ActivityService,
  AwardsService,
  CommitteesService,
  ExecutionDocumentsService,
  TrainingsService,
] as const;
