import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';

/** How a process is cut off: nothing passes any more and nobody says so, or all connections are reset and refused. */
export type Cut = 'silent' | 'reset';

/** One process's own way to the database. */
export interface DatabaseLink {
  /** The address of the database by this way. */
  readonly url: string;
  readonly cut: (how: Cut) => void;
  /** What was sent meanwhile arrives late. */
  readonly restore: () => void;
  readonly close: () => void;
}

export async function linkTo(database: string): Promise<DatabaseLink> {
  const target = new URL(database);
  const sockets = new Set<Socket>();
  let how: Cut | undefined;
  let held: (() => void)[] = [];

  const pass = (act: () => void): void => {
    if (how === 'silent') held.push(act);
    else act();
  };
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.on('data', (bytes) => pass(() => to.write(bytes)));
    from.on('end', () => pass(() => to.end()));
    from.on('error', () => pass(() => to.destroy()));
    from.on('close', () => {
      sockets.delete(from);
      pass(() => to.end());
    });
  };
  const server = createServer({ noDelay: true }, (client) => {
    if (how === 'reset') return void client.resetAndDestroy();
    const behind = dial({ port: Number(target.port), host: target.hostname, noDelay: true });
    join(client, behind);
    join(behind, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(database);
  own.port = String((server.address() as AddressInfo).port);

  const hangUp = (): void => {
    held = [];
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: own.href,
    cut: (by) => {
      how = by;
      if (by === 'reset') hangUp();
    },
    restore: () => {
      how = undefined;
      const late = held;
      held = [];
      for (const act of late) act();
    },
    close: () => {
      how = 'reset';
      server.close();
      hangUp();
    },
  };
}
