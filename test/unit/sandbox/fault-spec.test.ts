import { expect, it } from 'vitest';
import { Problem } from '../../../src/common/errors.js';
import { FAULT_HELP, parseFault } from '../../../src/sandbox/fault-spec.js';

it.each([
  ['reset:30%', { kind: 'reset', share: 0.3 }],
  ['reset:30%:after', { kind: 'reset', share: 0.3, when: 'after' }],
  ['delay:100%:200ms', { kind: 'delay', share: 1, ms: 200 }],
  ['500:0.2:on=list', { kind: '500', share: 0.2, on: 'list' }],
  [
    'hang:.5:before:on=any:1.5s:times=3',
    { kind: 'hang', share: 0.5, when: 'before', on: 'any', ms: 1500, times: 3 },
  ],
])('reads %s', (text, rule) => {
  expect(parseFault(text)).toEqual(rule);
});

it.each([
  '',
  'reset',
  'reset:',
  'reset:130%',
  'reset:1.5',
  'reset:-1',
  'reset:x',
  'rest:30%',
  'reset:30%:later',
  'reset:30%:on=orders',
  'reset:30%:times=0',
  'reset:30%:before:after',
  'reset:30%:200',
])('refuses %j with an example', (text) => {
  expect(() => parseFault(text)).toThrow(Problem);
  expect(() => parseFault(text)).toThrow(
    expect.objectContaining({ code: 'wrong_fault', remedy: expect.stringContaining('reset:30%') }),
  );
});

it('has help that names every kind', () => {
  expect(FAULT_HELP).toContain('expired-token');
});
