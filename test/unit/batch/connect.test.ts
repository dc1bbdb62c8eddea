import pino from 'pino';
import { expect, it } from 'vitest';
import { connect } from '../../../src/batch/connect.js';
import { createReleasers } from '../../../src/common/releasers.js';
import { createSecrets } from '../../../src/common/secrets.js';
import { createStop } from '../../../src/common/stop.js';
import { virtualClock } from '../../support/virtual-clock.js';

it('what waits for the portal ends with its connection, and an outage that goes on stops nobody who has another one', async () => {
  const clock = virtualClock();
  const stop = createStop();
  const releasers = createReleasers();
  const { gate } = await connect({
    environment: {
      YEASTAR_BASE_URL: 'http://127.0.0.1:9',
      YEASTAR_CLIENT_ID: 'client',
      YEASTAR_CLIENT_SECRET: 'secret-of-client',
    },
    options: { sandbox: false, fault: [], portal: [], timeout: 1_000, rate: undefined, giveUpAfter: 60_000 },
    clock,
    stop,
    secrets: createSecrets(),
    releasers,
    logger: pino({ level: 'silent' }),
    emit: () => undefined,
  });
  const waiting = gate.unreachable('it is away');
  await releasers.run();
  await waiting;
  await clock.runUntil(120_000);
  expect(stop.reason()).toBeUndefined();
});
