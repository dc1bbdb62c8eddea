import type { SandboxPbx } from './pbx-rules.js';

const LINKUS = '3048918719332507701';
const PRO = '3048918719332507702';

/** Product, plan in force, years of it (0: billed monthly), serial numbers. */
type Group = readonly [productId: string, planId: string | undefined, years: number, serials: string];

/** The PBXs of the sample files, each with a plan that its sample can be ordered for. */
const GROUPS: readonly Group[] = [
  ['9', LINKUS, 1, '369471667338 3631E3418911 369471667412 3631E3418957 3632A1180364 369471671890'],
  ['9', LINKUS, 1, '369471672204 3632A1180377 369471673561 3631E3419240'],
  ['9', PRO, 1, '369471670025 3631E3419106 3641E5520846'],
  ['9', LINKUS, 1, '369481200117 3641E5520833 369481200391 369481200478 3641E5520921'],
  ['9', LINKUS, 2, '369481200245'],
  ['9', LINKUS, 3, '3641E5520899'],
  ['9', undefined, 1, '3697D8804401 3697D8804414 3697D8804427'],
  ['11', '3048558946648207360', 1, '3692A5501101 3692A5501114'],
  ['11', '3048558946648207360', 0, '3692A5501127 3692A5501130 3692A5503316'],
  ['11', '3048560232537899008', 1, '3692A5501143 3692A5503303'],
  ['11', '3048560606464323584', 1, '3692A5503329'],
  ['11', undefined, 1, '3692A5502202 3692A5502215 3692A5502228'],
  ['12', '3048565117326524416', 1, '3693B6602203'],
  ['12', '3048565117326524416', 2, '3693B6602216'],
  ['12', '3048565490212831232', 1, '3693B6602229'],
  ['13', '3048571730026938368', 1, '3695C7703302'],
  ['13', '3048571730026938368', 0, '3695C7703315'],
  ['13', '3048572026291630080', 1, '3695C7703328'],
];

export const DEMO_PBXS: readonly SandboxPbx[] = GROUPS.flatMap(([productId, planId, years, serials]) =>
  serials.split(' ').map((productNo): SandboxPbx => {
    if (planId === undefined) return { productNo, productId };
    const billingCycle = years === 0 ? 'monthly' : 'annually';
    return { productNo, productId, planId, billingCycle, multiCycle: years };
  }),
);
