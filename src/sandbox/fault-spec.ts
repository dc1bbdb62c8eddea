import ms from 'ms';
import { Problem } from '../common/errors.js';
import { FAULT_KINDS, FAULT_TARGETS, type FaultRule } from './faults.js';

const EXAMPLE = 'reset:30%, reset:30%:after, delay:100%:200ms, 500:20%:on=list or 429:0.1:times=3';

/** For `--help` and for the message about a fault that cannot be read. */
export const FAULT_HELP = [
  'kind:share[:before|after][:on=what][:duration][:times=n]',
  `kind: ${FAULT_KINDS.join(', ')}`,
  'share: of the requests, as 30% or 0.3',
  'before, after: the order was placed; left out: drawn for each hit (refusals: before, 409: after)',
  `on: ${FAULT_TARGETS.join(', ')} (default order)`,
  'duration: how long a delay lasts, such as 200ms or 2s (default 500ms)',
  `for example ${EXAMPLE}`,
].join('\n');

/** Reads a fault as the command line takes it. Throws a `Problem` (`wrong_fault`) with an example. */
export function parseFault(text: string): FaultRule {
  const [kindText = '', shareText = '', ...rest] = text.split(':').map((part) => part.trim());
  const kind = FAULT_KINDS.find((known) => known === kindText.toLowerCase());
  if (kind === undefined) throw wrong(text, `"${kindText}" is not one of ${FAULT_KINDS.join(', ')}`);
  const rule: { -readonly [Key in keyof FaultRule]: FaultRule[Key] } = {
    kind,
    share: readShare(text, shareText),
  };
  const once = <Key extends 'when' | 'on' | 'ms' | 'times'>(key: Key, value: FaultRule[Key]): void => {
    if (key in rule) throw wrong(text, 'a part is given twice');
    rule[key] = value;
  };

  for (const part of rest) {
    const on = /^on=(.*)$/i.exec(part)?.[1]?.toLowerCase();
    const times = /^times=([1-9]\d{0,8})$/i.exec(part)?.[1];
    const when = (['before', 'after'] as const).find((word) => word === part.toLowerCase());
    if (when !== undefined) once('when', when);
    else if (times !== undefined) once('times', Number(times));
    else if (/^\d+(\.\d+)?(ms|s|m)$/.test(part)) once('ms', ms(part as ms.StringValue));
    else if (on !== undefined) {
      const target = FAULT_TARGETS.find((known) => known === on);
      if (target === undefined) throw wrong(text, `"${on}" is not one of ${FAULT_TARGETS.join(', ')}`);
      once('on', target);
    } else throw wrong(text, `"${part}" is not understood`);
  }
  return rule;
}

function readShare(text: string, share: string): number {
  const percentage = /^(\d+(?:\.\d+)?)\s*%$/.exec(share)?.[1];
  const fraction = /^(\d+(?:\.\d+)?|\.\d+)$/.exec(share)?.[1];
  const value = percentage === undefined ? Number(fraction ?? Number.NaN) : Number(percentage) / 100;
  // Not the comparison turned round: it has to catch what is not a number, too.
  if (!(value >= 0 && value <= 1)) throw wrong(text, 'its share is not between 0% and 100%');
  return value;
}

const wrong = (text: string, why: string): Problem =>
  new Problem('wrong_fault', `The fault "${text}" cannot be read: ${why}.`, {
    remedy: `Write it as kind:share, for example ${EXAMPLE}.`,
  });
