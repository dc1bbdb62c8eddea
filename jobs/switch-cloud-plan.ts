import { defineJob } from '../src/job/define.js';

/** Switches the plan of a P-Series Cloud Edition. What multiCycle goes with monthly is not known: the portal says so. */
export default defineJob({
  name: 'switch-cloud-plan',
  summary: 'switches the plan of a P-Series PBX, Cloud Edition',
  productId: 13,
  operation: 'switch_plan',
  cycles: { annually: [1, 5], monthly: [0, 12] },
  fixedCycle:
    'the cycle is not one year: switching to a higher plan cannot change the cycle, so the portal refuses another ' +
    'one than the current one',
});
