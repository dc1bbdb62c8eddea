import nock from 'nock';
import { afterEach, beforeEach } from 'vitest';
import { PORTAL } from './open-portal.js';

/**
 * Puts nock in place of the network for every test of a file. A test fails on a request that it did not
 * expect, and on an expectation that no request used.
 */
export function useNock(): () => nock.Scope {
  beforeEach(startWatching);
  afterEach(() => {
    const wrong = whatWasWrong();
    stopWatching();
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  });
  return () => nock(PORTAL);
}

const unexpected: string[] = [];

function onNoMatch({ method, url }: Request): void {
  unexpected.push(`${method} ${url}`);
}

export function startWatching(): void {
  unexpected.length = 0;
  nock.cleanAll();
  nock.abortPendingRequests();
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  nock.emitter.on('no match', onNoMatch);
}

/** Requests that were not expected and expectations that were not used, as sentences. */
export function whatWasWrong(): string[] {
  return [
    ...unexpected.map((request) => `unexpected request: ${request}`),
    ...nock.pendingMocks().map((mock) => `never requested: ${mock}`),
  ];
}

export function stopWatching(): void {
  nock.emitter.off('no match', onNoMatch);
  nock.cleanAll();
  nock.enableNetConnect();
  nock.restore();
}
