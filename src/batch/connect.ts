import type { Logger } from 'pino';
import type { Environment } from '../cli/environment.js';
import { portalAccess } from '../cli/portal-access.js';
import type { Clock } from '../common/clock.js';
import type { Releasers } from '../common/releasers.js';
import type { Secrets } from '../common/secrets.js';
import type { Stop } from '../common/stop.js';
import { type Breaker, createBreaker } from '../pace/breaker.js';
import { createPace, type Pace } from '../pace/gate.js';
import { createStartWindow } from '../pace/rate-window.js';
import { createPortal, type Portal } from '../portal/portal.js';
import { createUndiciAdapter } from '../portal/undici-adapter.js';
import type { Emit } from '../runner/events.js';

export interface ConnectOptions {
  readonly environment: Environment;
  readonly sandbox: boolean;
  readonly faults: readonly string[];
  readonly portal: readonly string[];
  readonly ledger: string;
  readonly timeoutMs: number;
  readonly rate: number | undefined;
  readonly giveUpAfterMs: number;
  readonly clock: Clock;
  readonly stop: Stop;
  readonly secrets: Secrets;
  readonly releasers: Releasers;
  readonly logger: Logger;
  readonly emit: Emit;
}

export interface Connection {
  readonly portal: Portal;
  readonly pace: Pace;
  readonly breaker: Breaker;
  readonly baseUrl: string;
}

/** The portal with the gate before it; with --sandbox a simulated one, started for this run. */
export async function connect(options: ConnectOptions): Promise<Connection> {
  const { clock, stop, logger, emit } = options;
  const access = options.sandbox ? await startedSandbox(options) : portalAccess(options.environment);
  let breaker: Breaker | undefined;
  const pace = createPace({
    clock,
    signal: stop.signal,
    cap: options.rate,
    breaker: () => breaker,
    onChange: () => emit({ type: 'pace' }),
  });
  const portal = createPortal({
    ...access,
    carrier: createUndiciAdapter(
      options.rate === undefined ? undefined : createStartWindow(options.rate, clock),
    ),
    timeoutMs: options.timeoutMs,
    clock,
    secrets: options.secrets,
    pass: pace.pass,
    stopping: stop.signal,
    onTurnedAway: (retryAfterMs) => pace.turnedAway(clock.monotonic(), retryAfterMs),
    onQueryAccepted: pace.queryAccepted,
    observe: (event) => logger.debug({ event: 'request', ...event }),
  });
  options.releasers.add(portal.close);
  breaker = createBreaker({
    clock,
    signal: stop.signal,
    probe: portal.probe,
    giveUpAfterMs: options.giveUpAfterMs,
    giveUp: () => stop.request({ kind: 'portal-unreachable', forMs: options.giveUpAfterMs }),
    onChange: (state, why) => emit({ type: 'breaker', state, why }),
  });
  return { portal, pace, breaker, baseUrl: access.baseUrl };
}

async function startedSandbox({ ledger, faults, portal, releasers }: ConnectOptions) {
  // Loaded here, because a real run has no use for a web server.
  const [{ startSandbox }, { parseFault }, { parsePortal }] = await Promise.all([
    import('../sandbox/start-sandbox.js'),
    import('../sandbox/fault-spec.js'),
    import('../sandbox/portal-spec.js'),
  ]);
  const sandbox = await startSandbox({
    faults: faults.map(parseFault),
    ...parsePortal(portal),
    // Beside its ledger, so that both remember the same orders when the run is stopped and started again.
    stateFile: ledger.replace(/(\.[^./\\]*)?$/, '.orders.jsonl'),
  });
  releasers.add(sandbox.close);
  return {
    baseUrl: sandbox.url,
    credentials: { clientId: sandbox.clientId, clientSecret: sandbox.clientSecret },
  };
}
