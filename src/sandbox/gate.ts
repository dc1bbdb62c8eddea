import { setMaxListeners } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../common/clock.js';
import { type Answer, refusal } from './envelope.js';
import type { Faults, FaultTarget } from './faults.js';
import { misbehave, type Surroundings, send } from './misbehave.js';
import type { Tokens } from './tokens.js';
import { slidingSecond } from './window.js';

export type AccessFault = 'none' | 'secret' | 'ip' | 'permission';

export interface GateOptions {
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly latencyMs: number;
  readonly retryAfter: 'seconds' | 'date' | 'none';
  /** The portal's own, by which dates are written. */
  readonly portalDate: () => number;
  readonly clock: Clock;
  readonly surroundings: Omit<Surroundings, 'tooMany' | 'revoke'>;
}

interface GateStats {
  readonly requests: Record<string, number>;
  readonly ordersInFlightMax: number;
  readonly refused429: number;
  readonly startsPerSecondMax: number;
}

type Target = Exclude<FaultTarget, 'any'>;

export interface Gate {
  /** A route: its name in the statistics, what its faults are called, and its honest answer. */
  readonly route: (
    name: string,
    target: Target,
    answer: (request: FastifyRequest) => Answer,
  ) => (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  readonly count: (name: string) => void;
  readonly setRate: (perSecond: number | undefined) => void;
  readonly setAccess: (kind: AccessFault) => void;
  readonly stats: () => GateStats;
  /** Ends every wait; what waited is not carried out any more. */
  readonly close: () => void;
}

/** What every request passes: headers, access, token, rate, faults; counted on its way. */
export function createGate(options: GateOptions, initialRate: number | undefined): Gate {
  const { tokens, faults, latencyMs, retryAfter, portalDate, clock } = options;
  const requests: Record<string, number> = {};
  const passed = slidingSecond(clock.monotonic);
  const starts = slidingSecond(clock.monotonic);
  const closing = new AbortController();
  // Every delayed answer listens.
  setMaxListeners(0, closing.signal);
  let rate = initialRate;
  let access: AccessFault = 'none';
  let inFlight = 0;
  let ordersInFlightMax = 0;
  let refused429 = 0;
  let startsPerSecondMax = 0;

  const count = (name: string): void => {
    requests[name] = (requests[name] ?? 0) + 1;
  };

  // Whole seconds, rounded up: someone who obeys the header must not come a moment too early.
  const tooManyFor = (ms: number): Answer => {
    const seconds = Math.max(1, Math.ceil(ms / 1000));
    const date = new Date(Math.ceil(portalDate() / 1000) * 1000 + seconds * 1000).toUTCString();
    const header: Record<string, string> =
      retryAfter === 'none' ? {} : { 'retry-after': retryAfter === 'date' ? date : String(seconds) };
    return refusal(429, 'too_many_requests', 'Too many requests.', null, header);
  };

  const surroundings: Surroundings = {
    ...options.surroundings,
    tooMany: () => tooManyFor(1000),
    revoke: (request) => tokens.revoke(bearer(request) ?? ''),
  };

  const refuse = (request: FastifyRequest, target: Target): Answer | undefined => {
    if (request.headers['user-agent'] !== 'OpenAPI') {
      return refusal(400, 'invalid_user_agent', 'The User-Agent has to be OpenAPI.');
    }
    if (access === 'ip') return refusal(403, 'ip_not_allowed', 'This IP address is not allowed.');
    if (target === 'token') return undefined;
    const token = bearer(request);
    if (token === undefined || !tokens.isLive(token)) {
      return refusal(401, 'token_expired', 'The access token is missing, unknown or expired.');
    }
    if (rate !== undefined && passed.count() >= rate) {
      refused429++;
      return tooManyFor(passed.untilFree());
    }
    if (rate !== undefined) passed.add();
    if (access === 'permission' && target === 'order') {
      return refusal(403, 'permission_denied', 'The client may not place orders.');
    }
    return undefined;
  };

  const follow = (reply: FastifyReply): void => {
    starts.add();
    startsPerSecondMax = Math.max(startsPerSecondMax, starts.count());
    ordersInFlightMax = Math.max(ordersInFlightMax, ++inFlight);
    reply.raw.once('close', () => {
      inFlight--;
    });
  };

  const wait = async (ms: number): Promise<void> => {
    await clock.sleep(ms, closing.signal);
    closing.signal.throwIfAborted();
  };

  const route: Gate['route'] = (name, target, answer) => async (request, reply) => {
    count(name);
    if (target === 'order') follow(reply);
    try {
      if (latencyMs > 0) await wait(latencyMs);
      const refused = refuse(request, target);
      if (refused !== undefined) return send(reply, refused);
      const { delay, hit } = faults.draw(target);
      if (delay?.when === 'before') await wait(delay.ms);
      const meant =
        hit === undefined || hit.when === 'after' || target !== 'order'
          ? answer(request)
          : refusal(500, 'internal_error', 'Something went wrong.');
      if (delay?.when === 'after') await wait(delay.ms);
      if (hit === undefined) return send(reply, meant);
      return misbehave(hit, meant, request, reply, surroundings);
    } catch (error) {
      if (!closing.signal.aborted) throw error;
      return reply.hijack();
    }
  };

  return {
    route,
    count,
    setRate: (perSecond) => {
      rate = perSecond;
    },
    setAccess: (kind) => {
      access = kind;
      tokens.breakSecret(kind === 'secret');
    },
    stats: () => ({ requests: { ...requests }, ordersInFlightMax, refused429, startsPerSecondMax }),
    close: () => closing.abort(),
  };
}

const bearer = (request: FastifyRequest): string | undefined =>
  /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
