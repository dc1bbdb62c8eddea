/**
 * The oldest Node that the program runs on. The ledger's binary needs Node-API 10 and crashes if it is missing:
 * before 22.14, and in 23, which nobody maintains any more. `engines` says the same.
 */
export const OLDEST_NODE = '22.14';

/**
 * What is said under a Node that the program cannot run on, in one sentence.
 * @param version as in `process.versions.node`
 * @returns undefined if the program runs on it
 */
export function refusalOf(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split('.').map(Number);
  if (major >= 24 || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `yeastar-batch needs Node ${OLDEST_NODE} or later, but not 23, and this is Node ${version}: install Node 24 and run the same command again.`;
}
