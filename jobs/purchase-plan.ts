import { defineJob } from '../src/job/define.js';

/** Purchases a plan of Linkus Cloud Service for a PBX. */
export default defineJob({
  name: 'purchase-plan',
  summary: 'purchases a plan of Linkus Cloud Service for a PBX',
  productId: 9,
  operation: 'purchase_plan',
  cycles: { annually: [1, 5] },
});
