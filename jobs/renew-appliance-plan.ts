import { defineJob } from '../src/job/define.js';

/** Renews the plan of a P-Series Appliance Edition, with the PBX's own cycle: it cannot be changed. */
export default defineJob({
  name: 'renew-appliance-plan',
  summary: "renews the plan of a P-Series PBX, Appliance Edition, with the PBX's own cycle",
  productId: 11,
  operation: 'renew_plan',
  cycles: { annually: [1, 5], monthly: [0, 0] },
  fixedCycle:
    "a renewal cannot change the PBX's cycle: the portal refuses another billingCycle than the one it has",
  repeatsAfterDays: { annually: 300, monthly: 20 },
});
