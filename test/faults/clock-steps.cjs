/**
 * Loaded into the program with `node --require`: the clock of its machine is wrong, or somebody sets it while the
 * program runs. `FAULT_CLOCK=7200000@0,-60000@500` is two hours ahead from the start, and is set one minute back
 * after half a second. What measures durations (`performance.now`) goes on as before, as it does in a real machine.
 */
const steps = (process.env['FAULT_CLOCK'] ?? '')
  .split(',')
  .filter((text) => text !== '')
  .map((text) => text.split('@').map(Number));

if (steps.length > 0) {
  const RealDate = Date;
  const trueNow = Date.now;
  const shown = () => {
    const since = performance.now();
    return trueNow() + steps.reduce((sum, [ms, after]) => sum + (since >= after ? ms : 0), 0);
  };
  globalThis.Date = class SteppedDate extends RealDate {
    constructor(...parts) {
      if (parts.length === 0) super(shown());
      else super(...parts);
    }

    static now() {
      return shown();
    }
  };
}
