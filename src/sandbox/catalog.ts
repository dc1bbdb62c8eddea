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

/** A plan of product 9; the key `planName` is an assumption. */
export interface SandboxPlan {
  /** A 64-bit integer as a string. */
  readonly planId: string;
  readonly planName: string;
}

/** The product of the tutorial. */
export const PRODUCT_ID = '9';
export const PRODUCT_NAME = 'Linkus Cloud Service';

/** Products with their numbers in the developer guide. */
export const PRODUCTS = [
  { name: PRODUCT_NAME, productId: '9' },
  { name: 'P-Series Appliance Edition Plan', productId: '11' },
  { name: 'P-Series Software Edition', productId: '12' },
  { name: 'P-Series Cloud Edition', productId: '13' },
  { name: 'P-Series Turnkey Package', productId: '14' },
] as const;

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
  { planId: '3048918719332507701', planName: 'Linkus Cloud Service' },
  { planId: '3048918719332507702', planName: 'Linkus Cloud Service Pro' },
  { planId: '3048918719332507703', planName: 'Linkus Cloud Service Enterprise' },
];

/** The result of `purchase_product_info` (tutorial); the lists' keys are an assumption. */
export const productInfo = (plans: readonly SandboxPlan[]) => ({
  offeringId: '3048918719332400001',
  productId: PRODUCT_ID,
  productName: PRODUCT_NAME,
  planList: plans.map((plan) => ({ ...plan, billingModel: 'recurring', billingCycle: 'annually' })),
  serviceList: [{ serviceId: '3048918719332600001', serviceName: 'Remote Access Service' }],
});
