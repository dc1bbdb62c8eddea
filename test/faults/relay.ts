import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from 'node:net';

/**
 * What happens to one order on its way, as seen between the program and the portal:
 * sent: it has left the program and never reaches the portal
 * passed-on: the portal has it
 * answered: the portal has answered, and the program does not hear it
 * delivered: the answer is on its way into the program
 */
export const RELAY_POINTS = ['sent', 'passed-on', 'answered', 'delivered'] as const;
export type RelayPoint = (typeof RELAY_POINTS)[number];

export interface Relay {
  readonly url: string;
  /** When each order left the program, by serial number, epoch ms. */
  readonly sent: ReadonlyMap<string, readonly number[]>;
  /** How many of them were answered with 401 or 429: such a send need not count as an attempt. */
  readonly turnedAway: ReadonlyMap<string, number>;
  readonly orders: () => number;
  /** Calls once when the n-th order from now on passes the point. */
  readonly trap: (point: RelayPoint, nth: number, spring: () => void) => void;
  readonly disarm: () => void;
  /** The portal is gone for so long: connections are refused, those that stand are reset. */
  readonly outage: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ORDER = 'POST /order/openapi/order/v1/save';

/** Stands between program and sandbox, byte for byte, so that a kill can fall between send and answer. */
export async function startRelay(port: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  const sent = new Map<string, number[]>();
  const turnedAway = new Map<string, number>();
  let orders = 0;
  let trap: { point: RelayPoint; left: number; spring: () => void } | undefined;
  let server: Server | undefined;

  const reach = (point: RelayPoint): boolean => {
    if (trap?.point !== point || --trap.left > 0) return false;
    const { spring } = trap;
    trap = undefined;
    spring();
    return true;
  };

  const serve = (client: Socket): void => {
    const portal = dial({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    let ordering = '';
    let swallowed = false;
    const join = (from: Socket, to: Socket): void => {
      sockets.add(from);
      from.on('end', () => to.end());
      from.on('error', () => to.resetAndDestroy());
      from.on('close', (failed) => {
        sockets.delete(from);
        if (!failed) to.end();
      });
    };
    join(client, portal);
    join(portal, client);
    client.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      if (swallowed) return;
      if (!text.startsWith(ORDER)) {
        portal.write(bytes);
        return;
      }
      orders++;
      const serialNumber = /"productNo":"([^"]+)"/.exec(text)?.[1] ?? '';
      ordering = serialNumber;
      sent.set(serialNumber, [...(sent.get(serialNumber) ?? []), Date.now()]);
      swallowed = reach('sent');
      if (swallowed) return;
      portal.write(bytes, () => void reach('passed-on'));
    });
    portal.on('data', (bytes) => {
      const first = ordering !== '';
      if (first && /^HTTP\/1\.1 (401|429) /.test(bytes.toString('latin1', 0, 20))) {
        turnedAway.set(ordering, (turnedAway.get(ordering) ?? 0) + 1);
      }
      ordering = '';
      swallowed ||= first && reach('answered');
      if (swallowed) return;
      client.write(bytes, () => first && reach('delivered'));
    });
  };

  const listen = (at: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const next = createServer({ allowHalfOpen: true, noDelay: true }, serve);
      next.once('error', reject);
      next.listen(at, '127.0.0.1', () => {
        server = next;
        resolve((next.address() as AddressInfo).port);
      });
    });
  const hangUp = (): Promise<void> =>
    new Promise((resolve) => {
      if (server === undefined) return resolve();
      server.close(() => resolve());
      server = undefined;
      for (const socket of sockets) socket.resetAndDestroy();
    });

  const own = await listen(0);
  return {
    url: `http://127.0.0.1:${own}`,
    sent,
    turnedAway,
    orders: () => orders,
    trap: (point, nth, spring) => {
      trap = { point, left: nth, spring };
    },
    disarm: () => {
      trap = undefined;
    },
    outage: async (ms) => {
      await hangUp();
      await new Promise((resolve) => setTimeout(resolve, ms));
      await listen(own);
    },
    close: hangUp,
  };
}
