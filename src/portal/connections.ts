import http from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Idle connections are dropped before a common server's own keep-alive limit of 5 s can race a send. */
const IDLE_MS = 4_000;

export interface Connections {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
  /** True only for a connection of ours that was never established: no byte of a request can have left. */
  readonly neverConnected: (socket: Duplex) => boolean;
  readonly close: () => void;
}

/** Keep-alive agents that remember which of their connections came about. */
export function openConnections(): Connections {
  const pending = new WeakSet<Duplex>();
  const options = { keepAlive: true, timeout: IDLE_MS, maxFreeSockets: 256 };
  const httpAgent = new http.Agent(options);
  const httpsAgent = new https.Agent(options);

  // With TLS the request waits in the socket until the handshake is done, so its end is what counts.
  watch(httpAgent, 'connect', pending);
  watch(httpsAgent, 'secureConnect', pending);

  return {
    httpAgent,
    httpsAgent,
    neverConnected: (socket) => pending.has(socket),
    close: () => {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
}

function watch(agent: http.Agent, established: 'connect' | 'secureConnect', pending: WeakSet<Duplex>): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback) as Socket;
    pending.add(socket);
    socket.once(established, () => pending.delete(socket));
    return socket;
  };
}
