import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { contradictions, csvOf, serialNumberOf, type Workplace, workplace } from '../support/program.js';
import { sandboxForTest } from '../support/sandbox.js';

describe('--dry-run', () => {
  it('places nothing, writes not_sent, and its plan is the same whatever the order of the rows', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(5));
    const first = await place.summary(['orders.csv', '--dry-run']);
    expect(first.status).toBe(0);
    expect(first.summary).toMatchObject({ sent: 0, counts: { not_sent: 5, total: 5 } });
    const [header, ...rows] = csvOf(5).trim().split('\n');
    place.write('orders.csv', [header, ...rows.reverse()].join('\n'));
    const second = await place.summary(['orders.csv', '--dry-run']);
    expect(second.summary.plan).toBe(first.summary.plan);
    expect(sandbox.truth()).toEqual([]);
    expect(place.results('orders.results.csv').map((row) => row['status'])).toEqual(
      Array(5).fill('not_sent'),
    );
  });

  it('is what --plan holds the run to', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(5));
    const { summary } = await place.summary(['orders.csv', '--dry-run']);
    place.write('orders.csv', csvOf(6));
    const changed = await place.run(['orders.csv', '--plan', summary.plan ?? '']);
    expect(changed.status).toBe(2);
    expect(sandbox.truth()).toEqual([]);
    place.write('orders.csv', csvOf(5));
    expect((await place.run(['orders.csv', '--plan', summary.plan ?? '', '--limit', '2'])).status).toBe(0);
    expect((await place.run(['orders.csv', '--plan', summary.plan ?? ''])).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(5);
  });
});

describe('the rules that stop a batch', () => {
  it('--limit leaves the rest not_sent and counts as success', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(10));
    const { status, summary } = await place.summary(['orders.csv', '--limit', '4']);
    expect(status).toBe(0);
    expect(summary).toMatchObject({ sent: 4, counts: { succeeded: 4, not_sent: 6 } });
    expect(sandbox.truth()).toHaveLength(4);
  });

  it('the canary lets nothing follow an order that failed, and the next run does not begin with the same row', async () => {
    const sandbox = await sandboxForTest({ refuse: [serialNumberOf(0)] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(10));
    const { status, summary } = await place.summary(['orders.csv']);
    expect(status).toBe(3);
    expect(summary).toMatchObject({ sent: 0, counts: { failed: 1, not_sent: 9 } });
    expect(sandbox.stats().requests['order']).toBe(1);
    const again = await place.summary(['orders.csv']);
    expect(again.status).toBe(1);
    expect(again.summary).toMatchObject({ sent: 9, counts: { failed: 1, succeeded: 9 } });
  });

  it('--max-failures stops when more rows have failed than allowed', async () => {
    const refuse = Array.from({ length: 50 }, (_, i) => serialNumberOf(i));
    const sandbox = await sandboxForTest({ refuse });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(50));
    const { status, summary } = await place.summary([
      'orders.csv',
      '--canary',
      '0',
      '--max-failures',
      '3',
      '--concurrency',
      '1',
    ]);
    expect(status).toBe(3);
    expect(summary.counts).toMatchObject({ failed: 4, not_sent: 46 });
  });

  it('--on-doubt hold leaves an order that was never placed in_doubt, and reconcile places none', async () => {
    const sandbox = await sandboxForTest({
      faults: [{ kind: 'reset', share: 1, when: 'before', times: 1 }],
    });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const times = ['--settle', '300ms'];
    const held = await place.summary(['orders.csv', '--on-doubt', 'hold', ...times, '--canary', '0']);
    expect(held.status).toBe(4);
    expect(held.summary.counts).toMatchObject({ in_doubt: 1, succeeded: 2 });
    const asked = await place.run(['reconcile', 'orders', ...times, '--json']);
    expect(asked.status).toBe(4);
    expect(sandbox.truth()).toHaveLength(2);
    expect((await place.summary(['orders.csv', ...times])).summary.counts.succeeded).toBe(3);
  });

  it('reconcile settles what a killed run left behind, without placing an order', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'hang', share: 1, when: 'after', times: 1 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const running = place.start(['orders.csv']);
    await vi.waitUntil(() => sandbox.truth().length === 1, { timeout: 20_000, interval: 20 });
    running.child.kill('SIGKILL');
    await running.ended;
    const settled = await place.run(['reconcile', 'orders', '--settle', '1s', '--timeout', '1s', '--json']);
    expect(JSON.parse(settled.stdout)).toMatchObject({ settled: 1, counts: { succeeded: 1, not_sent: 2 } });
    expect(sandbox.truth()).toHaveLength(1);
    await place.run(['results', 'orders', '--out', 'again.csv']);
    expect(contradictions(place.results('again.csv'), sandbox.truth())).toEqual([]);
  });

  it('orders that are pending are asked about again and never sent twice', async () => {
    const sandbox = await sandboxForTest({ pendingShare: 1, pendingMs: 60_000 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    const first = await place.summary(['orders.csv']);
    expect(first.status).toBe(0);
    expect(first.summary.counts).toMatchObject({ pending: 3 });
    for (const { orderNo } of sandbox.truth()) sandbox.setOrderStatus(orderNo, 'succeed');
    const again = await place.summary(['orders.csv']);
    expect(again.summary).toMatchObject({ sent: 0, counts: { succeeded: 3 } });
    expect(sandbox.truth()).toHaveLength(3);
  });
});

describe('the file between runs', () => {
  it('may gain rows and lose rows; a plan changed for an ordered SN is a finding', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(4));
    await place.summary(['orders.csv']);
    place.write('orders.csv', csvOf(4, { from: 2 }));
    const grown = await place.summary(['orders.csv']);
    expect(grown.summary).toMatchObject({ sent: 2, counts: { total: 4, succeeded: 4 } });
    place.write('orders.csv', csvOf(2, { plan: 'Linkus Cloud Service Enterprise' }));
    const changed = await place.run(['orders.csv']);
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(
      /:2 .*ordered in this batch with another plan, Linkus Cloud Service Pro: /,
    );
    // The finding does not hide the order that was placed.
    expect(place.results('orders.results.csv')[0]).toMatchObject({
      status: 'succeeded',
      errorCode: 'plan_changed',
    });
    expect(sandbox.truth()).toHaveLength(6);
  });

  it('with other terms for an ordered SN is a finding, and the results do not tell what was never ordered', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(2));
    await place.summary(['orders.csv']);
    const [header, first, second] = csvOf(2).trim().split('\n');
    place.write('orders.csv', `${header},multiCycle\n${first},3\n${second},1\n`);
    const { status, summary } = await place.summary(['orders.csv']);
    expect(status).toBe(2);
    expect(summary.findings).toMatchObject([{ line: 2, code: 'terms_changed' }]);
    const results = place.results('orders.results.csv');
    expect(results[0]).toMatchObject({
      status: 'succeeded',
      errorCode: 'terms_changed',
      errorMessage: expect.stringContaining('was ordered in this batch with a multiCycle of 1, not 3'),
    });
    place.write('orders.csv', csvOf(2).replace('ada.keller@example.com', 'billing@example.org'));
    const { stderr } = await place.run(['orders.csv']);
    expect(stderr).toContain('with the billing contact Ada Keller, not Bo Lindqvist: change the line back');
    expect(results[1]).toMatchObject({ status: 'succeeded', errorCode: '' });
    expect(sandbox.truth().map(({ multiCycle }) => Number(multiCycle))).toEqual([1, 1]);
  });

  it('with other terms for a row in doubt is a finding; set back, the row is sent with the terms that the file says', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'reset', share: 1, when: 'before', times: 1 }] });
    const place = workplace(sandbox);
    const [header, row] = csvOf(1).trim().split('\n');
    const withCycle = (years: number): string => `${header},multiCycle\n${row},${years}\n`;
    place.write('orders.csv', withCycle(1));
    const doubt = ['orders.csv', '--canary', '0', '--settle', '300ms'];
    expect((await place.run([...doubt, '--on-doubt', 'hold'])).status).toBe(4);
    place.write('orders.csv', withCycle(4));
    const changed = await place.run(doubt);
    expect(changed.status).toBe(2);
    expect(changed.stderr).toMatch(/:2 .*may have been ordered in this batch with a multiCycle of 1, not 4/);
    expect(sandbox.truth()).toEqual([]);
    place.write('orders.csv', withCycle(1));
    expect((await place.run(doubt)).status).toBe(0);
    expect(sandbox.truth().map(({ multiCycle }) => Number(multiCycle))).toEqual([1]);
  });

  it('without a row that is in doubt ends with exit 4 and names the row; reconcile does the same', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'reset', share: 1, when: 'before', times: 1 }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(1));
    const hold = ['orders.csv', '--canary', '0', '--settle', '300ms', '--on-doubt', 'hold'];
    expect((await place.run(hold)).status).toBe(4);
    place.write('orders.csv', csvOf(2, { from: 1 }));
    const without = await place.run(hold);
    expect(without.status).toBe(4);
    expect(without.stdout).toMatch(new RegExp(`not in the file any more:\\s+${serialNumberOf(0)}`));
    expect(without.stdout).toContain('reconcile orders');
    const scripted = await place.summary(hold);
    expect(scripted.summary).toMatchObject({
      exitCode: 4,
      leftInDoubt: 1,
      counts: { total: 2, succeeded: 2, in_doubt: 0 },
    });
    const reconciled = await place.run(['reconcile', 'orders', '--settle', '300ms']);
    expect(reconciled.status).toBe(4);
    expect(reconciled.stdout).toContain('(and 1 not in the file any more)');
  });

  it('under another name is a finding for every SN already ordered, unless --allow-repeat', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(3));
    await place.summary(['orders.csv']);
    place.write('renamed.csv', csvOf(4));
    const refused = await place.run(['renamed.csv']);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('3 problems');
    expect(sandbox.truth()).toHaveLength(3);
    expect((await place.summary(['renamed.csv', '--allow-repeat'])).summary.sent).toBe(4);
  });

  it('with a lost ledger has its orders adopted, and a cancelled one is left to a person', async () => {
    const sandbox = await sandboxForTest({ reference: 'list' });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(5));
    await place.summary(['orders.csv', '--limit', '3', '--ledger', 'first.db']);
    const adopted = await place.summary(['orders.csv', '--ledger', 'second.db', '--settle', '1s']);
    expect(adopted.summary).toMatchObject({ sent: 2, counts: { succeeded: 5 } });
    expect(sandbox.truth()).toHaveLength(5);
    sandbox.setOrderStatus(sandbox.truth()[0]?.orderNo ?? '', 'cancelled');
    const held = await place.run(['orders.csv', '--ledger', 'third.db', '--settle', '1s']);
    expect(held.status).toBe(2);
    expect(held.stderr).toContain('cancelled');
    const others = await place.summary(['orders.csv', '--ledger', 'third.db', '--skip-invalid']);
    expect(others.status).toBe(1);
    expect(sandbox.truth()).toHaveLength(5);
  });

  it('with a lost ledger has its orders adopted where only their details show the reference', async () => {
    const sandbox = await sandboxForTest({ reference: 'details' });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(8));
    await place.summary(['orders.csv', '--limit', '5', '--ledger', 'first.db']);
    sandbox.setOrderStatus(sandbox.truth()[0]?.orderNo ?? '', 'refunded');
    const options = ['--ledger', 'second.db', '--skip-invalid', '--settle', '1s'];
    const again = await place.summary(['orders.csv', ...options]);
    expect(again.stderr).toContain('refunded');
    expect(again.summary).toMatchObject({ sent: 3, counts: { succeeded: 7 } });
    expect(sandbox.truth()).toHaveLength(8);
  });

  it('with a lost ledger and one purchase-order number on all rows reads each order once', async () => {
    const sandbox = await sandboxForTest({ reference: 'list' });
    const place = workplace(sandbox);
    const [header, ...rows] = csvOf(30).trim().split('\n');
    place.write('orders.csv', [`${header},poNumber`, ...rows.map((row) => `${row},PO-2026-11`)].join('\n'));
    await place.summary(['orders.csv', '--limit', '20', '--ledger', 'first.db']);
    const before = sandbox.stats().requests['details'] ?? 0;
    const again = await place.summary(['orders.csv', '--ledger', 'second.db', '--settle', '500ms']);
    expect(again.summary).toMatchObject({ sent: 10, counts: { succeeded: 30 } });
    expect(sandbox.truth()).toHaveLength(30);
    // Two looks: the second after the first has found something.
    expect((sandbox.stats().requests['details'] ?? 0) - before).toBeLessThanOrEqual(2 * 20 + 2);
  });

  it('with a ledger from before the last run orders nothing twice', async () => {
    const sandbox = await sandboxForTest({ reference: 'list' });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(6));
    const settle = ['--settle', '1s'];
    await place.summary(['orders.csv', '--limit', '2', '--ledger', 'l.db']);
    copyFileSync(join(place.folder, 'l.db'), join(place.folder, 'backup.db'));
    await place.summary(['orders.csv', '--limit', '3', '--ledger', 'l.db']);
    const restored = await place.summary(['orders.csv', '--ledger', 'backup.db', ...settle]);
    expect(restored.summary).toMatchObject({ sent: 1, counts: { succeeded: 6 } });
    expect(sandbox.truth()).toHaveLength(6);
  });

  it('with a lost ledger and no references at all orders nothing again before a person has decided', async () => {
    const sandbox = await sandboxForTest({ reference: 'nowhere' });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(4));
    await place.summary(['orders.csv', '--limit', '2', '--ledger', 'first.db']);
    const refused = await place.summary(['orders.csv', '--ledger', 'second.db']);
    expect(refused.status).toBe(2);
    expect(refused.summary.counts).toMatchObject({ invalid: 2, not_sent: 2 });
    expect(refused.stderr).toContain(`the portal has an order for ${serialNumberOf(1)}`);
    expect(place.results('orders.results.csv')[1]).toMatchObject({ errorCode: 'recently_ordered' });
    const adopted = await place.summary([
      ...['orders.csv', '--ledger', 'second.db', '--recent-orders', 'adopt', '--settle', '1s'],
    ]);
    expect(adopted.summary).toMatchObject({ sent: 2, counts: { succeeded: 4 } });
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
    expect(sandbox.truth()).toHaveLength(4);
  });

  it.each(['list', 'details', 'nowhere'] as const)(
    'a copy under another name from a colleague’s folder orders nothing again (reference: %s)',
    async (reference) => {
      const sandbox = await sandboxForTest({ reference });
      const [ours, theirs] = [workplace(sandbox), workplace(sandbox)];
      ours.write('june.csv', csvOf(5));
      theirs.write('june-copy.csv', csvOf(5));
      await ours.summary(['june.csv']);
      const again = await theirs.summary(['june-copy.csv']);
      expect(again).toMatchObject({ status: 2, summary: { sent: 0, counts: { invalid: 5 } } });
      expect(sandbox.truth()).toHaveLength(5);
      const repeat = await theirs.summary(['june-copy.csv', '--recent-orders', 'repeat']);
      expect(repeat.summary.sent).toBe(5);
    },
  );

  it('with failures sent back in as a file of its own', async () => {
    const sandbox = await sandboxForTest({ refuse: [serialNumberOf(1)] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(4));
    await place.run(['orders.csv', '--failures', 'open.csv']);
    expect(place.results('open.csv')).toHaveLength(1);
    const again = await place.run(['open.csv']);
    expect(again.status).toBe(1);
    expect(sandbox.truth()).toHaveLength(3);
  });
});

describe('rows that an earlier run sent', () => {
  const inDoubt = async (sandbox: Sandbox, place: Workplace): Promise<void> => {
    place.write('orders.csv', csvOf(4));
    sandbox.setFaults([{ kind: 'reset', share: 1, when: 'before' }]);
    const options = ['--on-doubt', 'hold', '--canary', '0', '--max-failures', '100%', '--settle', '500ms'];
    await place.run(['orders.csv', '--limit', '3', ...options]);
    expect(place.results('orders.results.csv').filter((row) => row['status'] === 'in_doubt')).toHaveLength(3);
  };

  it('count for --limit as any other', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    await inDoubt(sandbox, place);
    sandbox.setFaults([]);
    await place.summary(['orders.csv', '--limit', '0', '--settle', '500ms']);
    expect(sandbox.truth()).toHaveLength(0);
    await place.summary(['orders.csv', '--limit', '2', '--settle', '500ms']);
    expect(sandbox.truth()).toHaveLength(2);
  });

  it('wait for the canary as any other', async () => {
    const sandbox = await sandboxForTest();
    const place = workplace(sandbox);
    await inDoubt(sandbox, place);
    const before = sandbox.stats().requests['order'] ?? 0;
    const options = ['--settle', '500ms', '--max-attempts', '1', '--max-failures', '100%'];
    const { status } = await place.run(['orders.csv', ...options]);
    expect(status).toBe(3);
    expect((sandbox.stats().requests['order'] ?? 0) - before).toBe(1);
  });
});

describe('two runs at once', () => {
  it('the second exits 5 and names the first; with --lock-wait it waits', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 100 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(30));
    place.write('others.csv', csvOf(2, { from: 100 }));
    const first = place.start(['orders.csv', '--concurrency', '1', '--log-level', 'info']);
    await first.says('"attempt"');
    const second = await place.run(['others.csv']);
    expect(second.status).toBe(5);
    expect(second.stderr).toContain(`process ${first.child.pid}`);
    const third = await place.run(['others.csv', '--lock-wait', '30s']);
    expect(third.status).toBe(0);
    expect((await first.ended).status).toBe(0);
    expect(sandbox.truth()).toHaveLength(32);
  });

  it('a lock left by a process that was killed is taken over', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 100 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(10));
    const first = place.start(['orders.csv', '--log-level', 'info']);
    await first.says('"attempt"');
    first.child.kill('SIGKILL');
    await first.ended;
    const { status } = await place.summary(['orders.csv', '--settle', '200ms', '--timeout', '500ms']);
    expect(status).toBe(0);
    expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
  });
});

describe('a signal', () => {
  for (const [signal, status] of [
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    it(`${signal} lets what is in flight be answered, writes the results and exits ${status}; the same command goes on`, async () => {
      const sandbox = await sandboxForTest({ latencyMs: 100 });
      const place = workplace(sandbox);
      place.write('orders.csv', csvOf(20));
      const running = place.start(['orders.csv', '--log-level', 'info', '--json']);
      await running.says('"attempt"');
      running.child.kill(signal);
      running.child.kill(signal);
      const ended = await running.ended;
      expect(ended.status).toBe(status);
      expect(JSON.parse(ended.stdout)).toMatchObject({
        exitCode: status,
        counts: { in_doubt: 0, total: 20 },
      });
      expect(contradictions(place.results('orders.results.csv'), sandbox.truth())).toEqual([]);
      const again = await place.summary(['orders.csv']);
      expect(again.status).toBe(0);
      expect(sandbox.truth()).toHaveLength(20);
    });
  }

  it('at full speed leaves what was only intended as if it had never been taken up', async () => {
    const sandbox = await sandboxForTest({ latencyMs: 60 });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(900));
    const running = place.start(['orders.csv', '--concurrency', '20', '--json']);
    await sandbox.placed(400);
    running.child.kill('SIGINT');
    const { status, stdout } = await running.ended;
    expect(status).toBe(130);
    const { counts } = JSON.parse(stdout);
    expect(counts).toMatchObject({ in_doubt: 0, failed: 0, succeeded: sandbox.truth().length });
    expect(sandbox.stats().ordersInFlightMax).toBeLessThanOrEqual(20);
    const unsent = place.results('orders.results.csv').filter((row) => row['status'] === 'not_sent');
    expect(unsent).toHaveLength(counts.not_sent);
    for (const row of unsent)
      expect(row).toMatchObject({ attempts: '0', errorCode: '', submittedAt: '', reference: '' });
  });

  it('given twice does not wait for a portal that never answers', async () => {
    const sandbox = await sandboxForTest({ faults: [{ kind: 'hang', share: 1, when: 'after' }] });
    const place = workplace(sandbox);
    place.write('orders.csv', csvOf(5));
    const running = place.start(['orders.csv', '--canary', '0', '--timeout', '60s']);
    await sandbox.placed(5);
    running.child.kill('SIGINT');
    await running.says('waiting');
    // Within half a second the two would be one: npm hands a Ctrl-C on a second time.
    await new Promise((resolve) => setTimeout(resolve, 600));
    running.child.kill('SIGINT');
    expect((await running.ended).status).toBe(130);
    expect(place.results('orders.results.csv').map((row) => row['status'])).toEqual(
      Array(5).fill('in_doubt'),
    );
  });
});

it('rows in doubt at one account of the portal are not sent to another one, which shows no orders of theirs', async () => {
  const first = await sandboxForTest({ faults: [{ kind: 'hang', share: 1, when: 'after', times: 1 }] });
  const second = await sandboxForTest({ clientId: 'another-client' });
  const place = workplace(first);
  place.write('orders.csv', csvOf(2));
  const args = ['orders.csv', '--canary', '0', '--timeout', '300ms', '--settle', '200ms'];
  const running = place.start(args);
  await first.placed(1);
  running.child.kill('SIGKILL');
  await running.ended;
  const access = { YEASTAR_BASE_URL: second.url, YEASTAR_CLIENT_ID: second.clientId };
  const refused = await place.run(args, access);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain(
    'that were sent with another client: their orders cannot be looked for from here',
  );
  expect(second.truth()).toEqual([]);
  const ended = await place.summary(args);
  expect(ended.status).toBe(0);
  expect(first.truth()).toHaveLength(2);
});
