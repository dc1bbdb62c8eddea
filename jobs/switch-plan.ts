import { defineJob } from '../src/job/define.js';

/** Switches a PBX's Linkus Cloud Service to another plan (the vendor's tutorial, field for field). */
export default defineJob({
  name: 'switch-plan',
  summary: "switches a PBX's Linkus Cloud Service to another plan",
  productId: 9,
  operation: 'switch_plan',
  cycles: { annually: [1, 5] },
  fixedCycle:
    'multiCycle is not 1: switching from Linkus Cloud Service to Linkus Cloud Service Pro cannot change the ' +
    'renewal interval, so the portal refuses another cycle for a one-year subscription',
});
