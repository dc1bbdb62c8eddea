/** A billing contact as the developer guide describes it. */
export interface SandboxContact {
  /** A 64-bit integer as a string. */
  readonly billingContactId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly company: string;
  readonly emailAddress: string;
  readonly phoneNumber?: string;
  readonly country?: string;
  readonly city?: string;
  readonly remark?: string;
}

/** A plan; the keys `planName` and `pricingId` are an assumption. */
export interface SandboxPlan {
  /** A 64-bit integer as a string. */
  readonly planId: string;
  readonly planName: string;
  /** What `pricing/calculate` knows the plan by (developer guide). */
  readonly pricingId: string;
  /** The list price of one year, and of one month if it can be billed so, in cents. */
  readonly annually: number;
  readonly monthly?: number;
}

export interface SandboxProduct {
  readonly name: string;
  readonly productId: string;
  /** From the lowest to the highest. */
  readonly plans: readonly SandboxPlan[];
  /** Its plans are only told with `productNo` (developer guide). */
  readonly needsProductNo?: boolean;
}

/** The product of the tutorial. */
export const PRODUCT_ID = '9';

/** The tutorial's contact id, and the largest 64-bit integer. */
export const DEFAULT_CONTACTS: readonly SandboxContact[] = [
  {
    billingContactId: '3048918719332507648',
    firstName: 'Ada',
    lastName: 'Keller',
    company: 'Keller Telecom',
    emailAddress: 'ada.keller@example.com',
    phoneNumber: '+41 44 555 01 00',
    country: 'Switzerland',
    city: 'Zurich',
    remark: '',
  },
  {
    billingContactId: '9223372036854775807',
    firstName: 'Bo',
    lastName: 'Lindqvist',
    company: 'Lindqvist Systems',
    emailAddress: 'billing@example.org',
    phoneNumber: '+46 8 555 01 00',
    country: 'Sweden',
    city: 'Stockholm',
    remark: '',
  },
];

/** One apart on purpose: as a JavaScript `number` all three would be the same plan. */
export const DEFAULT_PLANS: readonly SandboxPlan[] = [
  plan('3048918719332507701', 'Linkus Cloud Service', 12_000),
  plan('3048918719332507702', 'Linkus Cloud Service Pro', 24_000),
  plan('3048918719332507703', 'Linkus Cloud Service Enterprise', 36_000),
];

/** Products with their numbers in the developer guide, and plans with the ids that older copies of it print. */
export const PRODUCTS: readonly SandboxProduct[] = [
  { name: 'Linkus Cloud Service', productId: PRODUCT_ID, plans: DEFAULT_PLANS },
  {
    name: 'P-Series Appliance Edition Plan',
    productId: '11',
    needsProductNo: true,
    plans: [
      plan('3048558946648207360', 'Standard', 9_900, 990),
      plan('3048560232537899008', 'Enterprise', 19_900, 1_990),
      plan('3048560606464323584', 'Ultimate', 39_900, 3_990),
    ],
  },
  {
    name: 'P-Series Software Edition',
    productId: '12',
    plans: [
      plan('3048565117326524416', 'Enterprise', 29_900),
      plan('3048565490212831232', 'Ultimate', 49_900),
    ],
  },
  {
    name: 'P-Series Cloud Edition',
    productId: '13',
    plans: [
      plan('3048571730026938368', 'Enterprise', 59_900, 5_990),
      plan('3048572026291630080', 'Ultimate', 89_900, 8_990),
    ],
  },
  { name: 'P-Series Turnkey Package', productId: '14', plans: [] },
];

function plan(planId: string, planName: string, annually: number, monthly?: number): SandboxPlan {
  // An id of its own, as long as the plan's.
  const pricingId = `7${planId.slice(1)}`;
  return { planId, planName, pricingId, annually, ...(monthly === undefined ? {} : { monthly }) };
}

export const productOf = (productId: unknown): SandboxProduct | undefined =>
  PRODUCTS.find((product) => product.productId === productId);

/** The plan with an id, of whatever product: an order's plan tells its product. */
export const planOf = (planId: string): SandboxPlan | undefined =>
  PRODUCTS.flatMap(({ plans }) => plans).find((item) => item.planId === planId);

/** The result of `product_list` (developer guide). */
export const productList = PRODUCTS.map(({ name, productId }) => ({ name, productId }));

/** The result of `purchase_product_info` (tutorial); the lists' keys are an assumption. */
export const productInfo = ({ productId, name, plans }: SandboxProduct) => ({
  offeringId: '3048918719332400001',
  productId,
  productName: name,
  planList: plans.map(({ planId, planName, pricingId }) => ({
    planId,
    planName,
    pricingId,
    billingModel: 'recurring',
    billingCycle: 'annually',
  })),
  serviceList: [{ serviceId: '3048918719332600001', serviceName: 'Remote Access Service' }],
});
