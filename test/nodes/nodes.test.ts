import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { freshClone, readmeCommands } from './checkout.js';
import { type Ended, type Machine, machineWith } from './machine.js';

/** Each Node with the npm that comes with it. */
const NPM = { '20': '10.8', '22.14': '10.9.2', '22': '10.9', '24': '11', '26': '11' };
type Node = keyof typeof NPM;
const SUPPORTED = ['22.14', '22', '24', '26'] as const;
const README = readmeCommands();
const TOO_OLD =
  /^yeastar-batch needs Node 22\.14 or later, but not 23, and this is Node 20\.\d+\.\d+: install Node 24 and run the same command again\.\n$/;

const folder = mkdtempSync(join(tmpdir(), 'yeastar-batch-nodes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const machines = new Map<Node, Promise<Machine>>();
function machine(node: Node): Promise<Machine> {
  const made = machines.get(node) ?? machineWith(folder, node, NPM[node]);
  machines.set(node, made);
  return made;
}

let packing: Promise<string> | undefined;
/** The program as `npm pack` makes it, packed once. */
function packed(): Promise<string> {
  packing ??= (async () => {
    const clone = freshClone(folder);
    succeeded(await (await machine('24')).run('npm pack', clone));
    return join(clone, readdirSync(clone).find((name) => name.endsWith('.tgz')) ?? 'nothing was packed');
  })();
  return packing;
}

function succeeded(ended: Ended): Ended {
  if (ended.status !== 0) throw new Error(`exit ${ended.status}\n${ended.stdout}\n${ended.stderr}`);
  return ended;
}

/** A folder of the user's with nothing in it. */
const elsewhere = (): string => mkdtempSync(join(folder, 'elsewhere-'));

async function placesSample(machine: Machine, sample: string): Promise<void> {
  const where = elsewhere();
  const run = succeeded(
    await machine.run(`yeastar-batch "${sample}" --sandbox --json --out results.csv`, where),
  );
  expect(JSON.parse(run.stdout)).toMatchObject({ sent: 12, counts: { succeeded: 12, total: 12 } });
  expect(existsSync(join(where, 'results.csv'))).toBe(true);
}

/** Each Node has a decoder of its own. */
async function keepsTheEuroSign(machine: Machine): Promise<void> {
  const where = elsewhere();
  const plan = 'Linkus Cloud Service Pro,ada.keller@example.com';
  writeFileSync(
    join(where, 'a.csv'),
    Buffer.from(`sn,plan,billingContact,note\n369471667338,${plan},5 \x80\n`, 'latin1'),
  );
  succeeded(
    await machine.run('yeastar-batch a.csv --sandbox --encoding windows-1252 --out results.csv', where),
  );
  expect(readFileSync(join(where, 'results.csv'), 'latin1')).toContain(',5 \x80,succeeded,');
}

const OF_USERS = ['20', '22', '24', '26'] as const;

it.each(OF_USERS)(
  "on a machine with Node %s the README's first command works, and npm ci warns of nothing",
  async (node) => {
    const { run } = await machine(node);
    const clone = freshClone(folder);
    expect((await run('node --version', clone)).stdout).toMatch(new RegExp(`^v${node}\\.`));
    const { stdout, stderr } = succeeded(await run(README.mainJob, clone));
    expect(stdout).toMatch(/succeeded +12\n/);
    expect(stdout + stderr).not.toMatch(/npm warn/i);
  },
);

it.each(OF_USERS)("on a machine with Node %s the README's second command works", async (node) => {
  const { run } = await machine(node);
  succeeded(await run(README.tests, freshClone(folder)));
});

it.each(SUPPORTED)('on a machine with Node %s npm install -g . works in a fresh clone', async (node) => {
  const { run } = await machine(node);
  const clone = freshClone(folder);
  succeeded(await run('npm install -g .', clone));
  await placesSample({ run }, join(clone, 'samples/switch-plan.csv'));
  succeeded(await run('npm uninstall -g yeastar-batch', folder));
});

it.each(SUPPORTED)(
  'on a machine with Node %s the packed program works, installed and through npx',
  async (node) => {
    const { run } = await machine(node);
    const program = await packed();
    succeeded(await run(`npm install -g "${program}"`, elsewhere()));
    await placesSample({ run }, join(program, '../samples/switch-plan.csv'));
    await keepsTheEuroSign({ run });
    const once = succeeded(
      await run(`npx --yes --package "${program}" yeastar-batch --version`, elsewhere()),
    );
    expect(once.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  },
);

it('on a machine with Node 20 the installed program says in one sentence what to do, with exit 2', async () => {
  const { run } = await machine('20');
  succeeded(await run('npm install -g .', freshClone(folder)));
  const linked = await run('yeastar-batch june.csv', elsewhere());
  expect(linked).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(TOO_OLD) });
  succeeded(await run('npm uninstall -g yeastar-batch', folder));

  const program = await packed();
  succeeded(await run(`npm install -g "${program}"`, elsewhere()));
  const installed = await run('yeastar-batch june.csv', elsewhere());
  expect(installed).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(TOO_OLD) });

  const command = `npx --yes --loglevel=error --package "${program}" yeastar-batch june.csv`;
  const once = await run(command, elsewhere());
  expect(once).toEqual({ status: 2, stdout: '', stderr: expect.stringMatching(TOO_OLD) });
});
