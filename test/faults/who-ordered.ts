import type { PlacedOrder, Sandbox } from '../../src/sandbox/start-sandbox.js';
import type { Party } from './party.js';

/** What the portal really has, and by whom. */
export interface WhoOrdered {
  /** All orders for a serial number, those by hand too, in the order of placing. */
  readonly ordersFor: (sn: string) => readonly PlacedOrder[];
  /** Whether the ledger that somebody has now placed an order. */
  readonly isOwn: (party: Party) => (order: PlacedOrder) => boolean;
  /** Orders that somebody sent since then, epoch ms. */
  readonly placedBy: (party: Party, since: number) => number;
  /** When an order was sent that was placed, epoch ms; `undefined` for one by hand. */
  readonly sentAt: (order: PlacedOrder) => number | undefined;
}

/** @param parties all who send orders; no two of them send for the same serial number at the same time */
export function whoOrdered(sandbox: Sandbox, parties: () => readonly Party[]): WhoOrdered {
  const send = (order: PlacedOrder): { party: Party; at: number } | undefined => {
    if (order.foreign) return undefined;
    const sends = parties().flatMap((party) =>
      (party.relay.sent.get(order.productNo) ?? []).map((at) => ({ party, at })),
    );
    return sends.filter(({ at }) => at <= order.placedAt).sort((a, b) => b.at - a.at)[0];
  };
  return {
    ordersFor: (sn) =>
      [...sandbox.truth(), ...sandbox.foreign()]
        .filter(({ productNo }) => productNo === sn)
        .sort((a, b) => a.placedAt - b.placedAt),
    isOwn: (party) => (order) => {
      const sent = send(order);
      return sent?.party === party && sent.at >= party.ledgerSince();
    },
    placedBy: (party, since) =>
      sandbox.truth().filter((order) => {
        const sent = order.placedAt < since ? undefined : send(order);
        return sent?.party === party && sent.at >= since;
      }).length,
    sentAt: (order) => send(order)?.at,
  };
}
