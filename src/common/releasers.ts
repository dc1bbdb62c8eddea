/** What has to be let go at the end: a list run in reverse, each once, a failure of one not keeping the others. */
export interface Releasers {
  readonly add: (release: () => void | Promise<void>) => void;
  readonly run: () => Promise<void>;
}

export function createReleasers(): Releasers {
  const list: (() => void | Promise<void>)[] = [];
  return {
    add: (release) => void list.push(release),
    run: async () => {
      for (let release = list.pop(); release !== undefined; release = list.pop()) {
        try {
          await release();
        } catch {
          // Whatever could not be let go ends with the process.
        }
      }
    },
  };
}
