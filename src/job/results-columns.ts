/** The columns that a results file adds after the input's own. Scripts depend on names and order. */
export const RESULTS_COLUMNS = [
  'status',
  'orderNo',
  'transactionNo',
  'orderStatus',
  'instanceId',
  'planId',
  'billingContactId',
  'reference',
  'attempts',
  'requestId',
  'errorCode',
  'errorMessage',
  'submittedAt',
  'finishedAt',
  'amount',
  'currency',
] as const;
