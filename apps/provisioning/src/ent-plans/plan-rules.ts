import { Injectable } from '@nestjs/common';
import type { Thresholds } from './domain/thresholds.js';

/** What the deployment says of plans (settings `ENT_PLAN_…`). */
@Injectable()
export class PlanRules {
  constructor(
    readonly thresholds: Thresholds,
    /** What is held and nobody decides expires after so many days. */
    readonly heldDays: number,
  ) {}
}
