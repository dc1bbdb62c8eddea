import type { Logger } from 'pino';
import type { RunEvent } from '../runner/events.js';

/** What the log says of an event; what happens all the time, and says nothing of a row, is left out. */
export function logEvent(logger: Logger, batch: string, event: RunEvent): void {
  switch (event.type) {
    case 'attempt': {
      const { outcome } = event;
      const said = outcome.kind === 'placed' ? { orderNo: outcome.order.orderNo } : { code: outcome.code };
      logger.info({
        event: 'attempt',
        batch,
        sn: event.serialNumber,
        attempt: event.attempt,
        outcome: outcome.kind,
        ...said,
        durationMs: event.durationMs,
        ...('requestId' in outcome ? { requestId: outcome.requestId } : {}),
      });
      return;
    }
    case 'row-ended':
      logger.debug({ event: 'row-ended', batch, sn: event.serialNumber, status: event.status });
      return;
    case 'warning':
      logger.warn({ event: 'warning', batch, message: event.message });
      return;
    case 'pace':
    case 'settling':
    case 'reading-details':
    case 'order-leaves':
    case 'standing':
      return;
    default:
      logger.info({ ...event, event: event.type, batch });
  }
}
