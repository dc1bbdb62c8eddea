import type { StopReason } from '../common/stop.js';
import type { RunKey } from '../ledger/schema.js';
import type { Work } from '../ledger/team-store.js';

/** Problem codes by which a part of this program is told to let go; nobody else reads them. */
export const LEAVING = 'worker_leaves';
export const ELSEWHERE = 'coordinated_elsewhere';

/** Somebody else coordinates by now, or can: no reason to stop the run. */
const OTHERS_GO_ON = new RegExp(`^(${ELSEWHERE}$|look_overtaken$|ledger_)`);

const codeOf = (reason: StopReason): string => (reason.kind === 'problem' ? reason.problem.code : '');

/**
 * What a coordinator leaves behind: `done`, all rows have an end; `stopped`, nobody sends another one; `goes_on`, whoever
 * is free coordinates next. Pure.
 */
export function afterCoordinating(reason: StopReason | undefined): 'done' | 'stopped' | 'goes_on' {
  if (reason === undefined) return 'done';
  return OTHERS_GO_ON.test(codeOf(reason)) ? 'goes_on' : 'stopped';
}

/**
 * What follows for a run from the end of one who took part: a reason of its own ends the run for all, because the others
 * would meet it, too (`stops_all`); only its way to the database is its own (`cut_off`). Pure.
 */
export function afterTakingPart(reason: StopReason | undefined): 'left' | 'cut_off' | 'stops_all' {
  if (reason === undefined || codeOf(reason) === LEAVING) return 'left';
  return codeOf(reason).startsWith('ledger_') ? 'cut_off' : 'stops_all';
}

/** Whether a run is over for those who take part in it: another one was begun, or nobody may send. Pure. */
export const isOver = (work: Pick<Work, 'runNo' | 'state'> | undefined, run: RunKey): boolean =>
  work === undefined || work.runNo !== run.runNo || (work.state !== 'canary' && work.state !== 'open');
