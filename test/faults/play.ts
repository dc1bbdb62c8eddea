import { setTimeout as sleep } from 'node:timers/promises';
import type { Summary } from '../../src/output/summary.js';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import { type Chance, chanceFrom } from './chance.js';
import { contradictionsOf } from './check-run.js';
import { atOrder, disturb, interrupt } from './disturb.js';
import { count, type Figures } from './figures.js';
import { createParty, type Ended, type Meddling, type Party, type Running } from './party.js';
import type { Round } from './rounds.js';
import type { Line, Scenario } from './scenario.js';
import { compareWithTruth } from './truth.js';
import { type WhoOrdered, whoOrdered } from './who-ordered.js';

/** Runs without faults after which every row has to be done. */
const LAST_RUNS = 6;
/** Beyond the latest that an order is listed. */
const SURELY_MS = 400;

export interface Play {
  readonly toTheEnd: () => Promise<void>;
  readonly who: WhoOrdered;
  /** When orders left, by party and serial number, epoch ms. */
  readonly sent: () => Record<string, Record<string, readonly number[]>>;
  readonly close: () => Promise<void>;
}

/** Somebody's file as it is at the moment. */
interface Work {
  readonly party: Party;
  readonly lines: readonly Line[];
  name: string;
  withPo: boolean;
  /** Every row succeeded in the last run. */
  done: boolean;
  ledgersLost: number;
}

/** A campaign: its rounds with everything that goes wrong, then runs without faults, then the comparison. */
export function createPlay(
  scenario: Scenario,
  folder: string,
  sandbox: Sandbox,
  figures: Figures,
  wrong: (text: string) => void,
): Play {
  const chance: Chance = chanceFrom(scenario.seed ^ 0x0c4a05);
  const parties: Party[] = [];
  const who = whoOrdered(sandbox, () => parties);
  let poChanged = false;

  const admit = async (name: string): Promise<Party> => {
    const party = await createParty(name, folder, sandbox, wrong);
    parties.push(party);
    return party;
  };
  const workOf = (party: Party, lines: readonly Line[], name: string): Work => ({
    party,
    lines,
    name,
    withPo: true,
    done: false,
    ledgersLost: 0,
  });
  const start = (work: Work, args: readonly string[], meddling?: Meddling): Running => {
    figures.runs++;
    return work.party.start(args, meddling);
  };
  /** Until all that was placed is listed: nobody without a ledger can know it before. */
  const untilListed = (): Promise<void> => sleep(scenario.latestMs + SURELY_MS);

  const writeFile = (work: Work, how: Round['file']): void => {
    const { party, lines, name } = work;
    if (how === 'results' && party.results(name) !== undefined) party.writeFrom(name, name);
    else party.write(name, how === 'shuffled' ? chance.some(lines, lines.length) : lines, work.withPo);
  };

  const check = (work: Work, ended: Ended, since: number): Summary | undefined => {
    if (ended.status === -1 || ended.stdout === '') return undefined;
    const summary = JSON.parse(ended.stdout) as Summary;
    const rows = work.party.results(work.name);
    if (summary.results === null) return summary;
    if (rows?.length !== work.lines.length) {
      wrong(`${ended.name}: ${rows?.length} rows in the results of ${work.lines.length}`);
    }
    const placedMeanwhile = who.placedBy(work.party, since);
    const known = { ordersFor: who.ordersFor, isOwn: who.isOwn(work.party), placedMeanwhile };
    contradictionsOf(ended, summary, rows ?? [], known).forEach(wrong);
    work.done = summary.counts.succeeded === summary.counts.total;
    return summary;
  };

  const loseLedger = async (work: Work, round: Round): Promise<void> => {
    await untilListed();
    work.party.loseLedger();
    work.ledgersLost++;
    work.done = false;
    poChanged ||= work.withPo !== round.withPo;
    work.name = round.name;
    work.withPo = round.withPo;
    figures.ledgersLost++;
  };

  const orderByHand = async (lines: readonly Line[], rows: number): Promise<void> => {
    await untilListed();
    const open = lines.filter(({ sn }) => who.ordersFor(sn).length === 0);
    for (const { sn, planId, billingId, multiCycle } of chance.some(open, rows)) {
      const poNumber = chance.often(0.3) ? 'BY-HAND-7' : undefined;
      sandbox.placeForeign({ productNo: sn, planId, billingId, multiCycle, poNumber });
      figures.ordersByHand++;
    }
    await untilListed();
  };

  const playRound = async (work: Work, round: Round): Promise<void> => {
    const { party } = work;
    if (round.loseLedger) await loseLedger(work, round);
    if (round.byHand > 0) await orderByHand(work.lines, round.byHand);
    writeFile(work, round.file);
    sandbox.setFaults(round.faults);
    const { end } = round;
    const reconciling = round.reconcile && scenario.portal !== 'without-list' && party.hasLedger();
    const args = reconciling
      ? ['reconcile', work.name, ...scenario.times, '--json']
      : [`${work.name}.csv`, ...scenario.options, ...round.options, '--json'];
    const since = Date.now();
    const running = start(work, args, {
      killAt: end.kind === 'kill-at-ledger' ? `${end.point}:${end.nth}` : '',
      clock: round.clock,
    });
    const disturbance = disturb(running, party.relay, end, figures);
    const others = [
      round.outage && interrupt(round.outage, party.relay, running, figures),
      round.rival ? startRival(work, args) : undefined,
      round.beside ? orderBeside() : undefined,
      setPortalClock(round, party, running),
    ];
    if (round.clock !== '') figures.clocksSet++;
    const ended = await running.ended;
    disturbance.stop();
    await Promise.all(others);
    if (ended.status === -1 && end.kind === 'kill-at-ledger' && !disturbance.late())
      count(figures.kills, end.point);
    // A rival may have written its own results meanwhile.
    if (!round.rival && !reconciling) check(work, ended, since);
  };

  const setPortalClock = (
    { portalStep }: Round,
    { relay }: Party,
    running: Running,
  ): Promise<void> | undefined =>
    portalStep &&
    atOrder(relay, portalStep.nth, running, () => {
      sandbox.stepClock(portalStep.ms);
      figures.clocksSet++;
    });

  /** A second run of the same command: it has to stand back, or to go on where the first was killed. */
  const startRival = async (work: Work, args: readonly string[]): Promise<void> => {
    await sleep(250);
    const rival = start(work, args);
    const { stop } = disturb(rival, work.party.relay, { kind: 'left-alone' }, figures);
    await rival.ended;
    stop();
  };

  /** A colleague with a ledger of their own orders for other PBXs meanwhile. */
  const orderBeside = async (): Promise<void> => {
    const known = parties.find(({ name }) => name === 'beside');
    const work = workOf(known ?? (await admit('beside')), scenario.besides, 'besides');
    figures.colleagues++;
    writeFile(work, 'same');
    const since = Date.now();
    const running = start(work, ['besides.csv', ...scenario.options, '--canary', '0', '--json']);
    const { stop } = disturb(running, work.party.relay, { kind: 'left-alone' }, figures);
    const ended = await running.ended;
    stop();
    check(work, ended, since);
  };

  const playRounds = async (us: Work): Promise<void> => {
    const { colleague, rounds } = scenario;
    let theirs: Work | undefined;
    let last: Round['who'] = 'us';
    for (const round of rounds) {
      if (round.who === 'colleague' && colleague !== undefined) {
        theirs ??= workOf(await admit('colleague'), colleague.lines, colleague.name);
        figures.colleagues++;
      }
      const work = round.who === 'colleague' && theirs !== undefined ? theirs : us;
      if (round.who !== last) await untilListed();
      last = round.who;
      // With every row ordered only a lost ledger is a danger any more.
      if (!work.done || round.loseLedger)
        await playRound(work, { ...round, ...(work === us ? {} : AS_THEY_ARE) });
    }
    if (last !== 'us') await untilListed();
  };

  const finish = async (us: Work): Promise<void> => {
    sandbox.setFaults([]);
    const calm = ['--concurrency', '20', '--max-failures', '100%', '--recent-orders', 'adopt', '--json'];
    let before = '';
    for (let run = 1; run <= LAST_RUNS; run++) {
      writeFile(us, 'same');
      const since = Date.now();
      const summary = check(
        us,
        await start(us, [`${us.name}.csv`, ...scenario.options, ...calm]).ended,
        since,
      );
      const counts = JSON.stringify(summary?.counts);
      // This may be all that there is to know; the comparison tells whether it should be more.
      if (us.done || counts === before) return;
      before = counts;
      await sleep(scenario.sandbox.pendingMs ?? 0);
    }
  };
  const mustSettle = scenario.portal === 'documented' || scenario.portal === 'well-behaved';

  /** The file comes once more, under a name that no ledger knows: nothing may be ordered. */
  const runCopy = async (us: Work, where: 'here' | 'elsewhere'): Promise<void> => {
    await untilListed();
    const party = where === 'here' ? us.party : await admit('elsewhere');
    const copy = workOf(party, scenario.lines, 'copy');
    copy.withPo = chance.often(0.5);
    writeFile(copy, 'same');
    const placed = sandbox.truth().length;
    const { status, name } = await start(copy, ['copy.csv', ...scenario.options, '--json']).ended;
    const more = sandbox.truth().length - placed;
    figures.duplicates += more;
    if (more > 0) wrong(`${name}: a copy of the file ordered ${more} rows again (status ${status})`);
    else if (status === 0) wrong(`${name}: a copy of the file ended with 0`);
  };

  return {
    who,
    sent: () => Object.fromEntries(parties.map(({ name, relay }) => [name, Object.fromEntries(relay.sent)])),
    toTheEnd: async () => {
      const us = workOf(await admit('us'), scenario.lines, 'orders');
      await playRounds(us);
      await finish(us);
      const told = {
        results: us.party.results(us.name),
        ordersFor: who.ordersFor,
        isOwn: who.isOwn(us.party),
        requestsFor: (sn: string) => (us.ledgersLost > 0 ? undefined : attemptsOf(us.party, sn)),
        repeats: scenario.repeats,
        mustSettle,
        withPo: !poChanged,
      };
      compareWithTruth(scenario.lines, told, figures).forEach(wrong);
      if (us.done && scenario.copy !== undefined) await runCopy(us, scenario.copy);
    },
    close: async () => {
      for (const party of parties) await party.close();
    },
  };
}

const attemptsOf = ({ relay }: Party, sn: string): number =>
  (relay.sent.get(sn)?.length ?? 0) - (relay.turnedAway.get(sn) ?? 0);

/** A colleague keeps the ledger and the file's name. */
const AS_THEY_ARE = { loseLedger: false, byHand: 0, beside: false } as const;
