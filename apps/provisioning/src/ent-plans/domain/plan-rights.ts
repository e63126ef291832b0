import { defineProblem } from '#libs/problems';
import type { Level } from './thresholds.js';

export class EntPlanDecided extends defineProblem('ENT_PLAN_DECIDED', 'conflict') {}
export class EntPlanExpired extends defineProblem('ENT_PLAN_EXPIRED', 'conflict') {}
export class EntPlanStale extends defineProblem('ENT_PLAN_STALE', 'conflict') {}
export class EntPlanAboveLevel extends defineProblem('ENT_PLAN_ABOVE_LEVEL', 'forbidden') {}
export class EntPlanOwn extends defineProblem('ENT_PLAN_OWN', 'forbidden') {}

/** What the decision about a plan may rest on. A list, because what is written here is never erased (SUP-4). */
export const planReasons = [
  'DEPART_CONFIRME',
  'FERMETURE_ECOLE',
  'RENTREE',
  'VERIFIE_AVEC_LE_MEMBRE',
  'ERREUR_A_CORRIGER',
  'CONTROLE',
] as const;

/**
 * Who may approve: what is beyond the threshold of a school alone, support level 3 too; beyond a member's or that of all,
 * who answers for all of them: the coordinator, and the administrator by the operator's commands. Rejecting leaves things as
 * they are: each may.
 */
export const mayApprove = (
  heldBy: Level,
  { isSupport3, isOfAll }: { readonly isSupport3: boolean; readonly isOfAll: boolean },
): boolean => isOfAll || (isSupport3 && heldBy === 'SCHOOL');
