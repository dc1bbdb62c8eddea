import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from 'pino';
import type { Environment } from '../cli/environment.js';
import type { Options } from '../cli/options.js';
import { portalAccess } from '../cli/portal-access.js';
import type { Clock } from '../common/clock.js';
import { type PortalAccount, portalAccount } from '../common/portal-account.js';
import type { Releasers } from '../common/releasers.js';
import type { Secrets } from '../common/secrets.js';
import type { Stop } from '../common/stop.js';
import type { SharedLedger } from '../ledger/ledger.js';
import { createGate, type Gate } from '../pace/gate.js';
import { keepProbing } from '../pace/prober.js';
import { createSharedPacer } from '../pace/shared/shared-pacer.js';
import { createPortal, type Portal } from '../portal/portal.js';
import { createDispatcher, readProxies } from '../portal/proxy.js';
import { createUndiciAdapter } from '../portal/undici-adapter.js';
import type { Emit } from '../runner/events.js';

export interface ConnectOptions {
  readonly environment: Environment;
  readonly options: Pick<Options, 'sandbox' | 'fault' | 'portal' | 'timeout' | 'rate' | 'giveUpAfter'>;
  /** Where the sandbox keeps its orders: beside its ledger, so that both remember the same when the run goes on; absent: nothing is placed, and it has the samples' PBXs. */
  readonly simulatedOrders?: string;
  /** What the workers of a shared ledger have in common; absent: this process is alone. */
  readonly shared?: Pick<SharedLedger, 'pace' | 'token'> | undefined;
  /** This machine's own clock, which shows that it slept; needed with `shared`. */
  readonly ownClock?: Clock;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
  readonly logger: Logger;
  readonly emit: Emit;
}

export interface Connection {
  readonly portal: Portal;
  readonly gate: Gate;
  readonly baseUrl: string;
  readonly account: PortalAccount;
}

/** The portal with the gate before it; with --sandbox a simulated one, started for this run. */
export async function connect(connecting: ConnectOptions): Promise<Connection> {
  const { environment, options, shared, clock, stop, secrets, logger, emit } = connecting;
  const access = options.sandbox ? await startedSandbox(connecting) : portalAccess(environment);
  const proxies = readProxies(environment, secrets);
  const clientId = 'clientId' in access.credentials ? access.credentials.clientId : undefined;
  const store = storeNameOf(access.baseUrl, clientId);
  const pace = shared?.pace(store);
  const token = shared?.token(store);
  // A worker may connect again: whatever of this connection still waits for the portal then ends with it.
  const closing = new AbortController();
  const signal = AbortSignal.any([stop.signal, closing.signal]);
  setMaxListeners(0, signal);
  const gate = createGate({
    clock,
    signal,
    cap: options.rate,
    onPause: () => emit({ type: 'pace' }),
    onPortal: (state, why) => emit({ type: 'breaker', state, why }),
    pacerOf:
      pace &&
      ((hooks) =>
        createSharedPacer({
          ...hooks,
          store: pace,
          clock: connecting.ownClock ?? clock,
          signal,
          cap: options.rate,
        })),
  });
  const portal = createPortal({
    ...access,
    carrier: createUndiciAdapter(createDispatcher(access.baseUrl, proxies)),
    timeoutMs: options.timeout,
    clock,
    secrets,
    gate,
    stopping: signal,
    sharedToken: token && { lease: token, now: clock.now },
    observe: (event) => logger.debug({ event: 'request', ...event }),
  });
  connecting.releasers.add(() => {
    closing.abort();
    portal.close();
  });
  keepProbing({
    gate,
    probe: portal.probe,
    giveUpAfterMs: options.giveUpAfter,
    giveUp: () => stop.request({ kind: 'portal-unreachable', forMs: options.giveUpAfter }),
    clock,
    signal,
  }).catch((error: unknown) => {
    // A probe under way may have met the end of what it needs.
    if (!signal.aborted) throw error;
  });
  return { portal, gate, baseUrl: access.baseUrl, account: portalAccount(access.baseUrl, clientId) };
}

/**
 * The same for a command that has something to do without the portal, too: why there is no connection is thrown when one
 * is first needed.
 */
export async function tryToConnect(connecting: ConnectOptions): Promise<() => Connection> {
  try {
    const connection = await connect(connecting);
    return () => connection;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** A portal and a client of it, without a secret: workers of one account share a pace and a token. */
const storeNameOf = (baseUrl: string, clientId = ''): string =>
  createHash('sha256').update(`${baseUrl}\n${clientId}`).digest('hex').slice(0, 32);

async function startedSandbox({ options, simulatedOrders, releasers }: ConnectOptions) {
  // Loaded here, because a real run has no use for a web server.
  const [{ startSandbox }, { parseFault }, { parsePortal }] = await Promise.all([
    import('../sandbox/start-sandbox.js'),
    import('../sandbox/fault-spec.js'),
    import('../sandbox/portal-spec.js'),
  ]);
  if (simulatedOrders !== undefined) await mkdir(dirname(simulatedOrders), { recursive: true, mode: 0o700 });
  const sandbox = await startSandbox({
    faults: options.fault.map(parseFault),
    ...(simulatedOrders === undefined ? parsePortal(['pbxs=demo']) : {}),
    ...parsePortal(options.portal),
    ...(simulatedOrders === undefined ? {} : { stateFile: simulatedOrders }),
  });
  releasers.add(sandbox.close);
  return {
    baseUrl: sandbox.url,
    credentials: { clientId: sandbox.clientId, clientSecret: sandbox.clientSecret },
  };
}
