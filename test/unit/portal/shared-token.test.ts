import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../src/common/secrets.js';
import type { TokenLease } from '../../../src/common/token-lease.js';
import { createSharedToken } from '../../../src/portal/shared-token.js';
import { virtualClock } from '../../support/virtual-clock.js';

/** Where workers keep one token, in memory. */
function memoryLease(): TokenLease {
  let sealed: string | undefined;
  let generation = 0;
  let free = true;
  return {
    read: async () => ({ sealed, generation, free }),
    lease: async (from) => {
      if (!free || from !== generation) return false;
      free = false;
      return true;
    },
    write: async (text) => {
      sealed = text;
      generation++;
      free = true;
    },
    giveUp: async () => {
      free = true;
    },
  };
}

/** Two workers whose portal gives tokens that live so long. */
function workers(lifetimeMs: number) {
  const lease = memoryLease();
  let now = 0;
  let fetched = 0;
  const worker = () =>
    createSharedToken(
      { get: async () => `token-${++fetched}`, lifetimeMs: () => lifetimeMs, reject: () => undefined },
      lease,
      {
        clock: virtualClock(),
        secrets: createSecrets(),
        stopping: new AbortController().signal,
        now: () => now,
        clientSecret: 'of both',
      },
    );
  const pass = (ms: number): void => {
    now += ms;
  };
  return { a: worker(), b: worker(), pass };
}

describe('a token that workers share', () => {
  it.each([2_000, 30_000, 1_800_000])('is asked for once in four fifths of its life of %d ms', async (ms) => {
    const { a, b, pass } = workers(ms);
    expect([await a.get('once'), await b.get('once'), await a.get('once')]).toEqual(Array(3).fill('token-1'));
    pass(ms * 0.75);
    expect([await b.get('once'), await a.get('once')]).toEqual(['token-1', 'token-1']);
    pass(ms * 0.25);
    expect([await b.get('once'), await a.get('once')]).toEqual(['token-2', 'token-2']);
  });

  it('is replaced once if both meet that it is turned away', async () => {
    const { a, b } = workers(1_800_000);
    await a.get('once');
    await b.get('once');
    a.reject('token-1');
    b.reject('token-1');
    expect([await a.get('once'), await b.get('once')]).toEqual(['token-2', 'token-2']);
  });
});
