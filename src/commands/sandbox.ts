import type { Io } from '../cli/io.js';
import { parseFault } from '../sandbox/fault-spec.js';
import { parsePortal } from '../sandbox/portal-spec.js';
import { startSandbox } from '../sandbox/start-sandbox.js';

export interface SandboxCommand {
  readonly port: number;
  readonly faults: readonly string[];
  /** What the portal is like, as --portal says it. */
  readonly portal: readonly string[];
  readonly seed: number;
  readonly state: string | undefined;
}

/** A simulated Partner Portal on loopback, until stopped; at the end it says what was really ordered. */
export async function sandbox(command: SandboxCommand, io: Io, stopped: Promise<void>): Promise<number> {
  const portal = await startSandbox({
    port: command.port,
    seed: command.seed,
    faults: command.faults.map(parseFault),
    ...parsePortal(command.portal),
    ...(command.state === undefined ? {} : { stateFile: command.state }),
  });
  io.say('A simulated Partner Portal: no real order is placed. In another terminal:');
  io.print(`export YEASTAR_BASE_URL=${portal.url}`);
  io.print(`export YEASTAR_CLIENT_ID=${portal.clientId}`);
  io.print(`export YEASTAR_CLIENT_SECRET=${portal.clientSecret}`);
  io.say(`What was ordered: ${portal.url}/sandbox/truth. Stop with Ctrl-C.`);
  await stopped;
  const orders = portal.truth();
  const serialNumbers = new Set(orders.map((order) => order.productNo));
  io.say(`${orders.length} orders were placed, for ${serialNumbers.size} serial numbers.`);
  await portal.close();
  return 0;
}
