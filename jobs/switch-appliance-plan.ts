import { defineJob } from '../src/job/define.js';

/** Switches the plan of a P-Series Appliance Edition. Whether the portal takes 5 years is not known: it says so. */
export default defineJob({
  name: 'switch-appliance-plan',
  summary: 'switches the plan of a P-Series PBX, Appliance Edition',
  productId: 11,
  operation: 'switch_plan',
  cycles: { annually: [1, 5], monthly: [0, 0] },
});
