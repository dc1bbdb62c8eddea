import { billingContact, multiCycle, plan, planId, poNumber, serialNumber } from '../src/job/columns.js';
import { defineJob } from '../src/job/define.js';

/** Switches a PBX's Linkus Cloud Service to another plan (the vendor's tutorial, field for field). */
export default defineJob({
  name: 'switch-plan',
  summary: "switches a PBX's Linkus Cloud Service to another plan",
  productId: 9,
  columns: [serialNumber, plan, planId, multiCycle, billingContact, poNumber],
  required: [['sn'], ['plan', 'planId']],
  order: (row) => ({
    operationType: 'switch_plan',
    productId: 9,
    productNo: row.serialNumber,
    billingId: row.billingContactId,
    ...(row.poNumber === undefined ? {} : { poNumber: row.poNumber }),
    serviceList: [
      {
        serviceType: 'plan',
        serviceId: row.planId,
        purchaseType: 'switch',
        billingModel: 'recurring',
        billingCycle: 'annually',
        multiCycle: row.multiCycle,
      },
    ],
  }),
  warning: (row) =>
    row.multiCycle === 1
      ? undefined
      : 'multiCycle is not 1: switching from Linkus Cloud Service to Linkus Cloud Service Pro cannot change the ' +
        'renewal interval, so the portal refuses another cycle for a one-year subscription',
});
