import { expect, it } from 'vitest';
import purchaseAppliance from '../../../jobs/purchase-appliance-plan.js';
import purchasePlan from '../../../jobs/purchase-plan.js';
import renewAppliance from '../../../jobs/renew-appliance-plan.js';
import switchAppliance from '../../../jobs/switch-appliance-plan.js';
import switchCloud from '../../../jobs/switch-cloud-plan.js';
import switchPlan from '../../../jobs/switch-plan.js';
import switchSoftware from '../../../jobs/switch-software-plan.js';
import type { OrderedCycle } from '../../../src/common/billing-cycle.js';
import type { BillingContactId, PlanId, SerialNumber } from '../../../src/common/ids.js';
import type { Job } from '../../../src/job/define.js';
import { useNock } from '../../support/nock-portal.js';
import {
  LARGEST_ID,
  openPortal,
  placedAnswer,
  SAVE_PATH,
  TOKEN_PATH,
  tokenAnswer,
} from '../../support/open-portal.js';

const portalAt = useNock();
const SN = '369471667338';
const PLAN = '3048918719332507648';

const YEARS = (multiCycle: number): OrderedCycle => ({ billingCycle: 'annually', multiCycle });
const MONTHLY: OrderedCycle = { billingCycle: 'monthly', multiCycle: 0 };

/** One order of each job, and what differs in its body: `operationType`, `productId`, `purchaseType`. */
const ORDERS: readonly (readonly [Job, OrderedCycle, string, number, string])[] = [
  [switchPlan, YEARS(1), 'switch_plan', 9, 'switch'],
  [switchPlan, YEARS(5), 'switch_plan', 9, 'switch'],
  [switchAppliance, MONTHLY, 'switch_plan', 11, 'switch'],
  [switchAppliance, YEARS(4), 'switch_plan', 11, 'switch'],
  [switchSoftware, YEARS(2), 'switch_plan', 12, 'switch'],
  [switchCloud, YEARS(1), 'switch_plan', 13, 'switch'],
  [switchCloud, MONTHLY, 'switch_plan', 13, 'switch'],
  [purchasePlan, YEARS(1), 'purchase_plan', 9, 'purchase'],
  [purchaseAppliance, YEARS(1), 'purchase_plan', 11, 'purchase'],
  [purchaseAppliance, MONTHLY, 'purchase_plan', 11, 'purchase'],
  [renewAppliance, YEARS(1), 'renew_plan', 11, 'renew'],
  [renewAppliance, MONTHLY, 'renew_plan', 11, 'renew'],
];

it.each(ORDERS.map((order) => [order[0].name, order[1].billingCycle, ...order] as const))(
  'an order of %s, %s, leaves field for field as the tutorial has it',
  async (_, __, job, cycle, operationType, productId, purchaseType) => {
    portalAt().post(TOKEN_PATH).reply(200, tokenAnswer('token-1'));
    // Compared as text: a parsed number would not be exact.
    const text =
      `{"operationType":"${operationType}","productId":${productId},"productNo":"${SN}","billingId":${LARGEST_ID},` +
      `"serviceList":[{"serviceType":"plan","serviceId":${PLAN},"purchaseType":"${purchaseType}",` +
      `"billingModel":"recurring","billingCycle":"${cycle.billingCycle}","multiCycle":${cycle.multiCycle}}]}`;
    portalAt().post(SAVE_PATH, text).reply(200, placedAnswer());
    const { portal, clock } = openPortal();
    const row = {
      serialNumber: SN as SerialNumber,
      planId: PLAN as PlanId,
      billingContactId: LARGEST_ID as BillingContactId,
      ...cycle,
    };
    const outcome = await portal.placeOrder(job.order(row), clock.monotonic() + 5_000);
    expect(outcome.kind).toBe('placed');
  },
);
