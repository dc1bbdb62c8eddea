/** The oldest Node that the program runs on: better-sqlite3 13 crashes under Node 20. `engines` names it too. */
export const OLDEST_NODE = '22.12';

/**
 * What is said under a Node that is too old, in one sentence.
 * @param version as in `process.versions.node`
 * @returns undefined if the version is new enough
 */
export function refusalOf(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `yeastar-batch needs Node ${OLDEST_NODE} or later and this is Node ${version}: install a newer Node and run the same command again.`;
}
