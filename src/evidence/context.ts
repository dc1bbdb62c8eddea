import type { Clock } from '../common/clock.js';
import type { BatchId } from '../common/ids.js';
import type { Stop } from '../common/stop.js';
import type { Job } from '../job/define.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Portal } from '../portal/portal.js';
import type { EvidenceEvent } from './events.js';
import type { Looker } from './looker.js';

/** What the user decides about lost answers and earlier orders. Durations in ms. */
export interface EvidenceSettings {
  /** Requests at most at a time. */
  readonly concurrency: number;
  readonly settleMs: number;
  readonly onDoubt: 'resend' | 'hold';
  readonly maxAttempts: number;
  readonly useReference: boolean;
  readonly recentOrders: 'refuse' | 'adopt' | 'repeat';
  readonly lookbackMs: number;
  /** The portal does not let its orders be listed: no look is possible, and the user knows. */
  readonly withoutOrderList: boolean;
}

/** What this room needs of a run. */
export interface EvidenceContext {
  readonly batch: BatchId;
  readonly runNo: number;
  readonly job: Pick<Job, 'productId' | 'standsFor'>;
  readonly settings: EvidenceSettings;
  readonly ledger: Ledger;
  readonly portal: Pick<Portal, 'orderPage' | 'orderDetails' | 'clock'>;
  /** Looks at the portal for all who ask. */
  readonly looker: Looker;
  readonly stop: Stop;
  readonly clock: Clock;
  readonly emit: (event: EvidenceEvent) => void;
}
