import { defineJob } from '../src/job/define.js';

/** Purchases a plan for a P-Series Appliance Edition. */
export default defineJob({
  name: 'purchase-appliance-plan',
  summary: 'purchases a plan for a P-Series PBX, Appliance Edition',
  productId: 11,
  operation: 'purchase_plan',
  cycles: { annually: [1, 5], monthly: [0, 0] },
});
