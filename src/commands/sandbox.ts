import { resolve } from 'node:path';
import type { Call, Ending } from '../cli/call.js';
import { untilAborted } from '../common/stop.js';
import { parseFault } from '../sandbox/fault-spec.js';
import { parsePortal } from '../sandbox/portal-spec.js';
import { startSandbox } from '../sandbox/start-sandbox.js';

type SandboxOption = 'port' | 'seed' | 'state' | 'fault' | 'portal' | 'json';

/** A simulated Partner Portal on loopback, until stopped; at the end it says what was really ordered. */
export async function sandbox({ options, cwd, io, stop, onSending }: Call<SandboxOption>): Promise<Ending> {
  onSending(() => undefined);
  const stopped = untilAborted(stop.signal);
  const portal = await startSandbox({
    port: options.port,
    seed: options.seed,
    faults: options.fault.map(parseFault),
    ...parsePortal(options.portal),
    ...(options.state === undefined ? {} : { stateFile: resolve(cwd, options.state) }),
  });
  // stdout is for the one object at the end.
  const tell = options.json ? io.say : io.print;
  io.say('A simulated Partner Portal: no real order is placed. In another terminal:');
  tell(`export YEASTAR_BASE_URL=${portal.url}`);
  tell(`export YEASTAR_CLIENT_ID=${portal.clientId}`);
  tell(`export YEASTAR_CLIENT_SECRET=${portal.clientSecret}`);
  io.say(`The orders it has placed: ${portal.url}/sandbox/truth. Stop with Ctrl-C.`);
  await stopped;
  const orders = portal.truth().length;
  const serialNumbers = new Set(portal.truth().map((order) => order.productNo)).size;
  io.say(`${orders} orders were placed, for ${serialNumbers} serial numbers.`);
  await portal.close();
  return { exitCode: 0, json: { url: portal.url, orders, serialNumbers } };
}
