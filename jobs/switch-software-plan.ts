import { defineJob } from '../src/job/define.js';

/** Switches the plan of a P-Series Software Edition. */
export default defineJob({
  name: 'switch-software-plan',
  summary: 'switches the plan of a P-Series PBX, Software Edition',
  productId: 12,
  operation: 'switch_plan',
  cycles: { annually: [1, 5] },
  fixedCycle:
    'multiCycle is not 1: switching from Enterprise to Ultimate cannot change the renewal interval, so the portal ' +
    'refuses another cycle than the current one',
});
